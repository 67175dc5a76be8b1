"""Plausible wrong answers, with words of the message that each must get. A test asserts that every exercise has three."""

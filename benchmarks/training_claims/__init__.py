"""How often what the lessons say about training holds: every claim over many seeds, and on two
kinds of instructions.
"""

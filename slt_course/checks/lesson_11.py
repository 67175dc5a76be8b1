"""Checks of exercise set 11."""

CHECKS = {}

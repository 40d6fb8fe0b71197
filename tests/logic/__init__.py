"""Tests of the functions, on a real database file."""

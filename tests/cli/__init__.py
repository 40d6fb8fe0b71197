"""Tests of the program as it is typed: what it prints, how it exits, what it leaves in the file."""

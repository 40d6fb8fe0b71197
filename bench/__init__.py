"""Benchmarks: they print ratios against floors measured in the same run, and say which target is missed."""

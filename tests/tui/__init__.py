"""Tests of the full screen, driven by keys."""

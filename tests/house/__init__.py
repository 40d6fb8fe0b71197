"""Tests of the house: borders, packaging, documents."""

"""Selling: pipelines and their stages, deals and their moves, the catalogue."""

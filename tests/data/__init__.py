"""A base of every released schema, filled by the program of its time: old ones must open for ever."""

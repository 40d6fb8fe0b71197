"""The shell's door: a command is parse, one call, one print."""

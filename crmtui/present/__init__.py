"""How things are shown: the cleaner for hostile text, machine formats, light tables, and reports drawn for people."""

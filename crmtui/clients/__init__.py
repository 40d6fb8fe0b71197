"""Who we know: people and companies, how to reach them, what they are to us."""

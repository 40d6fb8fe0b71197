"""Exchange with other programs: any file → rows → records, and records → files."""

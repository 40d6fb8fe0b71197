"""Exchange with other programs: any CSV file → rows → records, and records → CSV."""

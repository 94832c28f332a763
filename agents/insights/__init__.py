"""What buyers ask, what no record answers, and which lanes are late: counts, no person."""

"""Shop rules and frequent questions."""

"""Import charges."""

"""Tools over advertising."""

"""Tools that write to buyers."""

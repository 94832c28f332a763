"""Orders and the messages about them."""

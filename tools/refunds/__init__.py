"""Tools over refunds."""

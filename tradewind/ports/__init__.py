"""Ports: what the house asks of a store, an index, a model. Back ends live in their own rooms."""

"""Grounding: what a text says, matched by type against the evidence that should carry it."""

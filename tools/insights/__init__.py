"""Counts over what happened to the shop's buyers."""

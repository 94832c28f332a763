"""Prompt texts for models, and reviewed replies for people in twelve languages."""

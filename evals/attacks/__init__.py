"""Attacks by planted text: a corpus, places, a model that obeys all of it, and the verdict."""

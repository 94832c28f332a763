"""Retrieval: shop texts become documents, documents are indexed, and found by hybrid search."""

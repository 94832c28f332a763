"""Drafts of replies to what was written to the shop: e-mails, marketplace messages, reviews."""

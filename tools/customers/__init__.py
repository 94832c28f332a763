"""Customers and what the shop keeps of them."""

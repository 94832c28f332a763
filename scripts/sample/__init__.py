"""What the sample shop is made of: the retail data, and what a real shop would have beside it."""

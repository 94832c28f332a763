"""Models: weight files and how they are fetched, and the back ends behind the model ports."""

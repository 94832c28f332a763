"""The retail tasks of tau2-bench: their gold actions through our tools, and mutated ones."""

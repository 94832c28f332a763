"""Benchmarks of the whole house, each with its baseline in the same run."""

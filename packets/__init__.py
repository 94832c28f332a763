"""The packet of a dispute: letter, timeline and exhibits as files that a network takes."""

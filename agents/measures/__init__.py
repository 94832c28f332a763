"""What the buyers' service came to: resolutions, handovers, returns, sales, cost. Each figure has a
written definition (docs/measures.md); what cannot be told is said to be unknown."""

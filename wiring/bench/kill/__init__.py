"""Kill -9 at every journal point: workers that die, a recovery that follows, what is then true."""

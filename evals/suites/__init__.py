"""One file a suite: how a case is carried out, and how its outcome is judged."""

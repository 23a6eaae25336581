"""Production: a rundown becomes finished audio, cut to its time."""

"""The bench: one night at scale by phase, beside hand-written SQL over the same files that gives the same figures."""

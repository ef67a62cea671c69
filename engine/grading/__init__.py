"""Grading: what conversations that others recorded are worth, by our verdict and by their own rules."""

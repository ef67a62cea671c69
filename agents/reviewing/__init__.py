"""Reviewing: who judges whether a blueprint is a good one, with and without a model."""

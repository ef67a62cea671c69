"""Scenarios: what customers of the airline come with, written without a model."""

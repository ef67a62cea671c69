"""Scenarios: what people of the shop come with, written without a model."""

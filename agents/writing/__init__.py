"""Writing: who proposes tasks, with and without a model."""

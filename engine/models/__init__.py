"""Models: language models behind OpenAI-compatible endpoints, one request and one reply at a time."""

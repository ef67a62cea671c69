"""Everyone who acts: simulated humans and agents."""

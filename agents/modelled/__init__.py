"""Modelled: agents and humans whose words a language model chooses."""

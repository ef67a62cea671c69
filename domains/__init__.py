"""Worlds: data, tools, policy and scenarios; each a package with the same rooms."""

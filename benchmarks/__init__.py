"""Benchmarks: one runnable question a module; each prints one JSON line and asserts nothing.

A figure is a ratio inside one run, ours against a floor, since machines are shared and noisy.
"""

"""Scenarios: what customers of the phone company call about, composed of faults and of wishes for their account."""

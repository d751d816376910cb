"""Decisions as values and pure functions: no client, no sleep, no clock, no environment."""

"""Aerostack's client and its namespaces."""

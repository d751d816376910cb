# Derived from overlay/veneer/_async/aerostack/__init__.py by scripts/unasync.py: edit that file, not this one.
"""Aerostack's client and its namespaces."""

# Derived from overlay/veneer/_async/hestiaos/__init__.py by scripts/unasync.py: edit that file, not this one.
"""HestiaOS's client and its namespaces."""

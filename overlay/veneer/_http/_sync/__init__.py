# Derived from overlay/veneer/_http/_async/__init__.py by scripts/unasync.py: edit that file, not this one.
"""The waiting part of the connection layer, written once as async; `_sync` is derived from it."""

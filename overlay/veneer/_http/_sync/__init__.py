# Derived from overlay/veneer/_http/_async/__init__.py by scripts/unasync.py: edit that file, not this one.
"""What of the connection layer waits, written once as async; `_sync` is derived from it."""

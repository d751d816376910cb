# Derived from overlay/veneer/_async/__init__.py by scripts/unasync.py: edit that file, not this one.
"""The shell, written once as async; `veneer._sync` is derived from it."""

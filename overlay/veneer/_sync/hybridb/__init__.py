# Derived from overlay/veneer/_async/hybridb/__init__.py by scripts/unasync.py: edit that file, not this one.
"""The hybriDB facade."""

# Derived from overlay/veneer/_async/velerian/__init__.py by scripts/unasync.py: edit that file, not this one.
"""The Velerian facade."""

# Derived from overlay/veneer_testing/_async/__init__.py by scripts/unasync.py: edit that file, not this one.
"""The clients and their connections, with a cassette between them."""

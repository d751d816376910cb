# Derived from overlay/veneer_testing/_async/__init__.py by scripts/unasync.py: edit that file, not this one.
"""Put a cassette between the clients and their connections."""

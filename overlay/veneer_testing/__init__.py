"""Fixtures, faults and cassettes for pytest, whatever the API; `veneer.testing` is the plugin that brings them."""

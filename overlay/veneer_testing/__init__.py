"""Provide fixtures, faults and cassettes for pytest, for any API; `veneer.testing` is the plugin with them."""

"""What of the connection layer waits, written once as async; `_sync` is derived from it."""

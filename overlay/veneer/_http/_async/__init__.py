"""The waiting part of the connection layer, written once as async; `_sync` is derived from it."""

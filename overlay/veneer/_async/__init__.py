"""The shell, written once as async; `veneer._sync` is derived from it."""

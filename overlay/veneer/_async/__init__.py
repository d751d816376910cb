"""The shell and the facades, written once as async; `veneer._sync` is derived from them."""

"""The package's version."""

from veneer import __version__

__all__ = ["__version__"]

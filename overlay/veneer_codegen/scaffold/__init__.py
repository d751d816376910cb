"""Create a project from a contract: `veneer new`."""

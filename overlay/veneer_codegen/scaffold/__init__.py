"""Start a project of veneer's own shape from a contract: `veneer new`."""

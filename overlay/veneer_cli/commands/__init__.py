"""The groups of commands, one module per group, loaded one at a time."""

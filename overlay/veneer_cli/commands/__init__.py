"""The groups of commands, one module for each, loaded one at a time."""

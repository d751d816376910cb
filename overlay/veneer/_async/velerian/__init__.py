"""The Velerian facade."""

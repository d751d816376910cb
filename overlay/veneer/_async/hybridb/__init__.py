"""The hybriDB facade."""

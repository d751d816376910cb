"""The pipeline from a contract to a generated client, and the checks that keep them in step."""

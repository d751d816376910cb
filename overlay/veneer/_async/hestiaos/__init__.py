"""HestiaOS's client and its namespaces."""

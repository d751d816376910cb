"""Put a cassette between the clients and their connections."""

"""The clients and their connections, with a cassette between them."""

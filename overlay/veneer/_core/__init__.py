"""Values in, values out: no client, no sleep, no clock, no environment."""

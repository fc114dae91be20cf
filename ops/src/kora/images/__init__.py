"""Container engines behind a port."""

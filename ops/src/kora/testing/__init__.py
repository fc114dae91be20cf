"""Public fakes and fixtures."""

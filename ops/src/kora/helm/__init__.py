"""Helm behind a port."""

"""Taskora, an AI task manager: see the architecture page for the map of the packages."""

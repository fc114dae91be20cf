"""Kora, the operations toolkit: an empty shell until its own part of the work begins."""

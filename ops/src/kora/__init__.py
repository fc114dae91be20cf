"""Kora ships an application to Kubernetes, answers questions about it and cares for it, behind one gate."""

__version__ = "0.1.0"

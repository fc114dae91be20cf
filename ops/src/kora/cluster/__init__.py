"""The Kubernetes API behind a port."""

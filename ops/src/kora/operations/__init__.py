"""Deterministic use cases: plans, deploy, dockerfiles."""

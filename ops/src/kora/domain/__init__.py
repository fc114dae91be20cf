"""Value types that every layer shares: object references, risk, plans, findings, results, actors.

Nothing in here has an effect.
Pydantic models, frozen, JSON both ways; imports only `kit`.
"""

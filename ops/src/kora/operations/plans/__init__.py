"""Plans from the first idea to the last check: make, diff, store, approve, apply, verify, roll back, undo, resume.

Reading happens everywhere in here; writing only in `apply` and `rollback`, through a `ClusterWriter` that the invoker
hands in.
"""

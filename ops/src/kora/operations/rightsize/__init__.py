"""Right-sizing: what containers use, what they should ask for, and the way to give it to them.

samples → formulas → scans (one container of one workload) → a table, KRR-shaped JSON, a values patch, a plan.
"""

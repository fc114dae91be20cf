"""Healing: from findings to plans or escalations, and one pass over a namespace.

`plan` is what `kora ask` calls for "fix …"; `rounds.Round` is the loop of the operator and of `kora heal`.
"""

from kora.operations.heal.case import Escalation
from kora.operations.heal.planner import NotHealable, draft, plan

__all__ = ["Escalation", "NotHealable", "draft", "plan"]

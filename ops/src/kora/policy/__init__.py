"""Pure decisions: the gate on commands, and what policy allows. No I/O.

`gate.classify` judges a command line from outside; `rules.decide` judges a tool call or a plan by the policy document.
"""

from kora.policy.document import PolicyDocument
from kora.policy.gate import classify
from kora.policy.history import Attempt, History
from kora.policy.losses import Change
from kora.policy.rules import decide

__all__ = ["Attempt", "Change", "History", "PolicyDocument", "classify", "decide"]

"""The small words of the gate: a judgement, and how its rules write one."""

from typing import NamedTuple

from kora.domain.risk import Risk, Verdict


class Judgement(NamedTuple):
    """What one rule says."""

    verdict: Verdict
    risk: Risk
    rule: str
    reason: str


def allow(reason: str, rule: str = "read") -> Judgement:
    """It may run."""
    return Judgement(Verdict.ALLOW, Risk.READ, rule, reason)


def ask(risk: Risk, rule: str, reason: str) -> Judgement:
    """A person decides."""
    return Judgement(Verdict.ASK, risk, rule, reason)


def deny(rule: str, reason: str, risk: Risk = Risk.DESTRUCTIVE) -> Judgement:
    """It must not run; what isn't understood is taken for the worst."""
    return Judgement(Verdict.DENY, risk, rule, reason)

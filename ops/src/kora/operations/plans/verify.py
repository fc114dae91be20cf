"""Waiting until the postconditions hold, then watching that they keep holding. By our clock, within limits."""

from collections.abc import Sequence
from dataclasses import dataclass

from kora.domain.plans import Postcondition
from kora.domain.progress import Progress, Report
from kora.kit import clock
from kora.kit.errors import Retryable
from kora.operations.plans.checks import Check, Memory, look, remember_restarts
from kora.operations.plans.effects import World

INTERVAL = 1.0
"""Seconds between two looks."""


@dataclass(frozen=True)
class Verification:
    """How it ended. `seconds` from the first look to the last."""

    holds: bool
    text: str
    seconds: float


def verify(
    world: World, conditions: Sequence[Postcondition], *, verify_seconds: float, hold_seconds: float, report: Report
) -> Verification:
    """Look until every condition holds and has held for `hold_seconds`.

    Gives up after `verify_seconds` (plus the hold window), or at once when waiting can't help. A cluster that does not
    answer counts as not holding.
    """
    began = clock.monotonic()
    wanted, memory = tuple(conditions), Memory()
    held_since: float | None = None
    said = ""
    while True:
        failed = _first_failure(world, wanted, memory)
        passed = clock.monotonic() - began
        if failed is None:
            if held_since is None:
                held_since = clock.monotonic()
                _remember(world, wanted, memory)
                report(Progress(phase="hold", text=f"All {len(wanted)} conditions hold; watching {hold_seconds:.0f} s"))
            if clock.monotonic() - held_since >= hold_seconds:
                return Verification(True, f"All {len(wanted)} conditions held for {hold_seconds:.0f} s.", passed)
        else:
            held_since = None
            if failed.text != said:
                said = failed.text
                report(Progress(phase="verify", text=said, data={"seconds": round(passed, 1)}))
            if failed.hopeless:
                return Verification(False, f"{failed.text}.", passed)
            if passed >= verify_seconds:
                return Verification(False, f"After {verify_seconds:.0f} s: {failed.text}.", passed)
        clock.sleep(INTERVAL)


def holding(world: World, conditions: Sequence[Postcondition]) -> tuple[Postcondition, ...]:
    """Those that hold right now."""
    memory = Memory()
    return tuple(condition for condition in conditions if look(world, condition, memory).holds)


def _first_failure(world: World, conditions: Sequence[Postcondition], memory: Memory) -> Check | None:
    for condition in conditions:
        try:
            check = look(world, condition, memory)
        except Retryable as error:
            return Check(False, error.message.rstrip("."))
        if not check.holds:
            return check
    return None


def _remember(world: World, conditions: tuple[Postcondition, ...], memory: Memory) -> None:
    try:
        remember_restarts(world, conditions, memory)
    except Retryable:
        memory.restarts.clear()  # the next look compares with nothing, and finds no restart that was not there

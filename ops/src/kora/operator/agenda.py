"""When a namespace is looked at, and when somebody sees to what was found. Pure: moments in, answers out.

A change makes its namespace due at once (after the burst of changes that it belongs to). Without changes a namespace is
looked at again all the same, because causes ripen with time: often while something is moving or wrong, else rarely.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

BURST_SECONDS = 1.0
"""Changes come in bursts: one look for all of them."""
SOON, LATER = 10.0, 30.0
"""Seconds between two looks of a namespace that moves or has findings, and (unless its policy says otherwise) of one
that is quiet."""
QUIET_AFTER = 120.0
CONFIRM_SECONDS = 4.0
"""A finding is seen for so long before anything is done about it."""
FIRST_RETRY, LAST_RETRY = 30.0, 300.0
"""Seconds until an unsolved finding is seen to again, at first and in the end."""
MOST_BESIDE, BETWEEN = 3, 5.0
"""Passes that repair something in one namespace while another begins; and seconds between such passes."""


@dataclass
class _Place:
    changed_at: float | None = None
    """The first change since the last look."""
    moved_at: float = float("-inf")
    looked_at: float = float("-inf")
    later: float = LATER


@dataclass
class _Turn:
    seen_to: frozenset[str] = frozenset()
    at: float = float("-inf")
    retry: float = FIRST_RETRY
    jobs: int = 0
    repairs: dict[int, frozenset[str]] = field(default_factory=dict)
    """Jobs that repair something, with the findings for it; another pass may be made beside them."""


@dataclass
class Agenda:
    """What is due. Moments are seconds on the monotonic clock."""

    _places: dict[str, _Place] = field(default_factory=dict)
    _turns: dict[str, _Turn] = field(default_factory=dict)

    def keep(self, namespaces: frozenset[str], later: Callable[[str], float] = lambda _name: LATER) -> None:
        """Only these count from now on. later: seconds between two looks of one while it is quiet."""
        for table in (self._places, self._turns):
            for name in [each for each in table if each not in namespaces]:
                del table[name]
        for name in namespaces:
            self._places.setdefault(name, _Place()).later = later(name)

    def changed(self, namespace: str | None, now: float) -> None:
        """An object in `namespace` (None: of the cluster) is another now."""
        for name in [namespace] if namespace is not None else list(self._places):
            place = self._places.get(name)
            if place is not None:
                place.moved_at = now
                if place.changed_at is None:
                    place.changed_at = now

    def due(self, troubled: frozenset[str], now: float) -> list[str]:
        """Namespaces to look at now; `troubled` are those with findings."""
        return sorted(name for name, each in self._places.items() if self._when(name, each, troubled, now) <= now)

    def wait(self, troubled: frozenset[str], now: float, most: float) -> float:
        """Seconds until something is due, at most `most`."""
        moments = [self._when(name, each, troubled, now) for name, each in self._places.items()]
        return max(0.0, min([most, *(each - now for each in moments)]))

    def looked(self, namespace: str, now: float) -> None:
        """It was looked at."""
        place = self._places.setdefault(namespace, _Place())
        place.looked_at, place.changed_at = now, None

    def _when(self, name: str, place: _Place, troubled: frozenset[str], now: float) -> float:
        moving = name in troubled or now - place.moved_at < QUIET_AFTER
        by_time = place.looked_at + (min(SOON, place.later) if moving else place.later)
        return by_time if place.changed_at is None else min(by_time, place.changed_at + BURST_SECONDS)

    # --- seeing to findings -----------------------------------------------------------------------------------------

    def wants_pass(self, namespace: str, unsolved: frozenset[str], now: float) -> bool:
        """Whether somebody should see to the findings of a namespace: `unsolved` are the confirmed ones as they stand,
        each in a word of the caller's."""
        turn = self._turns.setdefault(namespace, _Turn())
        if not unsolved or turn.jobs > len(turn.repairs) or len(turn.repairs) >= MOST_BESIDE:
            return False
        if turn.repairs and now - turn.at < BETWEEN:
            return False
        return bool(unsolved - turn.seen_to) or now - turn.at >= turn.retry

    def begin(self, namespace: str) -> None:
        """Somebody is at it."""
        self._turns.setdefault(namespace, _Turn()).jobs += 1

    def repairs(self, namespace: str, job: int, findings: frozenset[str]) -> None:
        """What a job repairs from now on."""
        turn = self._turns.setdefault(namespace, _Turn())
        turn.repairs[job] = turn.repairs.get(job, frozenset()) | findings

    def repaired(self, namespace: str) -> frozenset[str]:
        """Findings that are being repaired."""
        return frozenset().union(*self._turns.setdefault(namespace, _Turn()).repairs.values())

    def end(self, namespace: str, job: int, seen_to: frozenset[str] | None, now: float) -> None:
        """A job is done; `seen_to` are the findings that it came to (None: it was something else)."""
        turn = self._turns.setdefault(namespace, _Turn())
        turn.jobs = max(0, turn.jobs - 1)
        turn.repairs.pop(job, None)
        if seen_to is None:
            return
        turn.retry = min(turn.retry * 2, LAST_RETRY) if seen_to <= turn.seen_to else FIRST_RETRY
        turn.seen_to, turn.at = seen_to, now

    def busy(self, namespace: str) -> bool:
        """Whether somebody is at it."""
        return self._turns.setdefault(namespace, _Turn()).jobs > 0

    def again(self, namespace: str) -> None:
        """What was said about the findings of a namespace may not hold any more: see to them anew."""
        turn = self._turns.setdefault(namespace, _Turn())
        turn.seen_to, turn.retry = frozenset(), FIRST_RETRY

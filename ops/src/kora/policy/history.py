"""What Kora did lately, as far as policy limits it: rates, cooldowns, attempts, the circuit breaker. Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple

from kora.domain.objects import ObjectRef
from kora.policy.document import AutoRestart, Limits, seconds


class Attempt(NamedTuple):
    """One write that Kora made by itself."""

    target: ObjectRef
    at: datetime
    succeeded: bool | None = None
    """None while it is not known yet."""


class Limit(NamedTuple):
    """A limit that holds Kora back, and why."""

    rule: str
    reason: str


class History(NamedTuple):
    """Kora's own writes, oldest first. The caller keeps it (the operator from its log and the cluster)."""

    attempts: tuple[Attempt, ...] = ()

    def held_back(self, targets: tuple[ObjectRef, ...], limits: Limits, now: datetime) -> Limit | None:
        """The limit that another write to `targets` would break; None when it may go on."""
        return self._breaker(limits, now) or self._rate(limits, now) or self._objects(targets, limits, now)

    def room(self, limits: Limits, now: datetime, begun: int = 0) -> int:
        """How many more changes may be begun, so that no more fail in a row than the circuit breaker lets. begun: how
        many the caller knows to be under way, whether or not they are written down yet."""
        under_way = sum(each.succeeded is None for each in self.attempts)
        return max(0, limits.circuit_breaker.failures - self._failed(limits, now) - max(begun, under_way))

    def restarted(self, targets: tuple[ObjectRef, ...], settings: AutoRestart, now: datetime) -> Limit | None:
        """The limit on restarts that another one would break."""
        window = timedelta(seconds=seconds(settings.cooldown_period))
        for target in targets:
            recent = sum(each.target == target and now - each.at < window for each in self.attempts)
            if recent >= settings.max_restarts:
                return Limit("max-restarts", f"{target} was renewed {recent} times within {settings.cooldown_period}")
        return None

    def _failed(self, limits: Limits, now: datetime) -> int:
        """Changes in a row that failed lately, up to the newest."""
        rest = timedelta(seconds=seconds(limits.circuit_breaker.reset_after))
        failed = 0
        for attempt in reversed([each for each in self.attempts if each.succeeded is not None]):
            if attempt.succeeded or now - attempt.at > rest:
                break
            failed += 1
        return failed

    def _breaker(self, limits: Limits, now: datetime) -> Limit | None:
        failed = self._failed(limits, now)
        if failed < limits.circuit_breaker.failures:
            return None
        return Limit("circuit-breaker", f"the last {failed} changes failed")

    def _rate(self, limits: Limits, now: datetime) -> Limit | None:
        recent = sum(now - each.at < timedelta(hours=1) for each in self.attempts)
        if recent < limits.max_writes_per_hour:
            return None
        return Limit("rate-limit", f"{recent} changes were made within the last hour")

    def _objects(self, targets: tuple[ObjectRef, ...], limits: Limits, now: datetime) -> Limit | None:
        wait = timedelta(seconds=seconds(limits.cooldown))
        for target in targets:
            mine = [each for each in self.attempts if each.target == target]
            if any(now - each.at < wait for each in mine):
                return Limit("cooldown", f"{target} was changed less than {limits.cooldown} ago")
            today = sum(now - each.at < timedelta(days=1) for each in mine)
            if today >= limits.max_attempts:
                return Limit("max-attempts", f"{target} was changed {today} times within a day, to no lasting avail")
        return None

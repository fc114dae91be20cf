"""The console that the operator serves: people sign in with a Kubernetes token, and the cluster says what they may.

Whoever may list findings in every namespace that is looked after comes in; approving and rejecting is asked for each
time (may this person create an Approval there?), recorded under the person's name, and carried out by the operator's
own loop. Diagnosis comes from the operator's memory.
"""

import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import uvicorn

from kora.audit import AuditLog
from kora.cluster.client import KubernetesReader
from kora.cluster.reviews import Identity, identify, may
from kora.console.desk import KEPT_LINES, Activity, Desk
from kora.console.endpoints import make_app
from kora.console.sessions import Session, Sessions
from kora.domain.actors import Actor, Surface
from kora.domain.plans import PlanState
from kora.domain.progress import Progress
from kora.kit import clock
from kora.kit.errors import Denied, Invalid, Retryable
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.operator.resources import APPROVAL, FINDING, GROUP
from kora.tools.approving import approve_plan, reject_plan
from kora.tools.context import Context

LIFETIME = timedelta(hours=1)
ATTEMPTS_PER_MINUTE = 30
COOKIE = "kora_operator"
_LONGEST_TOKEN = 16_000
_AT_WORK = frozenset({PlanState.APPROVED, PlanState.APPLYING, PlanState.VERIFYING, PlanState.ROLLING_BACK})


class TokenSessions(Sessions):
    """Kubernetes tokens become sessions.

    namespaces: those that are looked after now.
    """

    refusal = "The cluster does not know this token."
    page = "login_token.html"

    def __init__(self, reader: KubernetesReader, namespaces: Callable[[], Sequence[str]]) -> None:
        super().__init__()
        self._reader, self._namespaces = reader, namespaces
        self._people: dict[str, Identity] = {}
        self._attempts: deque[float] = deque(maxlen=ATTEMPTS_PER_MINUTE)
        self._lock = threading.Lock()

    def enter(self, token: str) -> tuple[str, Session] | None:
        """A session for the owner of a token; None when the cluster does not know it.

        Raises:
            Denied: known, but may not look at findings here. Retryable: too many attempts.
        """
        with self._lock:
            now = clock.monotonic()
            if len(self._attempts) == ATTEMPTS_PER_MINUTE and now - self._attempts[0] < 60:
                raise Retryable("Too many attempts. Try again in a minute.")
            self._attempts.append(now)
        token = token.strip()
        if not token or len(token) > _LONGEST_TOKEN or not token.isascii() or not token.isprintable():
            return None
        who = identify(self._reader, token)
        if who is None:
            return None
        spaces = self._namespaces()
        if not spaces or not all(may(self._reader, who, "list", GROUP, FINDING.plural, each) for each in spaces):
            raise Denied(f"{who.name} may not list findings in every namespace that is looked after here.")
        self._people[who.name] = who
        return self.begin(who.name, LIFETIME)

    def may_approve(self, person: str, namespace: str) -> bool:
        """Whether somebody who came in may create an Approval in a namespace, by the cluster's word this moment."""
        who = self._people.get(person)
        return who is not None and may(self._reader, who, "create", GROUP, APPROVAL.plural, namespace)


@dataclass(frozen=True)
class Hands:
    """What the desk needs of the operator.

    context_for: its context in a namespace. why_not: why nothing may be changed there. space_of: where a plan is
    decided. applies: whether approved plans are carried out here. wake: tells the loop to look.
    """

    context_for: Callable[[str], Context | None]
    why_not: Callable[[str], str | None]
    space_of: Callable[[PlanRecord], str]
    namespaces: Callable[[], Sequence[str]]
    applies: bool
    wake: Callable[[], None]


class OperatorDesk(Desk):
    """A desk whose plans are the operator's."""

    def __init__(self, context: Context, audit: AuditLog, hands: Hands, sessions: TokenSessions) -> None:
        super().__init__(context, audit)
        self._hands, self._people = hands, sessions
        self._lines: dict[str, deque[str]] = {}

    def looked_at(self) -> Sequence[str]:
        """The namespaces that policies name now."""
        return self._hands.namespaces()

    def approve(self, person: str, plan_id: str, plan_hash: str) -> None:
        """The person's yes; the loop carries the plan out.

        Raises:
            Denied: the person may not, or nothing may be changed now. And as `Desk.approve`.
        """
        if len(plan_hash) != 64:
            raise Invalid("An approval needs the plan's whole hash.")
        context, space = self._allowed(person, plan_id)
        if not self._hands.applies:
            raise Denied("This operator only proposes; it was not given the right to carry plans out.")
        if (why := self._hands.why_not(space)) is not None:
            raise Denied(f"Nothing can be changed now: {why}.")
        approve_plan(context, plan_id, plan_hash=plan_hash)
        self._hands.wake()

    def reject(self, person: str, plan_id: str, reason: str) -> None:
        """The person's no.

        Raises:
            Denied: the person may not.
        """
        context, _space = self._allowed(person, plan_id)
        reject_plan(context, plan_id, reason.strip()[:500])
        self._hands.wake()

    def _allowed(self, person: str, plan_id: str) -> tuple[Context, str]:
        """The person's context in the plan's namespace."""
        space = self._hands.space_of(PlanStore(self._context.home).load(plan_id))
        if not self._people.may_approve(person, space):
            raise Denied(f"{person} may not create approvals in {space}.")
        context = self._hands.context_for(space)
        if context is None:
            raise Denied(f"No policy holds in the namespace {space}.")
        return replace(context, actor=Actor(name=person, surface=Surface.CONSOLE, interactive=True)), space

    def progress(self, progress: Progress) -> None:
        """The loop tells where a plan stands."""
        plan_id = progress.data.get("plan")
        if isinstance(plan_id, str):
            self._lines.setdefault(plan_id, deque(maxlen=KEPT_LINES)).append(progress.text)
            if progress.phase in ("done", "rolled_back", "failed", "void"):
                self._seen_at = None  # the next look is a new one

    def plan(self, plan_id: str) -> dict[str, Any]:
        """One plan whole, with what happens to it now."""
        shown = super().plan(plan_id)
        record = PlanStore(self._context.home).load(plan_id)
        at_work = record.state in _AT_WORK
        if at_work or plan_id in self._lines:
            activity = Activity(self._lines.get(plan_id, deque())).as_json()
            over = {"running": False, "status": "ok" if record.state is PlanState.DONE else "failed"}
            activity |= {} if at_work else over | {"answer": record.reason}
            shown["activity"] = activity
        return shown


def serve_console(
    desk: OperatorDesk, sessions: TokenSessions, host: str, port: int, allowed: Sequence[str]
) -> uvicorn.Server:
    """Serve in a thread; gives the server.

    Raises:
        OSError: the port can't be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    app = make_app(desk, sessions, cookie=COOKIE, allowed=tuple(allowed))
    config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, args=([listening],), name="console", daemon=True).start()
    return server

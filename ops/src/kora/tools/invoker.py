"""The only way to an effect: look up → validate → decide → approval → record the attempt → open the writer → run
under a deadline → map failures → record the outcome.

No other module may import `kora.cluster.writer`; an import contract holds that.
"""

from collections.abc import Callable, Mapping
from typing import Any

from kora.cluster.port import ClusterReader, ClusterWriter
from kora.domain.plans import Plan
from kora.domain.results import Outcome
from kora.domain.risk import Decision
from kora.tools.context import Context
from kora.tools.registry import Registry, load

Consent = Callable[[Decision, Plan | None, str], bool]
"""Asks the person at a front door about one decision (with the plan and its diff, when there is a plan). Only front
doors where a person sits may give one to the invoker: a consent is never an argument, so no model can approve."""

OpenWriter = Callable[[ClusterReader], ClusterWriter]


class Invoker:
    """Calls tools by name on behalf of the context's actor.

    Without a `consent`, whatever policy wants asked ends as APPROVAL_REQUIRED (with the stored plan's id).
    """

    def __init__(
        self,
        context: Context,
        *,
        consent: Consent | None = None,
        tools: Registry | None = None,
        open_writer: OpenWriter | None = None,
    ) -> None:
        self._context, self._consent = context, consent
        self._tools = tools or load()
        self._open_writer = open_writer

    def call(self, name: str, arguments: Mapping[str, Any] | None = None) -> Outcome:
        """Invoke the tool `name`. Expected failures come back as an Outcome (status, error), never as an exception."""
        raise NotImplementedError

"""The two tools behind `kora ask`: one answers, one proposes a plan. The prompt is data, never an instruction."""

from pydantic import Field

from kora.domain.results import Outcome, Status
from kora.domain.risk import Risk
from kora.kit.errors import Invalid
from kora.operations.ask.session import Session
from kora.operations.plans.make import Draft
from kora.tools.context import Context
from kora.tools.declaration import Arguments, Tool
from kora.tools.registry import registry


class Prompt(Arguments):
    """One request in plain language."""

    prompt: str = Field(min_length=1, max_length=20_000)
    namespace: str | None = Field(default=None, description="where to look when the prompt names no namespace")
    choices: dict[str, str] = Field(
        default_factory=dict, description="answers to an ambiguous target: phrase to kind/namespace/name"
    )


def session_of(context: Context, arguments: Prompt) -> Session:
    """The session that a prompt opens on the context's cluster."""
    return Session(
        context.reader,
        arguments.prompt,
        namespace=arguments.namespace,
        choices=arguments.choices,
        understanding=context.understanding,
    )


def _read(context: Context, arguments: Prompt) -> Outcome:
    answer = session_of(context, arguments).answer()
    data = {"commands": answer.commands, "result": answer.data, "violations": answer.violations}
    return Outcome(status=Status.OK if answer.found else Status.NO_DATA, answer=answer.text, data=data)


def _change(context: Context, arguments: Prompt) -> Draft:
    session = session_of(context, arguments)
    session.require_understood()
    if not session.changes:
        raise Invalid("This prompt asks for no change.", fix='kora ask "…"')
    return session.plan(context.actor, context.helm).draft


READ = registry.register(
    Tool("ask.read", "Answers a question about the cluster in plain language.", Prompt, Risk.READ, run=_read)
)
CHANGE = registry.register(
    Tool("ask.change", "Makes one plan of the changes that a prompt asks for.", Prompt, Risk.WRITE, propose=_change)
)

"""From the options of a command to one call of a tool: context, invoker, and failures with their own exit code."""

import getpass
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from kora.cli.application import can_ask, kora_home
from kora.domain.progress import Progress, Report, silent
from kora.domain.results import Outcome
from kora.kit.errors import KoraError
from kora.tools.registry import Registry

if TYPE_CHECKING:
    from kora.helm.port import HelmEngine
    from kora.llm.port import LanguageModel
    from kora.tools.context import Context


def surroundings_of(
    *,
    kubeconfig: Path | None = None,
    context: str | None = None,
    helm: "HelmEngine | None" = None,
    policy: Path | None = None,
    report: Report = silent,
) -> "Context":
    """The context of the person at this terminal. The cluster is asked at the first question, not here.

    Raises:
        Misconfigured: the policy file is wrong.
    """
    from kora.audit.keys import open_log
    from kora.cluster.client import connect
    from kora.domain.actors import Actor, Surface
    from kora.policy.document import PolicyDocument
    from kora.policy.document import load as load_policy
    from kora.tools.context import Context

    home = kora_home()
    actor, audit = Actor(name=getpass.getuser(), surface=Surface.CLI, interactive=can_ask()), open_log(home / "audit")
    return Context(
        actor=actor,
        reader=connect(kubeconfig, context),
        audit=audit,
        home=home,
        policy=PolicyDocument() if policy is None else load_policy(policy),
        helm=helm,
        progress=report,
    )


def configured_model() -> "LanguageModel | None":
    """The language model that the environment names; None when it names none.

    Raises:
        ModelMisconfigured: the settings contradict each other.
    """
    from kora.llm.chat import ChatModel
    from kora.llm.settings import endpoint_of

    endpoint = endpoint_of(os.environ)
    return None if endpoint is None else ChatModel(endpoint)


def call_tool(
    name: str,
    arguments: Mapping[str, Any],
    *,
    kubeconfig: Path | None = None,
    context: str | None = None,
    helm: str | None = None,
    report: Report = silent,
    tools: Registry | None = None,
    consent: Callable[..., bool] | None = None,
) -> Outcome:
    """Invoke one tool as the person at this terminal, on the cluster of the kubeconfig.

    Raises:
        KoraError: the tool's own failure, with its code and exit code.
    """
    from kora.helm.choice import choose
    from kora.tools.invoker import Invoker

    surroundings = surroundings_of(
        kubeconfig=kubeconfig,
        context=context,
        helm=choose(helm, kubeconfig=kubeconfig, context=context).engine,
        report=report,
    )
    outcome = Invoker(surroundings, consent=consent, tools=tools).call(name, arguments)
    if outcome.error is not None or outcome.status.exit_code:
        raise failure_of(outcome)
    return outcome


def failure_of(outcome: Outcome) -> KoraError:
    """The error that an outcome stands for, with the exit code of its class."""
    told = outcome.error or {}
    error = KoraError(
        str(told.get("message") or outcome.answer or "It did not work."),
        fix=told.get("fix"),
        details=told.get("details"),
    )
    error.code = str(told.get("code") or outcome.status.value.upper())  # type: ignore[misc]
    error.exit_code = int(told.get("exit_code") or outcome.status.exit_code or 1)  # type: ignore[misc]
    return error


def progress_lines(*, quiet: bool) -> Report:
    """Progress as lines on standard error, none twice in a row; nothing when `quiet`."""
    if quiet:
        return silent
    last: list[str] = []

    def tell(progress: Progress) -> None:
        if last != [progress.text]:
            last[:] = [progress.text]
            sys.stderr.write(f"{progress.phase.replace('_', ' '):>20}  {progress.text}\n")
            sys.stderr.flush()

    return tell


def ask(question: str) -> bool:
    """A yes or no at the terminal; no when nobody sits there."""
    return can_ask() and typer.confirm(question, default=False, err=True)

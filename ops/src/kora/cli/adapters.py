"""`kora adapters`: other people's tools beside ours, what kubectl-ai would do, what k8sgpt and KRR found.

Nothing that they propose is carried out. Exit codes: 0 · 2 wrong use · 4 `propose` without a yes · 69 tool absent.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kora.cli.application import (
    ContextOption,
    JsonOption,
    KubeconfigOption,
    NamespaceOption,
    YesOption,
    app,
    can_ask,
    print_json,
    read_standard_input,
)
from kora.kit.errors import Invalid

if TYPE_CHECKING:
    from kora.domain.results import Outcome
    from kora.domain.risk import Decision

adapters = typer.Typer(
    help="Other tools beside ours: present or absent, their proposals, their second opinion.",
    epilog="Next: kora adapters propose, kora adapters compare.",
)
app.add_typer(adapters, name="adapters")

_AS_JSON = "as_json"


@adapters.callback(invoke_without_command=True)
def show(context: typer.Context, as_json: JsonOption = False) -> int:
    """Say which tools are there, with the versions that they print themselves, and which language model is set up."""
    context.ensure_object(dict)[_AS_JSON] = as_json
    if context.invoked_subcommand is not None:
        return 0
    outcome = _called("adapters.list", {})
    model = _model()
    if as_json:
        print_json({**outcome.data, "model": model})
        return 0
    typer.echo(outcome.answer)
    typer.echo(f"{'model':<11} {model['text']}")
    return 0


@adapters.command(
    epilog="Next: kora gate -- COMMAND, or kora ask with the same words. Exit codes: 0 · 4 not without a yes · "
    "69 the tool is absent."
)
def propose(
    context: typer.Context,
    prompt: Annotated[str, typer.Argument(help="What kubectl-ai shall be asked.")],
    provider: Annotated[str | None, typer.Option(help="Its --llm-provider.")] = None,
    model: Annotated[str | None, typer.Option(help="Its --model.")] = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> int:
    """Ask the real kubectl-ai what it would do. It gets no cluster; the gate judges each command; nothing is run."""
    arguments = {"prompt": prompt, "provider": provider, "model": model}
    outcome = _called("adapters.propose", arguments, yes=yes)
    return _tell(outcome, as_json=as_json or context.obj[_AS_JSON])


@adapters.command(epilog="Next: kora diagnose --json, kora rightsize --json.")
def compare(
    context: typer.Context,
    k8sgpt: Annotated[str | None, typer.Option(help="A file with `k8sgpt analyze --output json`; - is stdin.")] = None,
    krr: Annotated[str | None, typer.Option(help="A file with `krr simple -q -f json`; - is stdin.")] = None,
    rightsize: Annotated[
        Path | None, typer.Option(help="A file with `kora rightsize --json`, for KRR's values to stand beside.")
    ] = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
    kubeconfig: KubeconfigOption = None,
    kube_context: ContextOption = None,
) -> int:
    """Lay what k8sgpt and KRR found beside what Kora finds."""
    if k8sgpt is None and krr is None:
        raise Invalid("There is nothing to compare with.", fix="kora adapters compare --k8sgpt FILE")
    arguments = {
        "k8sgpt": _text(k8sgpt),
        "krr": _text(krr),
        "kora_rightsize": _text(None if rightsize is None else str(rightsize)),
        "namespace": namespace,
    }
    outcome = _called("adapters.compare", arguments, kubeconfig=kubeconfig, context=kube_context)
    return _tell(outcome, as_json=as_json or context.obj[_AS_JSON])


def _called(name: str, arguments: dict[str, Any], *, yes: bool = False, **cluster: Any) -> "Outcome":
    from kora.cli.calling import failure_of, surroundings_of
    from kora.tools.invoker import Invoker

    surroundings = surroundings_of(**cluster)
    outcome = Invoker(surroundings, yes=yes, consent=_consent if can_ask() else None).call(name, arguments)
    if outcome.error is not None:
        raise failure_of(outcome)
    return outcome


def _consent(_decision: "Decision", _plan: Any, _diff: str) -> bool:
    return typer.confirm(
        "This starts kubectl-ai, which sends the prompt to its own model and brings a shell of its own. Start it?",
        default=False,
        err=True,
    )


def _tell(outcome: "Outcome", *, as_json: bool) -> int:
    if as_json:
        print_json({"status": outcome.status.value, "answer": outcome.answer, **(outcome.data or {})})
    else:
        typer.echo(outcome.answer)
    return outcome.status.exit_code


def _text(file: str | None) -> str | None:
    from kora.adapters.k8sgpt import MOST_BYTES

    if file is None:
        return None
    try:
        if file == "-":
            return read_standard_input(MOST_BYTES + 1)
        with Path(file).open(encoding="utf-8", errors="replace") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        way = "Name a file, or - for standard input."
        raise Invalid(f"{file} can't be read: {error.strerror}.", fix=way) from error


def _model() -> dict[str, Any]:
    """The language model of `kora ask`: which, where, or why there is none. Nothing is sent."""
    import os

    from kora.kit.errors import KoraError
    from kora.llm.settings import BASE_URL, endpoint_of

    try:
        endpoint = endpoint_of(os.environ)
    except KoraError as error:
        return {"configured": False, "text": f"not usable: {error.message}", "next": error.fix}
    if endpoint is None:
        return {"configured": False, "text": f"none; rules alone read prompts ({BASE_URL} is not set)"}
    key = "with a key" if endpoint.key is not None else "without a key"
    return {
        "configured": True,
        "model": endpoint.model,
        "host": endpoint.host,
        "text": f"{endpoint.model} at {endpoint.host}, {key}; asked only when the rules don't understand",
    }

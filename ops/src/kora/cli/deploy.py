"""`kora up|down|status|open|logs|doctor|init`: from a source tree to a running application, and what follows."""

from pathlib import Path
from typing import Annotated, Any

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
)
from kora.cli.calling import ask, call_tool
from kora.kit.errors import ApprovalRequired, NotFound

PathArgument = Annotated[Path, typer.Argument(help="A folder with a kora.yaml, or the file itself.")]
HelmOption = Annotated[
    str | None, typer.Option("--helm", help="`library`, or a helm program; the library by default (KORA_HELM).")
]


def _where(path: Path, namespace: str | None, kubeconfig: Path | None, context: str | None) -> dict[str, Any]:
    return {
        "path": str(path),
        "namespace": namespace,
        "kubeconfig": str(kubeconfig) if kubeconfig else None,
        "context": context,
    }


@app.command(
    epilog="Next: kora status, kora open, kora logs. Exit codes: those below kora --help; each class of broken "
    "release has its own, see docs/reference/kora-errors.md."
)
def up(
    path: PathArgument = Path(),
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    yes: YesOption = False,
    keep: Annotated[bool, typer.Option("--keep", help="Leave a broken release as it is.")] = False,
    registry: Annotated[
        str | None, typer.Option(help="Push images to this registry: HOST, HOST:PORT or HOST:PORT/PATH.")
    ] = None,
    load_command: Annotated[
        str | None, typer.Option("--load-command", help="Command that brings an image to the nodes, with {image}.")
    ] = None,
    whole_smoke: Annotated[bool, typer.Option("--smoke", help="Every smoke step, also without a change.")] = False,
    helm: HelmOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build, load, install and try the application; take a broken release back."""
    from kora.cli.phases import listener
    from kora.tools.deploy import Means, up_tool
    from kora.tools.registry import Registry

    show = listener(as_json=as_json)

    def agree(question: str, diff: str) -> bool:
        show.close()
        typer.echo(diff, err=True)
        return ask(question)

    tools = Registry()
    tools.register(up_tool(Means(agree=agree if can_ask() and not (yes or as_json) else None)))
    arguments = _where(path, namespace, kubeconfig, context)
    arguments |= {"registry": registry, "load_command": load_command, "keep": keep, "whole_smoke": whole_smoke}
    try:
        outcome = call_tool(
            "deploy.up",
            arguments,
            kubeconfig=kubeconfig,
            context=context,
            helm=helm,
            report=show,
            tools=tools,
            consent=lambda *asked: True,  # typing `kora up` is the person's yes for the application's own namespace
        )
    finally:
        show.close()
    if as_json:
        print_json({"event": "result", "status": outcome.status, **outcome.data.model_dump(mode="json")})
    else:
        typer.echo(outcome.answer)


@app.command(epilog="Next: kora up brings it back with the data that stayed.")
def down(
    path: PathArgument = Path(),
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    volumes: Annotated[bool, typer.Option("--volumes", help="Delete the data too: volumes and secrets.")] = False,
    yes: YesOption = False,
    helm: HelmOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove the application. Its data stays, and is listed, unless --volumes."""
    question = "Delete the volumes and secrets too? The data cannot be brought back."
    if volumes and not yes and not ask(question):
        raise ApprovalRequired("Nothing was removed: deleting data needs a yes.", fix="kora down --volumes --yes")
    outcome = call_tool(
        "deploy.down_with_data" if volumes else "deploy.down",
        _where(path, namespace, kubeconfig, context),
        kubeconfig=kubeconfig,
        context=context,
        helm=helm,
        consent=lambda *asked: True,  # typing `kora down` is the yes; for data it was asked for above
    )
    if as_json:
        print_json({"status": outcome.status, **outcome.data.model_dump(mode="json")})
    else:
        typer.echo(outcome.answer)


@app.command(epilog="Next, when it is not healthy: kora diagnose. Exit codes: 0 healthy · 10 not healthy.")
def status(
    path: PathArgument = Path(),
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    helm: HelmOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the health of the application's workloads and its addresses."""
    where = _where(path, namespace, kubeconfig, context)
    outcome = call_tool("deploy.status", where, kubeconfig=kubeconfig, context=context, helm=helm)
    found, doors = outcome.data["status"], outcome.data["doors"]
    if as_json:
        shown = {**found.model_dump(mode="json"), "doors": [each.model_dump() for each in doors]}
        print_json({"healthy": found.healthy, **shown})
    else:
        release = found.release
        typer.echo(f"{release.name} in {release.namespace}: revision {release.revision}, {release.status}")
        width = max((len(each.name) for each in found.rows), default=0)
        for row in found.rows:
            mark = "✓" if row.done else "✗"
            images = ", ".join(found.images.get(row.name, ()))
            typer.echo(f"{mark} {row.name:<{width}}  {row.ready}/{row.wanted}  {row.note or images}")
        for pod, count in sorted(found.restarts.items()):
            typer.echo(f"  {pod} restarted {count} times")
        for door in doors:
            typer.echo(f"  {door.url}/" + (f" (host {door.host})" if door.host else ""))
        typer.echo(outcome.answer)
    raise typer.Exit(0 if found.healthy else 10)


@app.command("open", epilog="Next: open the printed address in a browser.")
def open_(
    path: PathArgument = Path(),
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port on this machine; a free one.")] = None,
    seconds: Annotated[float | None, typer.Option(help="End by itself after this long.")] = None,
    helm: HelmOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a port on this machine that leads to the application, until interrupted; it follows replaced pods."""
    from kora.domain.progress import Progress

    def show(progress: Progress) -> None:
        if as_json:
            print_json({"event": "open", **progress.data})
        else:
            typer.echo(f"{progress.text}  (Ctrl-C ends it)")

    arguments = {**_where(path, namespace, kubeconfig, context), "port": port, "seconds": seconds}
    call_tool("deploy.open", arguments, kubeconfig=kubeconfig, context=context, helm=helm, report=show)


@app.command(epilog="Next, when the lines tell of trouble: kora diagnose.")
def logs(
    service: Annotated[str | None, typer.Argument(help="A service of kora.yaml; all of them by default.")] = None,
    path: Annotated[Path, typer.Option("--path", help="A folder with a kora.yaml, or the file itself.")] = Path(),
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes, also from new pods.")] = False,
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    helm: HelmOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the log lines of the application's pods."""
    from kora.domain.progress import Progress

    def show(progress: Progress) -> None:
        pod, _, text = progress.text.partition(" | ")
        if as_json:
            print_json({"pod": pod, "text": text})
        else:
            typer.echo(progress.text)

    arguments = {**_where(path, namespace, kubeconfig, context), "service": service, "follow": follow}
    call_tool("deploy.logs", arguments, kubeconfig=kubeconfig, context=context, helm=helm, report=show)


@app.command(
    epilog="Next: the command beside each failure, then kora up. Exit codes: 0 fine · 10 something is missing."
)
def doctor(
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    helm: HelmOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check whether machine and cluster have what a deployment needs; each failure has one next command."""
    where = _where(Path(), namespace, kubeconfig, context)
    outcome = call_tool("deploy.doctor", where, kubeconfig=kubeconfig, context=context, helm=helm)
    provider, checks = outcome.data["provider"], outcome.data["checks"]
    missing = [each for each in checks if each.level == "missing"]
    if as_json:
        print_json({"provider": provider.model_dump(), "checks": [each.model_dump() for each in checks]})
    else:
        typer.echo(f"{provider.kind}: {provider.why}")
        marks = {"fine": "✓", "weak": "!", "missing": "✗"}
        for each in checks:
            following = f"  next: {each.next}" if each.next else ""
            typer.echo(f"{marks[each.level]} {each.name:<17} {each.said}{following}")
    raise typer.Exit(10 if missing else 0)


@app.command(
    epilog="Next: read the kora.yaml that was written, then kora up. Exit codes: 0 written · 4 a file would be "
    "replaced."
)
def init(
    path: Annotated[Path, typer.Argument(help="The repository.")] = Path(),
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write a kora.yaml for a repository, and Dockerfiles for services that have none."""
    from kora.operations.deploy.configuration import FILE_NAME
    from kora.operations.deploy.survey import survey
    from kora.operations.dockerfiles.writing import changes, write

    folder = path.resolve()
    if not folder.is_dir():
        raise NotFound(f"There is no folder {path}.", fix="kora init FOLDER")
    draft = survey(folder)
    wanted = changes(folder, {FILE_NAME: draft.text, **draft.files})
    replaced = [each for each in wanted if each.before is not None]
    if replaced and not yes:
        for each in replaced:
            typer.echo(each.diff, err=True)
        names = ", ".join(each.path for each in replaced)
        if not ask(f"Replace {names}?"):
            raise ApprovalRequired(f"Nothing was written: {names} would change.", fix="kora init --yes")
    write(folder, wanted)
    if as_json:
        print_json({"written": [each.path for each in wanted], "notes": draft.notes})
        return
    for each in wanted:
        typer.echo(f"wrote {each.path}")
    if not wanted:
        typer.echo(f"{FILE_NAME} says all that this repository tells; nothing was written.")
    for note in draft.notes:
        typer.echo(f"note: {note}")
    typer.echo("Next: kora up")

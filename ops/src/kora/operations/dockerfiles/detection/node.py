"""Node services: Next.js, pages that Vite or Create React App builds, Express and its kin, plain programs."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

from kora.operations.dockerfiles.detection import versions
from kora.operations.dockerfiles.detection.recipe import Recipe
from kora.operations.dockerfiles.detection.sources import health_path, label, text_of, walk
from kora.operations.dockerfiles.errors import RepositoryUnclear
from kora.operations.dockerfiles.services import Framework, Service

_LOCKS = {"package-lock.json": "npm", "npm-shrinkwrap.json": "npm", "pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn"}
_SERVERS = ("express", "fastify", "koa", "@hapi/hapi", "@nestjs/core", "hono", "restify", "polka")
_PAGES = ("vite", "react-scripts", "@angular/cli", "@vue/cli-service", "parcel")
_STORES = {"redis": "redis", "ioredis": "redis", "pg": "postgres", "postgres": "postgres"}
_CODE = (".js", ".mjs", ".cjs", ".ts", ".mts")


def detect(repository: Path, folder: Path) -> Recipe | None:
    """The Node service in a folder; None when it is a library or only holds workspaces together.

    Raises:
        RepositoryUnclear: package.json cannot be read, or nothing says how it starts.
    """
    package = read_package(folder)
    every = {**package.get("devDependencies", {}), **package.get("dependencies", {})}
    scripts: dict[str, str] = package.get("scripts", {})
    notes: list[str] = []
    where = folder.relative_to(repository).as_posix()
    if "next" in every:
        return _next(repository, folder, package, notes, where)
    server = next((name for name in _SERVERS if name in every), None)
    page = next((name for name in _PAGES if name in every), None)
    if page and not server and "build" in scripts:
        return _page(repository, folder, package, page, notes, where)
    has_start = "start" in scripts or (folder / "server.js").is_file()
    if server is None and not has_start:
        return None
    return _server(repository, folder, package, server, notes, where)


def read_package(folder: Path) -> dict[str, Any]:
    """package.json.

    Raises:
        RepositoryUnclear: it cannot be read.
    """
    try:
        document = json.loads(text_of(folder / "package.json") or "{}")
    except ValueError as error:
        raise RepositoryUnclear(f"{folder.name}/package.json cannot be read: {error}.") from error
    return document if isinstance(document, dict) else {}


def _service(
    repository: Path, folder: Path, framework: Framework, notes: list[str], where: str, *, port: tuple[int, str],
    command: tuple[str, ...], health: str | None, manager: str, package: dict[str, Any],
) -> Service:  # fmt: skip
    every = {**package.get("devDependencies", {}), **package.get("dependencies", {})}
    if health is None:
        notes.append(f"{where}: no health route was found; the check asks / and accepts any answer below 500.")
    return Service(
        name=label(folder.name if folder != repository else repository.resolve().name),
        path=where,
        framework=framework,
        port=port[0],
        context=where,
        dockerfile=f"{where}/Dockerfile" if where != "." else "Dockerfile",
        language_version=node_version(folder, package, notes, where),
        package_manager=manager,
        command=command,
        health_path=health or "/",
        backing=tuple(dict.fromkeys(store for name, store in _STORES.items() if name in every)),
        sources={"port": port[1], "entry": " ".join(command)},
    )


def _manager(folder: Path, package: dict[str, Any], notes: list[str], where: str) -> tuple[str, tuple[str, ...]]:
    extra = tuple(name for name in (".npmrc", "pnpm-workspace.yaml", ".yarnrc.yml") if (folder / name).is_file())
    for lock, manager in _LOCKS.items():
        if (folder / lock).is_file():
            return manager, ("package.json", lock, *extra)
    for parent in folder.parents:
        if any((parent / lock).is_file() for lock in _LOCKS) and read_package(parent).get("workspaces"):
            raise RepositoryUnclear(
                f"{where} is a workspace whose lock file lies in a folder above; that layout is not covered.",
                fix="Write this Dockerfile by hand with the upper folder as context; `kora image review` checks it.",
            )
    if package.get("dependencies") or package.get("devDependencies"):
        notes.append(f"{where}: there is no lock file; builds may differ. `npm install --package-lock-only` makes one.")
    return "npm", ("package.json", *extra)


def _next(repository: Path, folder: Path, package: dict[str, Any], notes: list[str], where: str) -> Recipe:
    config = "\n".join(text_of(folder / f"next.config.{ending}") for ending in ("js", "mjs", "cjs", "ts", "mts"))
    output = re.search(r"output\s*:\s*[\"'](standalone|export)[\"']", config)
    if output and output.group(1) == "export":
        return _page(repository, folder, package, "next", notes, where)
    flags = {"public"} if (folder / "public").is_dir() else set()
    start = package.get("scripts", {}).get("start", "")
    asked = re.search(r"(?:-p|--port)[ =](\d+)", start)
    port = (int(asked.group(1)), "package.json scripts.start") if asked else (3000, "convention of Next.js")
    manager, manifests = _manager(folder, package, notes, where)
    command: tuple[str, ...] = ("node", "server.js")
    if output:
        flags.add("standalone")
    else:
        notes.append(f'{where}: next.config has no output: "standalone"; the image ships node_modules and is larger.')
        command = ("node", "node_modules/next/dist/bin/next", "start", "--port", str(port[0]))
    _public_variables(folder, "NEXT_PUBLIC_", notes, where)
    health = _next_health(folder)
    service = _service(repository, folder, Framework.NEXT, notes, where, port=port, command=command, health=health,
                       manager=manager, package=package)  # fmt: skip
    return Recipe(service, manifests=manifests, build_command="build", flags=frozenset(flags), notes=tuple(notes))


def _next_health(folder: Path) -> str | None:
    for path in ("health", "healthz", "api/health", "api/healthz"):
        for root in ("app", "src/app"):
            if any((folder / root / path).glob("route.*")):
                return f"/{path}"
        if any((folder / root).glob(f"{path}.*") for root in ("pages", "src/pages")):
            return f"/{path}"
    return None


def _page(repository: Path, folder: Path, package: dict[str, Any], tool: str, notes: list[str], where: str) -> Recipe:
    """A page that a build turns into files; nginx serves them on 8080."""
    outputs = {"vite": "dist", "react-scripts": "build", "next": "out", "@vue/cli-service": "dist", "parcel": "dist"}
    config = "\n".join(text_of(path) for path in folder.glob("vite.config.*"))
    told = re.search(r"outDir\s*:\s*[\"']([\w./-]+)[\"']", config)
    if tool not in outputs and not told:
        raise RepositoryUnclear(f"{where}: it cannot be told where {tool} puts its files.")
    _public_variables(folder, "VITE_" if tool == "vite" else "REACT_APP_", notes, where)
    manager, manifests = _manager(folder, package, notes, where)
    service = _service(repository, folder, Framework.VITE, notes, where, port=(8080, "chosen: nginx without root"),
                       command=(), health="/healthz", manager=manager, package=package)  # fmt: skip
    return Recipe(
        service, manifests=manifests, build_command="build", output=told.group(1) if told else outputs[tool],
        flags=frozenset() if tool == "next" else frozenset({"spa"}), notes=tuple(notes),
    )  # fmt: skip


def _server(
    repository: Path, folder: Path, package: dict[str, Any], server: str | None, notes: list[str], where: str
) -> Recipe:
    scripts: dict[str, str] = package.get("scripts", {})
    environment, command = start_command(folder, package, where)
    files = [text_of(path) for path in walk(folder, *_CODE)]
    code = "\n".join(files)
    port = port_of(code) or _from_environment_file(folder)
    if port is None:
        notes.append(f"{where}: no port was found in the code; 3000, the usual one, is used.")
        port = (3000, "convention")
    started = next((word for word in command[1:] if not word.startswith("-")), "")
    there = not started or any(
        (folder / f"{started}{end}").exists() for end in ("", ".js", ".mjs", ".cjs", "/index.js")
    )
    built = "build" in scripts and bool(re.match(r"(?:\./)?(dist|build|lib|out)/", started))
    if command[0] == "node" and not there and not built:
        raise RepositoryUnclear(
            f"{where}: scripts.start runs {started!r}, which is not there and which no script builds."
        )
    output = re.match(r"(?:\./)?(dist|build|lib|out)/", started) if built else None
    manager, manifests = _manager(folder, package, notes, where)
    framework = Framework.EXPRESS if server == "express" else Framework.NODE
    if "process.env.PORT" in code:
        environment["PORT"] = str(port[0])
    service = _service(repository, folder, framework, notes, where, port=port, command=command,
                       health=health_path(code), manager=manager, package=package)  # fmt: skip
    names = sorted(set(re.findall(r"process\.env\.(\w+)", code)))
    words = {"redis": ("REDIS",), "postgres": ("DATABASE", "POSTGRES", "PG")}
    return Recipe(
        service,
        manifests=manifests,
        build_command="build" if built else "",
        output=output.group(1) if output else "",
        environment=environment,
        settings={name: store for store in service.backing for name in names if name.startswith(words[store])},
        flags=frozenset({"modules"} if package.get("dependencies") else ()),
        notes=tuple(notes),
    )


def start_command(folder: Path, package: dict[str, Any], where: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """What ``npm start`` would run, without npm: its variables and its words.

    Raises:
        RepositoryUnclear: nothing says it, it is a chain, or its program is a development package.
    """
    script = package.get("scripts", {}).get("start", "")
    if not script:
        names = [package.get("main") or "", "server.js", "index.js", "app.js", "src/server.js", "src/index.js"]
        found = next((name for name in names if name and (folder / name).is_file()), None)
        if found is None:
            raise RepositoryUnclear(f"{where}: package.json has neither scripts.start nor a main that exists.")
        return {}, ("node", found.removeprefix("./"))
    if re.search(r"&&|\|\||[;|&<>`]|\$\(", script):
        raise RepositoryUnclear(
            f"{where}: scripts.start is a chain of commands ({script!r}).",
            fix="Make scripts.start the server alone; put the rest into its own script.",
        )
    words = shlex.split(script)
    environment: dict[str, str] = {}
    words = words[1:] if words and words[0] == "cross-env" else words
    while words and re.match(r"[A-Z_]\w*=", words[0]):
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    environment.pop("NODE_ENV", None)
    if not words:
        raise RepositoryUnclear(f"{where}: scripts.start runs nothing.")
    if words[0] == "node":
        return environment, tuple(words)
    owner = {"nest": "@nestjs/cli", "ts-node": "ts-node", "tsx": "tsx"}.get(words[0], words[0])
    if owner not in package.get("dependencies", {}):
        raise RepositoryUnclear(
            f"{where}: scripts.start runs {words[0]!r}, which is not among the dependencies of production.",
            fix='Let it start what is built, for example "node dist/index.js".',
        )
    return environment, (f"node_modules/.bin/{words[0]}", *words[1:])


def port_of(code: str) -> tuple[int, str] | None:
    """The port that JavaScript code listens on, when it names one."""
    for pattern, source in (
        (r"process\.env\.PORT\s*(?:\|\||\?\?)\s*[\"']?(\d{2,5})", "process.env.PORT in the code"),
        (r"PORT\s*(?:=|:)\s*(?:Number\(|parseInt\()?[\"']?(\d{2,5})\b", "PORT in the code"),
        (r"\.listen\(\s*\{[^}]*port\s*:\s*(\d{2,5})", "listen() in the code"),
        (r"\.listen\(\s*(\d{2,5})", "listen() in the code"),
        (r"\bport\s*=\s*(\d{2,5})\b", "port in the code"),
    ):
        match = re.search(pattern, code)
        if match and 1 <= int(match.group(1)) <= 65535:
            return int(match.group(1)), source
    return None


def _from_environment_file(folder: Path) -> tuple[int, str] | None:
    for name in (".env.example", ".env.sample", ".env"):
        match = re.search(r"(?m)^PORT\s*=\s*[\"']?(\d{2,5})", text_of(folder / name))
        if match:
            return int(match.group(1)), name
    return None


def node_version(folder: Path, package: dict[str, Any], notes: list[str], where: str) -> str:
    """From .nvmrc, .node-version, volta or engines; else the current long-term one, and it is said."""
    said = (
        text_of(folder / ".nvmrc").strip()
        or text_of(folder / ".node-version").strip()
        or str(package.get("volta", {}).get("node", ""))
        or str(package.get("engines", {}).get("node", ""))
    )
    chosen = versions.choose(said, versions.NODE) if said else None
    if chosen is None:
        reason = f"no known Node.js fits {said!r}" if said else "nothing says which Node.js it needs"
        notes.append(f"{where}: {reason}; {versions.NODE[0]} is used.")
        return versions.NODE[0]
    return chosen


def _public_variables(folder: Path, prefix: str, notes: list[str], where: str) -> None:
    found: set[str] = set()
    for path in walk(folder, *_CODE, ".tsx", ".jsx", ".vue", ".svelte"):
        found |= set(re.findall(rf"\b{prefix}\w+", text_of(path)))
    if found:
        notes.append(f"{where}: {', '.join(sorted(found))} are fixed when the image is built, in the browser's files.")

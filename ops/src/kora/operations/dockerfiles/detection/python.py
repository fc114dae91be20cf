"""Python services: FastAPI, Flask, Django and programs of their own, found by manifests and by parsing the code."""

import ast
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kora.operations.dockerfiles.detection import versions
from kora.operations.dockerfiles.detection.recipe import Recipe
from kora.operations.dockerfiles.detection.sources import health_path, label, text_of, walk
from kora.operations.dockerfiles.errors import RepositoryUnclear
from kora.operations.dockerfiles.services import Framework, Service

MANIFESTS = ("pyproject.toml", "requirements.txt", "Pipfile", "manage.py")
_FRAMEWORKS = {"fastapi": Framework.FASTAPI, "django": Framework.DJANGO, "flask": Framework.FLASK}
_CONSTRUCTORS = {"FastAPI": Framework.FASTAPI, "Flask": Framework.FLASK}
_PORTS = {Framework.FASTAPI: 8000, Framework.FLASK: 5000, Framework.DJANGO: 8000, Framework.PYTHON: 8000}
_SERVERS = {Framework.FASTAPI: ("uvicorn", "uvicorn==0.34.0"), Framework.FLASK: ("gunicorn", "gunicorn==23.0.0"),
            Framework.DJANGO: ("gunicorn", "gunicorn==23.0.0")}  # fmt: skip
_LISTENING = frozenset({"aiohttp", "tornado", "bottle", "cherrypy", "socketserver", "sanic", "falcon", "wsgiref"})
_LISTENERS = frozenset({"run", "serve", "run_app", "HTTPServer", "ThreadingHTTPServer", "TCPServer", "WSGIServer",
                        "make_server", "run_simple"})  # fmt: skip
_MAIN_NAMES = ("main", "app", "asgi", "wsgi", "server", "__init__", "api", "run")
_STORES = {"redis": "redis", "psycopg": "postgres", "psycopg2": "postgres", "psycopg2-binary": "postgres",
           "asyncpg": "postgres", "psycopg-binary": "postgres"}  # fmt: skip


@dataclass
class _Code:
    """What the code of a service says."""

    applications: list[tuple[str, str, Framework]] = field(default_factory=list)  # module, name, framework
    factories: list[tuple[str, str, Framework]] = field(default_factory=list)
    servers: list[str] = field(default_factory=list)  # files with `if __name__ == "__main__"`
    ports: list[tuple[int, str]] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    settings: set[str] = field(default_factory=set)
    text: list[str] = field(default_factory=list)


def detect(repository: Path, folder: Path) -> Recipe | None:
    """The Python service in a folder; None when it holds a library or nothing that serves.

    Raises:
        RepositoryUnclear: several applications are equally likely, or none of a web framework's is found.
    """
    names = requirements(folder)
    code = read_code(folder)
    framework = next((_FRAMEWORKS[name] for name in _FRAMEWORKS if name in names), None)
    if framework is None and (folder / "manage.py").is_file():
        framework = Framework.DJANGO
    if framework is None and code.applications:
        framework = code.applications[0][2]
    if framework is None and (not code.servers or not (code.ports or code.imports & _LISTENING)):
        return None
    return _recipe(repository, folder, framework or Framework.PYTHON, names, code)


def _recipe(repository: Path, folder: Path, framework: Framework, names: set[str], code: _Code) -> Recipe:
    notes: list[str] = []
    where = folder.relative_to(repository).as_posix()
    own_package = folder != repository and folder.name in code.imports and not (folder / folder.name).is_dir()
    prefix = f"{folder.name}." if own_package else ""
    entry = _entry(folder, framework, code, where)
    port, source = _port(framework, code, notes, where)
    command, environment, flags = _command(folder, framework, entry, prefix, port, notes)
    manager, manifests = _manager(folder, notes, where)
    server = _SERVERS.get(framework)
    served = server is None or server[0] in names or (framework is Framework.FASTAPI and "fastapi-cli" in names)
    if server and not served:
        notes.append(f"{where}: {server[0]} is not among the dependencies; the image adds {server[1]}.")
    path = health_path("\n".join(code.text))
    if path is None:
        notes.append(f"{where}: no health route was found; the check asks / and accepts any answer below 500.")
    stores = tuple(dict.fromkeys(store for name, store in _STORES.items() if name in names))
    context = folder.parent.relative_to(repository).as_posix() if own_package else where
    inside = f"{folder.name}/" if own_package else ""
    service = Service(
        name=label(folder.name if folder != repository else repository.resolve().name),
        path=where,
        framework=framework,
        port=port,
        context=context,
        dockerfile=f"{where}/Dockerfile" if where != "." else "Dockerfile",
        language_version=python_version(folder, notes, where),
        package_manager=manager,
        command=command,
        health_path=path or "/",
        backing=stores,
        sources={"entry": entry, "port": source, "packages": ", ".join(manifests) or "none"},
    )
    return Recipe(
        service,
        manifests=tuple(inside + name for name in manifests),
        source=f"{folder.name}/" if own_package else ".",
        target=f"./{folder.name}/" if own_package else "./",
        environment=environment,
        extra=() if served or server is None else (server[1],),
        flags=flags,
        settings=_settings(code, stores),
        notes=tuple(notes),
    )


def requirements(folder: Path) -> set[str]:
    """The names of the packages that a project asks for, normalised."""
    found: set[str] = set()
    for name in ("requirements.txt", "requirements.in", "requirements/base.txt", "requirements/prod.txt"):
        for line in text_of(folder / name).splitlines():
            match = re.match(r"\s*([A-Za-z0-9][\w.-]*)(\[[^\]]*\])?", line)
            if match and not line.lstrip().startswith("-"):
                found |= _named(match.group(1), match.group(2) or "")
    document = project(folder)
    poetry = document.get("tool", {}).get("poetry", {})
    for entry in document.get("project", {}).get("dependencies", []):
        match = re.match(r"([A-Za-z0-9][\w.-]*)\s*(\[[^\]]*\])?", str(entry))
        if match:
            found |= _named(match.group(1), match.group(2) or "")
    found |= {_normal(name) for name in poetry.get("dependencies", {})}
    for line in re.findall(r"(?m)^\[packages\]\n((?:(?!\[).*\n?)*)", text_of(folder / "Pipfile")):
        found |= {_normal(name) for name in re.findall(r"(?m)^\"?([\w.-]+)\"?\s*=", line)}
    return found


def _named(name: str, extras: str) -> set[str]:
    found = {_normal(name)}
    if "fastapi" in found and ("standard" in extras or "all" in extras):
        found |= {"uvicorn", "fastapi-cli"}
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def project(folder: Path) -> dict[str, Any]:
    """pyproject.toml as a document; empty when there is none.

    Raises:
        RepositoryUnclear: it cannot be read.
    """
    try:
        return tomllib.loads(text_of(folder / "pyproject.toml"))
    except tomllib.TOMLDecodeError as error:
        raise RepositoryUnclear(f"{folder.name}/pyproject.toml cannot be read: {error}.") from error


def read_code(folder: Path) -> _Code:
    """Parse every Python file of a service; those that do not parse are passed over, they cannot be the entry."""
    code = _Code()
    for path in walk(folder, ".py"):
        text = text_of(path)
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        code.text.append(text)
        _read_module(code, tree, path.relative_to(folder))
    return code


def _read_module(code: _Code, tree: ast.Module, path: Path) -> None:
    module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        framework = _constructed(value)
        for target in targets:
            if framework and isinstance(target, ast.Name):
                code.applications.append((module, target.id, framework))
        if isinstance(node, ast.FunctionDef) and len(node.args.args) == len(node.args.defaults):
            inner = [
                _constructed(child.value) for child in ast.walk(node) if isinstance(child, ast.Assign | ast.Return)
            ]
            made = next((one for one in inner if one), None)
            if made:
                code.factories.append((module, node.name, made))
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test) and len(path.parts) < 3:
            code.servers.append(path.as_posix())
    for child in ast.walk(tree):
        if isinstance(child, ast.Import):
            code.imports |= {alias.name.partition(".")[0] for alias in child.names}
        elif isinstance(child, ast.ImportFrom) and child.module and not child.level:
            code.imports.add(child.module.partition(".")[0])
        elif isinstance(child, ast.Call):
            _read_call(code, child, path)
        elif isinstance(child, ast.Subscript) and ast.unparse(child.value) == "os.environ":
            code.settings |= _strings([child.slice])


def _constructed(node: ast.expr | None) -> Framework | None:
    if not isinstance(node, ast.Call):
        return None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return _CONSTRUCTORS.get(name)


def _read_call(code: _Code, call: ast.Call, path: Path) -> None:
    name = ast.unparse(call.func)
    if name in {"os.getenv", "os.environ.get", "environ.get", "getenv"} and call.args:
        wanted = _strings([call.args[0]])
        code.settings |= wanted
        if wanted == {"PORT"} and len(call.args) > 1:
            code.ports += [(number, f"{path} line {call.lineno}") for number in _numbers(call.args[1])]
    if name.rsplit(".", 1)[-1] in _LISTENERS:
        given = [keyword.value for keyword in call.keywords if keyword.arg == "port"]
        if "Server" in name and call.args and isinstance(call.args[0], ast.Tuple):
            given += call.args[0].elts[1:]
        elif name.endswith(("make_server", "run_simple")):
            given += call.args[1:2]
        for node in given:
            code.ports += [(number, f"{path} line {call.lineno}") for number in _numbers(node)]


def _strings(nodes: list[ast.expr]) -> set[str]:
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _numbers(node: ast.expr) -> list[int]:
    """The numbers in an expression such as ``int(os.getenv("PORT", "8001"))``."""
    values = [child.value for child in ast.walk(node) if isinstance(child, ast.Constant)]
    numbers = [int(str(value)) for value in values if str(value).isdecimal() and len(str(value)) < 6]
    return [number for number in numbers if 1 <= number <= 65535]


def _entry(folder: Path, framework: Framework, code: _Code, where: str) -> str:
    """``module:name``, a file for a plain program, or a settings package for Django.

    Raises:
        RepositoryUnclear: it cannot be told.
    """
    if framework is Framework.DJANGO:
        match = re.search(r"DJANGO_SETTINGS_MODULE[\"'],\s*[\"']([\w.]+)[\"']", text_of(folder / "manage.py"))
        if match is None:
            raise RepositoryUnclear(f"{where}: Django is used, but manage.py names no settings module.")
        return f"{match.group(1).partition('.')[0]}.wsgi:application"
    if framework is Framework.PYTHON:
        return _best(sorted(set(code.servers)), [f.removesuffix(".py") for f in sorted(set(code.servers))], where)
    candidates = [one for one in code.applications if one[2] is framework]
    if candidates:
        entries = [f"{module}:{name}" for module, name, _ in candidates]
        return _best(entries, [module for module, _, _ in candidates], where)
    made = [f"{module}:{name}()" for module, name, kind in code.factories if kind is framework]
    if made:
        return _best(made, [one.partition(":")[0] for one in made], where)
    raise RepositoryUnclear(
        f"{where}: {framework} is a dependency, but no application object was found.",
        fix='Say it: kora image generate "… entry point: package.module:app".',
    )


def _best(entries: list[str], modules: list[str], where: str) -> str:
    """The most usual name, then the shallowest; two that are equally good are a question, not a guess."""

    def rank(at: int) -> tuple[int, int]:
        parts = re.split(r"[./]", modules[at])
        last = parts[-1]
        return (_MAIN_NAMES.index(last) if last in _MAIN_NAMES else len(_MAIN_NAMES), len(parts))

    order = sorted(range(len(entries)), key=rank)
    if len(order) > 1 and rank(order[0]) == rank(order[1]):
        names = ", ".join(entries[at] for at in order[:4])
        raise RepositoryUnclear(
            f"{where}: several programs could be the one to start: {names}.",
            fix=f'Say which: kora image generate "… entry point: {entries[order[0]]}".',
        )
    return entries[order[0]]


def _port(framework: Framework, code: _Code, notes: list[str], where: str) -> tuple[int, str]:
    numbers = list(dict.fromkeys(number for number, _ in code.ports))
    if len(numbers) > 1:
        notes.append(f"{where}: the code names several ports ({', '.join(map(str, numbers))}); {numbers[0]} is used.")
    if code.ports:
        return code.ports[0]
    notes.append(f"{where}: no port was found in the code; {_PORTS[framework]}, the usual one, is used.")
    return _PORTS[framework], "convention"


def _command(
    folder: Path, framework: Framework, entry: str, prefix: str, port: int, notes: list[str]
) -> tuple[tuple[str, ...], dict[str, str], frozenset[str]]:
    source_root = entry.startswith("src.") and not (folder / "src/__init__.py").is_file()
    target = prefix + (entry.removeprefix("src.") if source_root else entry)
    environment = {"PYTHONPATH": "/app/src"} if source_root else {}
    flags: set[str] = set()
    if framework is Framework.FASTAPI:
        factory = target.endswith("()")
        words = ["uvicorn", target.removesuffix("()"), "--host", "0.0.0.0", "--port", str(port)]  # noqa: S104
        return (*words, *(["--factory"] if factory else [])), environment, frozenset(flags)
    if framework is Framework.PYTHON:
        return ("python", entry), {**environment, "PORT": str(port)}, frozenset(flags)
    if framework is Framework.DJANGO:
        settings = "\n".join(text_of(path) for path in walk(folder, "settings.py", "base.py", "production.py"))
        if "STATIC_ROOT" in settings:
            flags.add("collectstatic")
        else:
            notes.append("Django's settings have no STATIC_ROOT; static files are not collected.")
        if re.search(r"ALLOWED_HOSTS\s*=\s*\[\s*\]", settings):
            notes.append("Django's ALLOWED_HOSTS is empty: outside of DEBUG every request is refused.")
    words = ["gunicorn", "--bind", f"0.0.0.0:{port}", "--worker-tmp-dir", "/dev/shm", "--threads", "4", target]  # noqa: S108
    return tuple(words), environment, frozenset(flags)


def _manager(folder: Path, notes: list[str], where: str) -> tuple[str, tuple[str, ...]]:
    """By lock file; a manifest alone is installed, and it is said that nothing binds the versions."""
    for manager, names in (
        ("uv", ("pyproject.toml", "uv.lock")),
        ("poetry", ("pyproject.toml", "poetry.lock")),
        ("pipenv", ("Pipfile", "Pipfile.lock")),
    ):
        if (folder / names[-1]).is_file():
            return manager, names
    if "poetry" in project(folder).get("tool", {}) and not (folder / "requirements.txt").is_file():
        raise RepositoryUnclear(f"{where}: this is a Poetry project without poetry.lock.", fix="poetry lock")
    if (folder / "requirements.txt").is_file():
        lines = [line for line in text_of(folder / "requirements.txt").splitlines() if re.match(r"[A-Za-z]", line)]
        if any(not re.search(r"==|@", line) for line in lines):
            notes.append(f"{where}: requirements.txt does not pin every version; builds may differ.")
        return "pip", ("requirements.txt",)
    if project(folder).get("project", {}).get("dependencies"):
        notes.append(f"{where}: there is no lock file; builds may differ. `uv lock` makes one.")
        return "project", ("pyproject.toml",)
    return "", ()


def python_version(folder: Path, notes: list[str], where: str) -> str:
    """From .python-version, runtime.txt, or what the project says that it needs; else the usual one, and it is said."""
    document = project(folder)
    poetry = document.get("tool", {}).get("poetry", {}).get("dependencies", {}).get("python", "")
    pipfile = re.search(r'python_version\s*=\s*"([\d.]+)"', text_of(folder / "Pipfile"))
    exact = text_of(folder / ".python-version").strip() or text_of(folder / "runtime.txt").strip().removeprefix(
        "python-"
    )
    for said in (
        exact,
        pipfile.group(1) if pipfile else "",
        document.get("project", {}).get("requires-python", ""),
        poetry,
    ):
        if said:
            chosen = versions.choose(str(said), versions.PYTHON)
            if chosen is not None:
                return chosen
            notes.append(f"{where}: no known Python fits {said!r}; {versions.PYTHON[0]} is used.")
            return versions.PYTHON[0]
    notes.append(f"{where}: nothing says which Python it needs; {versions.PYTHON[0]} is used.")
    return versions.PYTHON[0]


def _settings(code: _Code, stores: tuple[str, ...]) -> dict[str, str]:
    words = {"redis": ("REDIS",), "postgres": ("DATABASE", "POSTGRES", "PG")}
    return {
        name: store
        for store in stores
        for name in sorted(code.settings)
        if any(name.startswith(w) for w in words[store])
    }

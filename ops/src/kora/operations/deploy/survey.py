"""`kora init`: a kora.yaml for a repository that has none, from its compose file, or from what its code tells.

One way for both: where no compose file is, `operations.dockerfiles` makes one out of the code, with the stores that the
dependencies point to, and that is read like a person's own. Nothing is invented: passwords become generated secrets,
what can't be told becomes a note. Nothing is written here.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from kora.kit.errors import KoraError, Misconfigured
from kora.operations.deploy import configuration
from kora.operations.deploy.stores import store_of
from kora.operations.dockerfiles import GeneratedFiles, generate

COMPOSE_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_FRONT_NAMES = ("frontend", "front", "web", "www", "ui", "app", "page")
_SECRET_NAME = re.compile(r"(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|CREDENTIAL)", re.IGNORECASE)
_VARIABLE = re.compile(r"(?P<dollar>\$\$)|\$\{(?P<name>\w+)(?:(?P<how>:?[-?+])(?P<rest>[^}]*))?\}|\$(?P<bare>\w+)")
_HTTP_PATH = re.compile(r"https?://[^/\s'\"`]+(/[^\s'\"`)|]*)?|'GET',\s*'(/[^']*)'")
_CHARTS_TOLD = 5
_OWN_USER = 10001
"""For images that name their user or run as root: any number above the system's own."""


class Draft(BaseModel):
    """What would be written, and what a person should know."""

    model_config = ConfigDict(frozen=True)

    text: str
    """kora.yaml."""
    files: dict[str, str]
    """Dockerfiles and ignore files for services that have none, by path."""
    notes: tuple[str, ...]


def survey(folder: Path) -> Draft:
    """Look at a repository and draft its kora.yaml.

    Raises:
        Misconfigured: a compose file that can't be read, or nothing that could be deployed.
        RepositoryUnclear: no compose file, and the code is not understood either.
    """
    own = next((folder / name for name in COMPOSE_NAMES if (folder / name).is_file()), None)
    made = _generated(folder, needed=own is None)
    text = own.read_text(encoding="utf-8") if own else (made.files["compose.yaml"] if made else "")
    reading = _Reading(folder, _document(text, own), made)
    document, files = reading.run(), dict(reading.files)
    notes = reading.notes + (list(made.notes) if made and (own is None or files) else [])
    if charts := sorted(path.parent.relative_to(folder).as_posix() for path in folder.glob("*/**/Chart.yaml")):
        found = ", ".join(charts[:_CHARTS_TOLD])
        notes.append(f"Charts: {found}; this draft uses Kora's plain one. To use one of yours, add `chart`.")
    header = "# Made by `kora init`; yours to change. What each entry means: docs/guides/kora-up.md\n"
    drafted = header + yaml.safe_dump(document, sort_keys=False, width=110)
    configuration.parse(drafted, folder)  # a draft that Kora would refuse is our mistake, not the user's
    return Draft(text=drafted, files=files, notes=tuple(dict.fromkeys(notes)))


def _generated(folder: Path, *, needed: bool) -> GeneratedFiles | None:
    try:
        return generate(folder)
    except KoraError:
        if needed:
            raise
        return None  # the compose file says enough; the code was only asked for health paths and Dockerfiles


def _document(text: str, path: Path | None) -> dict[str, Any]:
    name = path.name if path else "compose.yaml"
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Misconfigured(f"{name} is not YAML: {error}", fix=f"correct {name}") from error
    if not isinstance(document, dict) or not isinstance(document.get("services"), dict):
        raise Misconfigured(f"{name} names no services.", fix=f"add services to {name}")
    return document


class _Reading:
    """One pass over a compose document. `files` and `notes` are filled on the way."""

    def __init__(self, folder: Path, document: dict[str, Any], made: GeneratedFiles | None) -> None:
        self._folder, self._services = folder, document["services"]
        self._made = made
        self._known = {_context(each.context): each for each in made.services} if made else {}
        self._keys: dict[str, dict[str, Any]] = {}
        self._published: dict[str, int] = {}
        self.files: dict[str, str] = {}
        self.notes: list[str] = []

    def run(self) -> dict[str, Any]:
        """The document of kora.yaml."""
        services = {}
        for name, entry in self._services.items():
            if why := self._left_out(name, entry):
                self.notes.append(f"{name} is left out: {why}.")
                continue
            services[_label(name)] = self._service(name, entry)
        if not services:
            raise Misconfigured("There is no service to deploy.", fix="kora image generate")
        application = _label(self._folder.resolve().name)
        document: dict[str, Any] = {"name": application, "services": services}
        if self._keys:
            document["secrets"] = {"name": f"{application}-secret", "keys": self._keys}
        if front := self._front(services):
            document["front"] = {"service": front, "port": services[front]["port"]}
            document["smoke"] = _smoke(services[front])
        return document

    def _left_out(self, name: str, entry: Mapping[str, Any]) -> str:
        if entry.get("profiles"):
            return f"it belongs to the profile {entry['profiles'][0]}"
        waits = (each.get("depends_on") for each in self._services.values())
        once = any(
            isinstance(each, dict) and (each.get(name) or {}).get("condition") == "service_completed_successfully"
            for each in waits
        )
        return "it runs once and ends; migrations belong into a chart or into the start of the service" if once else ""

    def _service(self, name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if "build" in entry:
            found |= self._build(name, entry["build"])
        else:
            found |= self._store(name, entry)
        if ports := list(_ports(entry)):
            found["port"] = ports[0]
            self._published[_label(name)] = ports[0]
        elif (context := found.get("build", {}).get("context")) and (known := self._known.get(_context(context))):
            found["port"] = known.port
        if path := self._health(entry, found):
            found["health"] = path
        found |= _words(entry)
        self._environment(name, entry, found)
        self._mounts(name, entry, found)
        if isinstance(replicas := (entry.get("deploy") or {}).get("replicas"), int):
            found["replicas"] = replicas
        return found

    def _build(self, name: str, build: Any) -> dict[str, Any]:
        wanted = {"context": build} if isinstance(build, str) else dict(build)
        context = _context(str(wanted.get("context", ".")))
        dockerfile = str(wanted.get("dockerfile", "Dockerfile"))
        text = self._dockerfile(context, dockerfile)
        if text is None:
            raise Misconfigured(f"{name} has no Dockerfile at {context}/{dockerfile}, and none could be made for it.")
        made: dict[str, Any] = {"context": context}
        if dockerfile != "Dockerfile":
            made["dockerfile"] = dockerfile
        if wanted.get("target"):
            made["target"] = str(wanted["target"])
        if arguments := _pairs(wanted.get("args")):
            made["arguments"] = {key: _plain(value) for key, value in arguments.items()}
        found: dict[str, Any] = {"build": made}
        if not _has_numeric_user(text):
            found["user"] = _OWN_USER
            self.notes.append(f"{name}: its image does not number its user, so it will run as {_OWN_USER}.")
        return found

    def _dockerfile(self, context: str, dockerfile: str) -> str | None:
        path = self._folder / context / dockerfile
        if path.is_file():
            return path.read_text(encoding="utf-8", errors="replace")
        prefix = "" if context == "." else f"{context}/"
        made = (self._made.files if self._made else {}).get(f"{prefix}{dockerfile}")
        if made is not None:
            self.files[f"{prefix}{dockerfile}"] = made
            ignore = f"{prefix}.dockerignore"
            if self._made and ignore in self._made.files and not (self._folder / ignore).exists():
                self.files[ignore] = self._made.files[ignore]
        return made

    def _store(self, name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
        image = _plain(str(entry.get("image", "")))
        store = store_of(image)
        repository, colon, tag = image.rpartition(":")
        if not colon or "/" in tag or tag == "latest":
            if store is None:
                raise Misconfigured(f"{name}: the image {image} names no version.", fix=f"name a tag: {image}:1.2.3")
            image = f"{repository if colon and '/' not in tag else image}:{store.tag}"
            self.notes.append(f"{name}: the image had no fixed version; {image} is used.")
        found: dict[str, Any] = {"image": image}
        if store is not None:
            found |= {"port": store.port, "user": store.user, "writable": list(store.writable)}
            if store.environment:
                found["environment"] = dict(store.environment)
        return found

    def _health(self, entry: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
        test = (entry.get("healthcheck") or {}).get("test")
        said = " ".join(map(str, test)) if isinstance(test, list) else str(test or "")
        if match := _HTTP_PATH.search(said):
            return match[1] or match[2] or "/"
        context = found.get("build", {}).get("context")
        known = self._known.get(_context(context)) if context else None
        return known.health_path if known and known.health_path != "/" else None

    def _environment(self, name: str, entry: Mapping[str, Any], found: dict[str, Any]) -> None:
        plain: dict[str, str] = dict(found.get("environment") or {})
        secret: list[str] = []
        for variable, raw in _pairs(entry.get("environment")).items():
            value = "" if raw is None else str(raw)
            if self._is_secret(name, variable, value):
                secret.append(variable)
            elif value:
                plain[variable] = _plain(value)
        if plain:
            found["environment"] = plain
        if secret:
            found["secrets"] = secret

    def _is_secret(self, name: str, variable: str, value: str) -> bool:
        """Whether a variable's value belongs into the Secret; notes down where it comes from."""
        needed = [each["name"] or each["bare"] for each in _VARIABLE.finditer(value) if _must_be_given(each)]
        whole = _VARIABLE.fullmatch(value)
        if needed and not (whole and needed[0] == variable):
            for each in needed:
                self._keys.setdefault(each, _origin(each))
            self._keys[variable] = {"template": _template(value)}
            return True
        if needed or (whole and _SECRET_NAME.search(variable)):
            optional = whole is not None and not needed and not (whole["rest"] or "")
            self._keys.setdefault(variable, {"optional": True} if optional else _origin(variable))
            return True
        if _SECRET_NAME.search(variable) and value:
            self._keys.setdefault(variable, {})
            self.notes.append(f"{name}: {variable} stood in the compose file; put its value into .env instead.")
            return True
        return False

    def _mounts(self, name: str, entry: Mapping[str, Any], found: dict[str, Any]) -> None:
        for mount in entry.get("volumes") or []:
            source, target = _mount(mount)
            if not source or source.startswith((".", "/", "~")):
                self.notes.append(f"{name}: the mount {source or 'without a name'} → {target} is left out.")
            elif "volume" in found:
                self.notes.append(f"{name}: only one volume a service; {target} is left out.")
            else:
                found["volume"] = {"path": target}
        tmpfs = entry.get("tmpfs") or []
        paths = [str(each).split(":")[0] for each in ([tmpfs] if isinstance(tmpfs, str) else tmpfs)]
        kept = (found.get("volume") or {}).get("path")  # what is mounted there need not be made writable
        all_paths = [*found.pop("writable", ["/tmp"]), *paths]  # noqa: S108 - in the container
        writable = [each for each in dict.fromkeys(all_paths) if each != kept]
        if writable != ["/tmp"]:  # noqa: S108
            found["writable"] = writable

    def _front(self, services: Mapping[str, Mapping[str, Any]]) -> str | None:
        ours = [name for name, each in services.items() if "build" in each and each.get("port")]
        open_ones = [name for name in ours if name in self._published] or ours
        named = [name for wanted in _FRONT_NAMES for name in open_ones if name == wanted]
        return next(iter([*named, *open_ones]), None)


def _smoke(front: Mapping[str, Any]) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = [
        {
            "name": "page",
            "path": "/",
            "every_time": True,
            "expect": {"status": [200, 301, 302, 303, 307, 308, 401, 404]},
        }
    ]
    if front.get("health"):
        steps.append({"name": "health", "path": front["health"], "every_time": True, "expect": {"status": 200}})
    return steps


def _origin(name: str) -> dict[str, Any]:
    return {"generate": "hex", "length": 48} if _SECRET_NAME.search(name) else {}


def _must_be_given(found: "re.Match[str]") -> bool:
    return not found["dollar"] and not (found["how"] or "").endswith("-")


def _template(value: str) -> str:
    return _VARIABLE.sub(
        lambda found: f"${{{found['name'] or found['bare']}}}" if _must_be_given(found) else (found["rest"] or ""),
        value,
    )


def _plain(value: Any) -> str:
    """A value with compose's defaults filled in."""
    if isinstance(value, bool):
        return str(value).lower()
    return _VARIABLE.sub(_default, str(value))


def _default(found: "re.Match[str]") -> str:
    """What compose puts there when the variable is not set; two dollars stand for one."""
    return "$" if found["dollar"] else (found["rest"] or "")


def _pairs(value: Any) -> dict[str, Any]:
    """Compose's two forms of a map: a map, or a list of ``NAME=value``."""
    if isinstance(value, dict):
        return value
    pairs = (str(each).partition("=") for each in value or [])
    return {name: text if equals else f"${{{name}}}" for name, equals, text in pairs}


def _words(entry: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for source, target in (("entrypoint", "command"), ("command", "arguments")):
        value = entry.get(source)
        if value:
            found[target] = shlex.split(value) if isinstance(value, str) else [str(each) for each in value]
    return found


def _ports(entry: Mapping[str, Any]) -> Iterator[int]:
    for each in [*(entry.get("ports") or []), *(entry.get("expose") or [])]:
        target = each.get("target") if isinstance(each, dict) else _plain(each).split("/")[0].rpartition(":")[2]
        if str(target).isdigit():
            yield int(str(target))


def _mount(mount: Any) -> tuple[str, str]:
    if isinstance(mount, dict):
        named = mount.get("type") in (None, "volume")
        return (str(mount.get("source", "")) if named else "/", str(mount.get("target", "")))
    source, _, rest = str(mount).partition(":")
    return (source, rest.split(":")[0]) if rest else ("", source)


def _has_numeric_user(dockerfile: str) -> bool:
    users = re.findall(r"^\s*USER\s+(\S+)", dockerfile, re.MULTILINE | re.IGNORECASE)
    return bool(users) and re.match(r"^[1-9]\d*(:|$)", users[-1]) is not None


def _context(text: str) -> str:
    return Path(text).as_posix().removeprefix("./") or "."


def _label(name: str) -> str:
    """A name as Kubernetes wants it."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].strip("-") or "app"

"""A built image → what is in it: layers by size, user, secrets in environment and history, files that do not belong.

`compare` sets two of them side by side; `prove` runs one and asks it over HTTP.
"""

import re
from fnmatch import fnmatch

import httpx
from pydantic import BaseModel, ConfigDict

from kora.images import look
from kora.images.look import Layer
from kora.kit import clock
from kora.kit.errors import KoraError
from kora.operations.dockerfiles.findings import Category, ImageFinding, Severity
from kora.operations.dockerfiles.rules.secrets import find_literal, is_secret

_UNWANTED = (
    ("a key or a certificate's private part", ("*.pem", "*.key", "id_rsa", "id_ed25519", "*.p12", "*.pfx")),
    ("local settings with secrets",
     (".env", ".env.local", ".env.production", ".netrc", ".npmrc", ".pypirc", ".pgpass")),
    ("history of the sources", (".git/*",)),
    ("a package manager's cache",
     ("root/.cache/*", "root/.npm/*", "var/lib/apt/lists/*_Packages*", "var/cache/apt/*.bin")),
)  # fmt: skip
_PUBLIC = re.compile(
    r"^/(etc/ssl|usr/share|usr/lib|usr/local/share|usr/local/lib|etc/ca-certificates|etc/pki)/|cacert\.pem$|/site-packages/"
    r"|/node_modules/|/roots\.pem$"
)


class Inspection(BaseModel):
    """What an image is made of."""

    model_config = ConfigDict(frozen=True)

    reference: str
    id: str
    size_bytes: int
    user: str
    ports: tuple[str, ...]
    command: tuple[str, ...]
    health_check: bool
    layers: tuple[Layer, ...]
    files: int | None
    """How many regular files; None when they were not read."""
    findings: tuple[ImageFinding, ...]


class Comparison(BaseModel):
    """Two images, before and after."""

    model_config = ConfigDict(frozen=True)

    before: Inspection
    after: Inspection

    @property
    def saved_bytes(self) -> int:
        """How much smaller the second one is."""
        return self.before.size_bytes - self.after.size_bytes

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """A table: what, before, after."""
        b, a = self.before, self.after
        return [
            ("size", megabytes(b.size_bytes), megabytes(a.size_bytes)),
            ("layers with content", _stored(b), _stored(a)),
            ("files", _number(b.files), _number(a.files)),
            ("user", b.user or "root", a.user or "root"),
            ("ports", ", ".join(b.ports) or "-", ", ".join(a.ports) or "-"),
            ("health check", "yes" if b.health_check else "no", "yes" if a.health_check else "no"),
            ("findings", str(len(b.findings)), str(len(a.findings))),
        ]


class Proof(BaseModel):
    """What a running container showed."""

    model_config = ConfigDict(frozen=True)

    reference: str
    status: int
    seconds: float
    users: tuple[str, ...]


def _stored(one: Inspection) -> str:
    return str(sum(1 for layer in one.layers if layer.size_bytes))


def _number(count: int | None) -> str:
    return "?" if count is None else str(count)


def megabytes(size: int) -> str:
    """Bytes as the engine prints them: ``99.1 MB`` (10^6)."""
    return f"{size / 1e6:.1f} MB"


def inspect(reference: str, *, with_files: bool = True) -> Inspection:
    """Look into an image that the engine holds.

    Raises:
        NotFound: there is none of that name.
        Unavailable: no engine answers.
    """
    facts = look.details(reference)
    config = facts.get("Config") or {}
    layers = look.layers(reference)
    names = look.files(reference) if with_files else None
    user = str(config.get("User") or "")
    findings = [*_user_findings(user), *_environment_findings(config.get("Env") or [])]
    for number, layer in enumerate(layers, 1):
        findings += _history_findings(layer, number)
    findings += _file_findings(names or [])
    words = (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))
    return Inspection(
        reference=reference,
        id=facts["Id"],
        size_bytes=facts["Size"],
        user=user,
        ports=tuple(sorted(config.get("ExposedPorts") or {})),
        command=tuple(words),
        health_check=bool((config.get("Healthcheck") or {}).get("Test", ["NONE"]) != ["NONE"]),
        layers=tuple(layers),
        files=None if names is None else len(names),
        findings=tuple(findings),
    )


def compare(before: str, after: str) -> Comparison:
    """Two images side by side.

    Raises:
        NotFound: one of them is not there.
    """
    return Comparison(before=inspect(before), after=inspect(after))


def prove(reference: str, port: int, path: str = "/", *, seconds: float = 40) -> Proof:
    """Run an image without rights and ask it over HTTP until it answers below 500.

    Raises:
        KoraError: it ended, runs as root, or gave no such answer in time.
    """
    begun = clock.monotonic()
    with look.running(reference, port) as (container, published):
        problem = "no answer"
        while clock.monotonic() - begun < seconds:
            try:
                answer = httpx.get(f"http://127.0.0.1:{published}{path}", timeout=3)
            except httpx.HTTPError as error:
                problem = str(error) or type(error).__name__
            else:
                if answer.status_code < 500:
                    who = look.users(container)
                    if "0" in who or not who:
                        raise KoraError(f"{reference} answers, but runs as root.", fix="Add a numeric USER.")
                    taken = round(clock.monotonic() - begun, 2)
                    return Proof(
                        reference=reference, status=answer.status_code, seconds=taken, users=tuple(sorted(who))
                    )
                problem = f"HTTP {answer.status_code}"
            clock.sleep(0.3)
        raise KoraError(
            f"{reference} gave no good answer on port {port}{path} in {seconds:g} s: {problem}.",
            details={"log": look.last_words(container)},
        )


def _finding(id: str, name: str, severity: Severity, why: str, fix: str, line: int = 0) -> ImageFinding:
    return ImageFinding(
        id=id, name=name, line=line, severity=severity, category=Category.SECURITY, why=why, fix=fix, file="image"
    )


def _user_findings(user: str) -> list[ImageFinding]:
    name = user.partition(":")[0]
    if name in {"", "0", "root"}:
        return [_finding("KD901", "image-root", Severity.ERROR, "The image runs as root.", "Add `USER 10001:10001`.")]
    return []


def _environment_findings(environment: list[str]) -> list[ImageFinding]:
    return [
        _finding("KD902", "image-secret", Severity.ERROR, f"The environment holds {pair.partition('=')[0]}.",
                 "Give it when the container starts, and revoke what was published.")
        for pair in environment
        if is_secret(*pair.split("=", 1)) or find_literal(pair)
    ]  # fmt: skip


def _history_findings(layer: Layer, number: int) -> list[ImageFinding]:
    arguments = re.findall(r"(?:^|\s|\|\d+ )([A-Za-z_]\w*)=(\S*)", layer.made_by)
    what = find_literal(layer.made_by)
    named = next((name for name, value in arguments if is_secret(name, value)), None)
    if not what and not named:
        return []
    return [_finding("KD903", "history-secret", Severity.ERROR, f"Layer {number}'s history holds {what or named}.",
                     "Use `RUN --mount=type=secret`, and revoke what was published.", number)]  # fmt: skip


def _file_findings(names: list[tuple[str, int, int]]) -> list[ImageFinding]:
    found = []
    for what, patterns in _UNWANTED:
        hits = [
            path
            for path, size, _ in names
            if size and not _PUBLIC.search(path)
            and any(fnmatch(path.lstrip("/"), f"{lead}{pattern}") for pattern in patterns for lead in ("", "*/"))
        ]  # fmt: skip
        if hits:
            more = f" and {len(hits) - 1} more" if len(hits) > 1 else ""
            found.append(_finding("KD904", "unwanted-file", Severity.WARNING, f"{hits[0]}{more}: {what}.",
                                  "Leave it out with .dockerignore, or delete it in the same RUN."))  # fmt: skip
    return found

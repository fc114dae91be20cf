"""KD2xx: secrets that would stay in a layer or in the image's history, and checks of certificates switched off."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.syntax import Instruction
from kora.operations.dockerfiles.words import pairs, unquote

_SECRET_NAME = re.compile(
    r"(?:^|_)(PASSWORD|PASSWD|PASS|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?|AUTH|PWD)(?:_|$)", re.I
)
_NOT_SECRET = re.compile(r"(_FILE|_PATH|_DIR|_URL|_NAME|_ID|_TTL|_EXPIR\w*|_LENGTH|_ALGORITHM|_HEADER|_ENABLED)$", re.I)
_HARMLESS = re.compile(
    r"^(|true|false|yes|no|on|off|none|null|unused|dummy|placeholder|\d{1,6}|/[\w./-]*|\$\{?\w+\}?)$", re.I
)
_LITERALS = (
    ("an AWS key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})")),
    ("an API key", re.compile(r"\b(?:sk|rk)[-_](?:live_|test_|proj-|ant-)?[A-Za-z0-9_-]{20,}")),
    ("a Slack token", re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}")),
    ("a GitLab token", re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}")),
    ("an npm token", re.compile(r"\bnpm_[A-Za-z0-9]{36}\b")),
    ("a Google key", re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b")),
    ("a signed token", re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")),
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")),
    ("a password in an address", re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s:/@$\"']+:[^\s@$/\"']{3,}@[\w.-]+")),
)
_FILES = (".env", ".env.*", "*.pem", "*.key", "id_rsa*", "id_ed25519*", "id_ecdsa*", "*.p12", "*.pfx", "*.jks",
          ".netrc", ".pgpass", ".aws", ".ssh", ".kube", "kubeconfig", "credentials.json", ".docker", ".htpasswd",
          "secrets.*", ".pypirc", "service-account*.json")  # fmt: skip
_EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist", "*.pub.pem", "*.pub")


@rule("KD201", "secret-env", Severity.ERROR, Category.SECURITY,
      replaces=("DL3064",),
    fix="Take it out; give it when the container starts (`--env-file`, a Kubernetes Secret).")  # fmt: skip
def secret_env(subject: Subject) -> Iterator[Hit]:
    """ENV holds a secret for everybody who has the image."""
    for stage in subject.stages:
        for one in stage.all("ENV"):
            for name, value in pairs(one.value):
                bare = unquote(value)
                passed_on = re.fullmatch(r"\$\{?(\w+)\}?", bare)
                if _is_secret_name(name) and (passed_on or not _HARMLESS.match(bare)):
                    yield Hit(_line_of(one, name), f"{name} is readable with `docker inspect` in every copy.")


@rule("KD202", "secret-arg", Severity.ERROR, Category.SECURITY,
      fix="Use `RUN --mount=type=secret,id=…` and read /run/secrets/….")  # fmt: skip
def secret_arg(subject: Subject) -> Iterator[Hit]:
    """A build argument carries a secret into the image's history."""
    for one in subject.dockerfile.instructions:
        if one.keyword == "ARG":
            for name, _ in pairs(one.value):
                if _is_secret_name(name):
                    yield Hit(one.line, f"The value of {name} stays in `docker history` and in the build's records.")


@rule("KD203", "secret-literal", Severity.ERROR, Category.SECURITY,
      fix="Take it out, and revoke it: it was written down.")  # fmt: skip
def secret_literal(subject: Subject) -> Iterator[Hit]:
    """A key, token or password stands in the file."""
    for number, line in enumerate(subject.dockerfile.lines, 1):
        for what, pattern in _LITERALS:
            if pattern.search(line):
                yield Hit(number, f"The line holds what looks like {what}.")
                break


@rule("KD204", "secret-file", Severity.ERROR, Category.SECURITY,
      fix="Name it in .dockerignore; mount it with `--mount=type=secret` where the build needs it.")  # fmt: skip
def secret_file(subject: Subject) -> Iterator[Hit]:
    """A file that holds secrets is copied into a layer."""
    for stage in subject.stages:
        for one in stage.all("COPY", "ADD"):
            if one.flag("from") is not None:
                continue
            for source in one.words[:-1]:
                name = source.strip("\"'").rstrip("/").rsplit("/", 1)[-1]
                named = any(fnmatch(name, pattern) for pattern in _FILES)
                if named and not any(fnmatch(name, pattern) for pattern in _EXAMPLES):
                    yield Hit(one.line, f"{name} stays in the layer, also when a later line deletes it.")
                elif name == ".npmrc" and subject.context and _npm_token(subject.context.read(source.strip("\"'"))):
                    yield Hit(one.line, "This .npmrc holds a token, which stays in the layer.")


def _npm_token(text: str) -> bool:
    return bool(re.search(r"(?:_authToken|_password|_auth)\s*=\s*(?!\$)\S+", text))


@rule("KD205", "secret-written", Severity.ERROR, Category.SECURITY,
      fix="Use `RUN --mount=type=secret,id=…`; what the command needs is then in no layer.")  # fmt: skip
def secret_written(subject: Subject) -> Iterator[Hit]:
    """A command gets a secret on its command line or writes it to a file."""
    flags = re.compile(
        r"--(?:password|token|secret|api-key|auth)[= ]\S|(?:_authToken|_password)=\S|Authorization:", re.I
    )
    for stage in subject.stages:
        for one, command in stage.shell_commands:
            if any("type=secret" in mount for mount in one.flag_values("mount")):
                continue
            text = " ".join((*command.assignments, *command.argv))
            if flags.search(text) or any(_literal_assignment(word) for word in command.assignments):
                yield Hit(command.line, f"`{command.program or 'the command'}` carries a secret into the history.")


def _literal_assignment(word: str) -> bool:
    name, _, value = word.partition("=")
    bare = value.strip("\"'")
    placeholder = bare.lower() in {"unused", "dummy", "placeholder", "build", "none", "x"}
    return (
        _is_secret_name(name) and not _HARMLESS.match(bare) and not placeholder and not value.startswith(("$(", '"$'))
    )


@rule("KD206", "host-keys-unchecked", Severity.ERROR, Category.SECURITY,
      fix="Add the host's key with a known value, or fetch over HTTPS.")  # fmt: skip
def host_keys(subject: Subject) -> Iterator[Hit]:
    """SSH is told to trust any host."""
    for stage in subject.stages:
        for one in stage.all("RUN", "ENV"):
            if re.search(r"StrictHostKeyChecking[ =]+no\b", one.value, re.I):
                yield Hit(one.line, "Whoever stands between can hand the build any code.")


_UNCHECKED = re.compile(
    r"(?:^|\s)(?:--no-check-certificate|--insecure|--trusted-host|--no-gpg-check|--allow-unauthenticated|--nogpgcheck"
    r"|--allow-untrusted|--force-yes|NODE_TLS_REJECT_UNAUTHORIZED=[\"']?0|GIT_SSL_NO_VERIFY=\S+|PYTHONHTTPSVERIFY=[\"']?0"
    r"|strict-ssl[= ]false|http\.sslVerify[= ]false)"
)


@rule("KD207", "certificates-unchecked", Severity.ERROR, Category.SECURITY,
      fix="Add the missing certificate authority to the image instead.")  # fmt: skip
def certificates(subject: Subject) -> Iterator[Hit]:
    """Certificates or signatures are not checked."""
    for stage in subject.stages:
        for one in stage.all("ENV"):
            if _UNCHECKED.search(f" {one.value}"):
                yield Hit(one.line, "Connections are open to anybody in between, in the running program as well.")
        for _, command in stage.shell_commands:
            text = " ".join(("", *command.assignments, *command.argv))
            if _UNCHECKED.search(text) or (command.program == "curl" and command.has("-k")):
                yield Hit(command.line, f"`{command.program}` accepts whatever anybody in between sends.")


def _is_secret_name(name: str) -> bool:
    return bool(_SECRET_NAME.search(name)) and not _NOT_SECRET.search(name)


def _line_of(one: Instruction, name: str) -> int:
    place = one.value.find(name)
    return one.line_at(max(place, 0))


def is_secret(name: str, value: str) -> bool:
    """Whether an environment variable or build argument is a secret with a value."""
    return _is_secret_name(name) and not _HARMLESS.match(value)


def find_literal(text: str) -> str | None:
    """What secret a text seems to hold: ``a GitHub token``; None when it holds none that has a known form."""
    return next((what for what, pattern in _LITERALS if pattern.search(text)), None)

"""The application's Secret: what exists is kept, the rest comes from the environment, .env, or a generator.

Values never leave this module but into the Secret's manifest; what is told are names.
"""

import base64
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from kora.domain.objects import Manifest
from kora.kit.errors import Misconfigured
from kora.operations.deploy.configuration import SecretKey, Secrets

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Filled(BaseModel):
    """A Secret to apply, and by name where each key came from."""

    model_config = ConfigDict(frozen=True)

    manifest: Manifest
    kept: tuple[str, ...] = ()
    taken_over: tuple[str, ...] = ()
    """Keys that another Secret of the release held already; see `adoption`."""
    given: tuple[str, ...] = ()
    generated: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    """Keys whose value in the environment or .env differs from the one that is kept."""

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.given or self.generated or self.taken_over)

    def told(self) -> str:
        """One line of names."""
        parts = (
            ("kept", self.kept),
            ("taken over from the running release", self.taken_over),
            ("given", self.given),
            ("generated", self.generated),
            ("left out", self.absent),
            ("kept although .env says otherwise", self.differing),
        )
        return "; ".join(f"{word} {', '.join(names)}" for word, names in parts if names) or "no keys"

    def line(self) -> str:
        """The Secret's name and what became of its keys. In brackets, for behind a name that speaks of a secret and a
        colon or an equals sign the log's redaction takes every word for a value."""
        return f"secret {self.manifest['metadata']['name']} ({self.told()})"


def read_env_file(path: Path) -> dict[str, str]:
    """The variables of a .env file: ``NAME=value`` lines, ``#`` comments, perhaps ``export``, quotes around a value.

    Raises:
        Misconfigured: a line is none of these; its content is not shown.
    """
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.removeprefix("export ").partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name.strip()):
            raise Misconfigured(f"Line {number} of {path.name} is not NAME=value.", fix=f"correct {path.name}")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        found[name.strip()] = value
    return found


def fill(
    wanted: Secrets,
    namespace: str,
    existing: Manifest | None,
    offered: Mapping[str, str],
    in_use: Mapping[str, str] | None = None,
) -> Filled:
    """The Secret with every key that is wanted. Keys that exist, here or `in_use` elsewhere in the release, stay as
    they are, whatever is `offered`; keys of the existing Secret that nobody asked for stay too.

    Raises:
        Misconfigured: a key has no value and no way to get one; all such names at once.
    """
    held = {key: base64.b64decode(value).decode() for key, value in ((existing or {}).get("data") or {}).items()}
    groups = {"kept": [key for key in wanted.keys if key in held]}
    groups["taken_over"] = [key for key in wanted.keys if key in (in_use or {}) and key not in held]
    held |= {key: (in_use or {})[key] for key in groups["taken_over"]}
    values = dict(held)
    groups |= {"given": [], "generated": [], "absent": []}
    missing: list[str] = []
    for key, rule in wanted.keys.items():
        if key in held or rule.template is not None:
            continue
        if offered.get(key):
            values[key] = offered[key]
            groups["given"].append(key)
        elif rule.generate is not None:
            values[key] = _generated(rule)
            groups["generated"].append(key)
        else:
            (groups["absent"] if rule.optional else missing).append(key)
    if missing:
        raise Misconfigured(
            f"No value for the secret {', '.join(missing)}: neither the environment nor .env has it.",
            fix=f"echo '{missing[0]}=…' >> .env",
        )
    for key, rule in wanted.keys.items():
        if rule.template is not None and key not in held:
            values[key] = _from_template(key, rule.template, values)
            groups["generated"].append(key)
    differing = tuple(key for key in wanted.keys if key in held and offered.get(key) and offered[key] != held[key])
    return Filled(
        manifest=_manifest(wanted.name, namespace, values),
        differing=differing,
        **{word: tuple(names) for word, names in groups.items()},
    )


def _generated(rule: SecretKey) -> str:
    bits = rule.length  # characters: 6 bits each in the URL-safe alphabet, 4 in hexadecimal
    return secrets.token_hex((bits + 1) // 2)[:bits] if rule.generate == "hex" else secrets.token_urlsafe(bits)[:bits]


def _from_template(key: str, template: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise Misconfigured(f"secrets.keys.{key}.template names ${{{found[1]}}}, which is no key with a value.")
        return values[found[1]]

    return _REFERENCE.sub(value, template)


def _manifest(name: str, namespace: str, values: Mapping[str, str]) -> Manifest:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in sorted(values.items())}
    labels = {"app.kubernetes.io/managed-by": "kora"}
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": metadata, "data": encoded}

"""Manifests as text, and as files inside the working folder."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import yaml

from kora.domain.objects import Manifest
from kora.kit.errors import Invalid
from kora.operations.dockerfiles.writing import Change, changes

HIDDEN = "<hidden>"


def hidden(manifest: Manifest) -> Manifest:
    """The manifest as it may be shown: the values of a Secret are not in it."""
    if manifest["kind"] != "Secret":
        return manifest
    slots: Manifest = {
        slot: dict.fromkeys(manifest[slot], HIDDEN) for slot in ("data", "stringData") if slot in manifest
    }
    return {**manifest, **slots}


def as_yaml(manifests: Sequence[Manifest]) -> str:
    """One document for each manifest, in their order."""
    return "---\n".join(_document(each) for each in manifests)


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks; no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_LIKE_ANOTHER_TYPE = re.compile(r"[yYnN]|[-+.]?\d[\d_.]*(?:[eE][-+]?\d+)?|0[xXoObB][\da-fA-F_]+")
"""Texts that kubectl reads as a truth value or a number and this dumper leaves bare: ``n``, ``1e3``, ``0o17``."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else "'" if _LIKE_ANOTHER_TYPE.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _document(manifest: Manifest) -> str:
    return yaml.dump(manifest, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)


def files(manifests: Sequence[Manifest], target: str, folder: Path) -> dict[str, str]:
    """Which text goes where: one file, or a file for each object when the target is a folder.

    Raises:
        Invalid: the path leads out of the working folder, or through ``..``.
    """
    place = PurePath(target)
    if ".." in place.parts or target.startswith("~"):
        raise Invalid(f"{target} leads out of the working folder.", fix="Give a path inside the working folder.")
    if place.is_absolute():
        try:
            place = Path(target).relative_to(folder.resolve())
        except ValueError:
            raise Invalid(f"{target} lies outside of the working folder.", fix="Give a path inside it.") from None
    if place.suffix in {".yaml", ".yml", ".json"} and not (folder / place).is_dir():
        return {place.as_posix(): as_yaml(manifests)}
    made: dict[str, str] = {}
    for each in manifests:
        where = each["metadata"].get("namespace")
        stem = f"{each['metadata']['name']}-{each['kind'].lower()}".replace(":", "-")
        name = (place / f"{stem}.yaml").as_posix()
        made[name if name not in made else (place / f"{where}-{stem}.yaml").as_posix()] = as_yaml([each])
    return made


def pending(manifests: Sequence[Manifest], target: str, folder: Path) -> list[Change]:
    """What saving would change. Nothing is written.

    Raises:
        Invalid: the path leads out of the working folder, also by way of a symbolic link.
    """
    return changes(folder, files(manifests, target, folder))

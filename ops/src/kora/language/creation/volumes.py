"""Volumes and where they are mounted."""

import re
from typing import Any

from kora.language.creation.metadata import is_name
from kora.language.creation.scan import Scan, memory
from kora.language.intents import MountSpec

_AT = r"(?:mounted |mounting |mount(?: it)? |available |accessible |and )*(?:at|on|to|under|in|into|as|with(?: a)? mount ?path|path|mountpath)(?: the| a)?(?: mount ?path| path| directory| folder)?<is><path:path>"
_MOUNT = r"(?:mount(?:ed|ing|s)?|with|using|and|use|add|attach(?:ing|ed)?|that mounts?|which mounts?|has|have|define|create)?"
_RO = r"(?P<ro> ?\(?(?:as )?read[ -]?only\)?)?"
_SIZE = (
    r"(?:(?:of|with|size|requesting|request|for|storage|capacity|a) ?)*<qty:size>(?: of)?(?: storage| disk| capacity)?"
)
_CLASS = r"(?: (?:using|with|of|from|and|in)?(?: the)? ?storage ?class(?: name)?<is><name:class>)?"


_MODS = (
    r"(?:,? ?(?:and |with |a |using |that is |which is |as |of )*(?:(?:named|called) <name:volume>|backed by (?:memory|ram|tmpfs)|in (?:memory|ram)|(?:memory|ram)-backed|medium<is>[\"'`]?memory[\"'`]?|memory (?:as )?medium"
    r"|(?:a )?(?:size )?limit(?:ed)?(?: to| of)?<is><qty:size>|(?:maximum )?size(?: limit)?<is><qty:size2>|of type empty ?-?dir|\(empty ?-?dir\)|type<is>empty ?-?dir))*"
)
_EMPTY = (
    rf"{_MOUNT} ?<the>(?:shared |temporary |memory-backed |in-memory |ram-backed )*empty ?-?dir(?:ectory)?(?: volumes?)?{_MODS} ?(?:<name:vol2> )?(?:volume )?{_AT}{_RO}",
    rf"{_MOUNT} ?<the>(?:shared |same )?(?!(?:empty|shared|temporary|persistent|this|that|same|config|configmap|secret|host|hostpath|memory|in|an?|the|new|mount\w*|with|using|and|extra|additional|own)\b)<name:volume> (?:empty ?-?dir )?volume ?{_AT}{_RO}",
    rf"{_MOUNT} ?<the>(?:shared |temporary )?(?:empty ?-?dir )?volumes?{_MODS} ?{_AT}{_RO}",
    rf"{_MOUNT} ?<the>volume <name:volume> ?{_AT}{_RO}",
    rf"{_MOUNT} ?<the>(?:shared )?(?:it|volume) ?{_AT}{_RO}",
)


def _in_memory(text: str) -> bool:
    return (
        re.search(
            r"\b(?:backed by|in|medium)\W+(?:of\W+|is\W+)?(?:memory|ram|tmpfs)|(?:memory|ram)-backed|in-memory",
            text,
            re.IGNORECASE,
        )
        is not None
    )


def read_mounts(scan: Scan) -> tuple[MountSpec, ...]:
    """Every mount that was said, with what the volume is made of."""
    found: list[MountSpec] = []

    def keep(source: str, match: Any, **more: Any) -> None:
        groups = match.groupdict()
        name = groups.get("object") or groups.get("volume") or groups.get("vol2")
        slots: dict[str, Any] = {
            "path": groups["path"],
            "source": source,
            "source_name": groups.get("object"),
            "volume": groups.get("volume") if is_name(groups.get("volume")) else name,
            "read_only": bool(groups.get("ro")),
        }
        found.append(MountSpec(**{**slots, **more}))

    named = r"(?:named |called )?<name:object>"
    kinds = {
        "config_map": r"(?:config ?-?map|cm)",
        "secret": r"secret",
        "claim": r"(?:pvc|persistent ?volume ?claim|volume claim|claim)",
    }
    for source, kind in kinds.items():
        for pattern in (
            rf"{_MOUNT} ?<the>{kind} {named}(?: as)?(?: a)?(?: volume)?(?: named <name:volume>)? ?{_AT}{_RO}",
            rf"{_MOUNT} ?<the><name:object> {kind}(?: as)?(?: a)?(?: volume)?(?: named <name:volume>)? ?{_AT}{_RO}",
            rf"{_MOUNT} ?<the>(?:volume )(?:named |called )?<name:volume> (?:from|backed by|using|of) <the>{kind} {named},? ?{_AT}{_RO}",
            rf"{_MOUNT} ?<the>volume (?:from|backed by|using|of) <the>{kind} {named},? ?{_AT}{_RO}",
        ):
            for each in scan.take_all(pattern):
                keep(source, each)
    for pattern in (
        rf"{_MOUNT} ?<the>host ?-?path(?: volume)?(?: of)? ?[:=]? ?<path:host>(?: named <name:volume>)? ?{_AT}{_RO}",
        rf"{_MOUNT} ?<the>(?:directory |path |folder )?<path:host> (?:of|from|on) <the>(?:host|node) ?{_AT}{_RO}",
        rf"{_MOUNT} ?<the>(?:host|node)(?:'s)? (?:directory |path |folder )?<path:host> ?{_AT}{_RO}",
    ):
        for each in scan.take_all(pattern):
            keep("host_path", each, source_name=each["host"], volume=each.groupdict().get("volume"))
    for pattern in _EMPTY:
        for each in scan.take_all(pattern):
            groups = each.groupdict()
            size = groups.get("size") or groups.get("size2")
            keep("empty_dir", each, in_memory=_in_memory(each.group()), **({"size": memory(size)} if size else {}))
    return tuple(found)


def read_claim_templates(scan: Scan) -> tuple[MountSpec, ...]:
    """Claims of a StatefulSet: ``with 10Gi of storage mounted at /data``."""
    found: list[MountSpec] = []
    for pattern in (
        rf"(?:(?:with|and|each|pod|replica|having|has|have|gets?|its|own) ?)*<the>(?:volume ?-?claim ?-?templates?|persistent volume ?claims?|pvcs?|volume claims?|persistent volumes?|volumes?)(?: templates?)? (?:named |called )?(?!(?:of|with|requesting|request|size|for|using|a)\b)<name:volume>,? ?{_SIZE}{_CLASS}(?:,| and)? ?(?:{_AT})?",
        rf"(?:(?:with|and|each|pod|replica|having|has|have|gets?|its|own) ?)*<the>(?:volume ?-?claim ?-?templates?|persistent volume ?claims?|pvcs?|volume claims?|persistent volumes?|volumes?|storage|persistent storage|disk)(?: templates?)? ?{_SIZE}{_CLASS}(?:,| and)? ?(?:{_AT})?",
        rf"(?:(?:with|and|each|pod|replica|having|has|have|gets?|its|own|using|requesting) ?)*<the>{_SIZE[: -len('(?: storage| disk| capacity)?')]} (?:persistent )?(?:storage|volume claim template|volume claims?|volumes?|pvcs?|persistent volume claims?|persistent volumes?|disk|claims?)(?: per (?:pod|replica))?(?: (?:named|called) <name:volume>)?{_CLASS}(?:,| and)? ?(?:{_AT})?",
    ):
        for each in scan.take_all(pattern):
            groups = each.groupdict()
            found.append(
                MountSpec(
                    path=groups.get("path") or "",
                    volume=groups.get("volume"),
                    source="claim_template",
                    size=memory(groups["size"]),
                    storage_class=groups.get("class"),
                )
            )
    return tuple(found)

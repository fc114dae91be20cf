"""Volumes and where they are mounted.

A sentence is cut into pieces: what a volume is made of (a config map, a directory of the node, …), where it is mounted,
in which container, and how (read-only, in memory, with which size). Pieces that belong together are joined in the order
in which they were said; a piece that joins nothing stays unread.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kora.language.creation.layout import sentences
from kora.language.creation.metadata import is_name
from kora.language.creation.plain import begins_more, is_plain
from kora.language.creation.scan import Scan, compiled, memory
from kora.language.intents import MountSpec

Source = Literal["claim", "config_map", "secret", "empty_dir", "host_path", "claim_template"]
_KINDS: dict[Source, str] = {
    "config_map": r"(?:config ?-?maps?|cm)",
    "secret": r"secrets?",
    "claim": r"(?:pvcs?|persistent ?-?volume ?-?claims?|volume claims?|claims?)",
    "empty_dir": r"(?:(?:shared|temporary|memory-backed|in-memory|ram-backed|ephemeral|scratch) )*empty ?-?dir(?:ectory|ectories)?",
}
_CALLED = r"(?:,? (?:named|called|name[:=]?|with (?:the )?name))? <name:named>"
_AT = (
    r"(?:(?:that |which |is |are |it |will |should |must |be |and |then |also )*(?:mount(?:ed|s|ing)? )?(?:it |them |this |that )?(?P<ro>(?:as )?read[ -]?only )?"
    r"(?:available |accessible |visible |located )?(?:at|on|onto|to|under|below|beneath|in|into|inside|as|with|via|using|through|mount ?-?path|path)(?: (?:a|the|its|their|mount|path|directory|folder|dir|mountpath|both|location))*)"
)
_PIECES: tuple[tuple[str, str], ...] = (
    ("host", r"(?:<the>(?:host|node)(?:'s)? ?-?(?:path |directory |folder |file ?system )*(?:volume )?(?:of|at|from|[:=])? ?<path:path>|<the>(?:directory |path |folder )?<path:path2> (?:directory |folder |path )?(?:of|from|on) <the>(?:host|node|underlying node|worker)(?: machine| node| file ?system|'s file ?system)?(?! ?-?path))"),
    *(("source", rf"<the>{words}(?: volumes?)?{_CALLED}(?! (?:container|one|volume|pod)\b)(?: as(?: an?)? volumes?)?(?P<{source}>)") for source, words in _KINDS.items()),
    *(("source", rf"<the><name:named> {words}(?: volumes?)?(?P<{source}>)") for source, words in _KINDS.items()),
    ("source", rf"<the>{_KINDS['empty_dir']}(?: volumes?)?(?P<empty_dir>)"),
    ("volume", r"<the>(?:shared |same |common |temporary |scratch )*volumes?(?:,? (?:named|called|name[:=]?))? <name:named>"),
    ("volume", r"<the>(?:shared |same |common |temporary |scratch )*<name:named> volumes?"),
    ("volume", r"<the>(?:shared |same |common |temporary |scratch |in-memory |memory-backed |ram-backed )*volumes?"),
    ("called", r"(?:named|called|name[:=]?) <name:named>"),
    ("sub", r"(?:with |using |and )*<the>sub ?-?path<is>[\"'`]?(?P<sub>[\w./-]*\w)[\"'`]?"),
    ("path", rf"{_AT} ?[:=]? ?<path:path>"),
    ("path", r"(?:<the>(?:directory|folder|path) )?<path:path>(?! (?:of|from|on) the (?:host|node))"),
    ("memory", r"(?:that is |which is |and |is )*(?:backed by (?:memory|ram|tmpfs)|(?:kept |held |stored )?in (?:memory|ram)|(?:memory|ram)-backed|(?:with )?<the>medium(?: of| is)?<is>[\"'`]?memory[\"'`]?|memory (?:as )?(?:its )?medium|tmpfs)"),
    ("size", r"(?:(?:with|and|a|the|of|up to|maximum|max) )*(?:size ?-?limit|limit(?:ed)?|size|capacity)(?: limit)?(?: to| of| is)?<is><qty:size>(?! (?:of )?(?:memory|ram|cpus?|cores?))|<qty:size2>(?: of)?(?= (?:memory-backed |in-memory |shared |temporary |ephemeral |scratch )*(?:empty ?-?dir|volume))|(?:of|with) <qty:size3>(?: size)?"),
    ("readonly", r"(?:\(?(?:as |in |mode )*read[ -]?only\)?(?: mode| access)?)(?! ?root)"),
    ("container", r"(?:in|of|for|inside|by|into|within) <the>(?:<name:ref> (?:container|one)|container <name:ref2>)|(?:in|for|inside) <the><name:ref3>(?= ?(?:,|\.|;|$|and (?:at|on|under)))"),
    ("everyone", r"(?:(?:in|by|between|across|for|among|into|to|with|inside|of) )?<the>(?:both|all|each|every|the two|the three|two|three|these)(?: of)?(?: the| these| two| three)*(?: (?:containers?|of them))?"),
    ("share", r"(?:shar(?:es?|ed|ing)|mount(?:s|ed|ing)?)(?: (?:the )?same)?"),
)  # fmt: skip
_NO_NAMES = frozenset(
    ["memory-backed", "in-memory", "ram-backed", "volume", "volumes", "mount", "mounts", "mounted", "mounting", "container", "containers", "path", "shared", "sharing", "from", "by", "backed", "made", "empty", "emptydir", "read-only", "readonly", "config", "configmap", "configmaps", "secret", "secrets", "pvc", "claim", "hostpath", "host", "node", "key", "keys", "env", "environment", "variable", "variables", "both", "image", "init", "sidecar", "main", "first", "second", "other"]
)  # fmt: skip


@dataclass
class _Event:
    name: str
    start: int
    end: int
    found: re.Match[str]


@dataclass
class Mount:
    """A mount as it was said; `refs` are the containers it is for, empty when none were named."""

    spec: MountSpec
    refs: tuple[str, ...] = ()
    shared: bool = False


@dataclass
class _Volume:
    source: Source = "empty_dir"
    source_name: str | None = None
    name: str | None = None
    more: dict[str, Any] = field(default_factory=dict)
    read_only: bool = False
    told: bool = False
    """Whether it was said what the volume is made of, or at least that it is one."""
    spans: list[tuple[int, int]] = field(default_factory=list)


def _good(word: str | None) -> bool:
    return (
        word is not None
        and is_name(word)
        and not re.fullmatch(r"\d+(?:\.\d+)?[A-Za-z]*", word)
        and word.lower() not in _NO_NAMES
        and not begins_more(word)
    )


def _events(scan: Scan, start: int, end: int) -> Iterator[_Event]:
    position = start
    table = [(name, compiled(pattern)) for name, pattern in _PIECES]
    ahead: list[re.Match[str] | None] = [pattern.search(scan.rest, start, end) for _, pattern in table]
    while position < end:
        best: _Event | None = None
        for at, (name, pattern) in enumerate(table):
            found = ahead[at]
            while found is not None and (found.start() < position or not _fits(name, found)):
                found = ahead[at] = pattern.search(scan.rest, max(position, found.start() + 1), end)
            if found is not None and (best is None or found.start() < best.start):
                best = _Event(name, found.start(), found.end(), found)
        if best is None:
            return
        yield best
        position = best.end


def _fits(name: str, found: re.Match[str]) -> bool:
    groups = found.groupdict()
    if name in {"source", "volume", "called"} and groups.get("named") is not None:
        quoted = found.string[found.start("named") - 1] in "\"'`“"
        return _good(groups["named"]) and (
            quoted
            or name != "volume"
            or not is_plain(groups["named"])
            or groups["named"].lower() in {"data", "content", "work", "state", "shared"}
        )
    if name == "container":
        word = groups.get("ref") or groups.get("ref2") or groups.get("ref3")
        return (
            word is not None
            and is_name(word)
            and not re.fullmatch(r"\d+(?:\.\d+)?[A-Za-z]*", word)
            and (groups.get("ref3") is None or not is_plain(word))
        )
    return found.end() > found.start()


def read_mounts(scan: Scan) -> list[Mount]:
    """Every mount that was said, with what the volume is made of."""
    made: list[Mount] = []
    last: _Volume | None = None
    for source in ("config_map", "secret", "claim"):
        one = r"<name>"
        for each in scan.take_all(
            rf"(?:mount(?:s|ing)? )?(?:(?:the|both|two|three|these|existing) )*{_KINDS[source]},? (?:named |called )?(?P<names>{one}(?:, {one})*,? and {one}),? (?:(?:should|must|be|are|is|to|and|mount|mounted|available|get) )*(?:at|on|to|under|in|into|as) (?:the )?(?:paths? |directories )?(?P<paths><path>(?:, <path>)*,? and <path>)(?: respectively)?"
        ):
            names, paths = (re.split(r",? and |, ", each[group]) for group in ("names", "paths"))
            if len(names) == len(paths):
                made += [
                    Mount(MountSpec(path=path.strip("\"'`"), source=source, source_name=name.strip("\"'`")))
                    for name, path in zip(names, paths, strict=True)
                ]
    for start, end in list(sentences(scan.rest)):
        if (
            "/" not in scan.rest[start:end]
            and compiled(_PIECES[9][1]).search(scan.rest, start, end) is None
            and "volume" not in scan.rest[start:end].lower()
            and "emptydir" not in scan.rest[start:end].lower()
        ):
            continue
        last = _sentence(scan, list(_events(scan, start, end)), made, last)
    return made


class _Walk:
    """Joins the pieces of one sentence."""

    def __init__(self, made: list[Mount], last: _Volume | None) -> None:
        self.made, self.last = made, last
        self.volume: _Volume | None = None
        self.path: _Event | None = None
        self.mounts: list[Mount] = []
        self.claims: list[tuple[int, int]] = []
        self.shared = False
        self.pending: dict[str, Any] = {}

    def source(self, event: _Event, source: Source, name: str | None) -> None:
        """What a volume is made of: of the volume that was just named, or of a new one."""
        volume = self.volume
        if (
            volume is None
            or volume.source_name
            or (volume.source != "empty_dir")
            or (
                volume.told
                and self.mounts
                and self.mounts[-1].spec.volume == volume.name
                and volume.name is not None
                and source != "empty_dir"
            )
            or (volume.told and volume.name is None and source == "empty_dir")
        ):
            volume = self.volume = _Volume(source)
        volume.source, volume.told = source, True
        if source == "empty_dir" and re.search(r"(?:memory|ram)-backed|in-memory", event.found.group(), re.IGNORECASE):
            volume.more["in_memory"] = True
        if source == "empty_dir":
            volume.name = name or volume.name
        else:
            volume.source_name = name
        self._settle(event)

    def named(self, event: _Event, name: str | None) -> None:
        """A volume by its name, or one without a name."""
        if (
            self.volume is not None
            and self.volume.told
            and self.volume.name is None
            and not (self.mounts and name is None)
        ):
            self.volume.name = name
        elif name is None and self.volume is None and self.last is not None and self.path is None:
            self.volume = self.last
        elif name is not None or self.volume is None:
            self.volume = _Volume(name=name, told=True)
        if re.search(r"(?:memory|ram)-backed|in-memory", event.found.group(), re.IGNORECASE):
            self.volume.more["in_memory"] = True
        self._settle(event)

    def _settle(self, event: _Event) -> None:
        assert self.volume is not None
        self.volume.more |= self.pending
        self.pending = {}
        self.volume.spans.append((event.start, event.end))
        if self.path is not None:
            waiting, self.path = self.path, None
            self.mount(waiting)

    def mount(self, event: _Event) -> None:
        """A place to mount at: of the volume before it, or of the one that follows."""
        volume = self.volume
        if volume is None and self.last is not None and re.search(r"\b(?:it|them|this|that)\b", event.found.group()):
            volume = self.volume = self.last
        if volume is None:
            self.path = event
            return
        groups = event.found.groupdict()
        spec = MountSpec(
            path=groups["path"], source=volume.source, source_name=volume.source_name, volume=volume.name,
            read_only=volume.read_only or bool(groups.get("ro")), **volume.more,
        )  # fmt: skip
        self.mounts.append(Mount(spec, shared=self.shared))
        self.claims += [*volume.spans, (event.start, event.end)]

    def change(self, **more: Any) -> None:
        """Something about the volume and what was mounted of it last."""
        if self.mounts:
            self.mounts[-1].spec = self.mounts[-1].spec.model_copy(update=more)
        elif self.volume is not None:
            self.volume.more |= {key: value for key, value in more.items() if key != "read_only"}
            self.volume.read_only |= bool(more.get("read_only"))
        else:
            self.pending |= {key: value for key, value in more.items() if key != "read_only"}


def _sentence(scan: Scan, events: Sequence[_Event], made: list[Mount], last: _Volume | None) -> _Volume | None:
    walk = _Walk(made, last)
    spoken: list[_Event] = []
    for event in events:
        groups = event.found.groupdict()
        match event.name:
            case "source":
                walk.source(event, next(each for each in _KINDS if each in groups), groups.get("named"))
            case "host":
                walk.source(event, "host_path", groups["path"] or groups["path2"])
            case "volume" | "called":
                if event.name == "called" and walk.volume is None:
                    continue
                walk.named(event, groups.get("named"))
            case "path":
                walk.mount(event)
            case "sub":
                walk.change(sub_path=groups["sub"])
            case "memory":
                walk.change(in_memory=True)
            case "size":
                if walk.volume is not None and walk.volume.source != "empty_dir":
                    continue
                walk.change(size=memory(groups["size"] or groups["size2"] or groups["size3"]))
            case "readonly":
                walk.change(read_only=True)
            case "container":
                if walk.mounts:
                    ref = groups["ref"] or groups["ref2"] or groups["ref3"]
                    walk.mounts[-1].refs = (*walk.mounts[-1].refs, ref.lower())
            case "everyone" | "share":
                walk.shared |= "shar" in event.found.group().lower() or event.name == "everyone"
                for each in walk.mounts:
                    each.shared |= walk.shared and not each.refs
        if event.name not in {"path", "source", "host", "volume"}:
            spoken.append(event)
    volume = walk.volume
    if walk.mounts:
        walk.claims += [(each.start, each.end) for each in spoken]
    elif (
        volume is not None
        and volume.source == "host_path"
        and walk.path is None
        and any(each.name == "share" for each in events)
    ):
        # "mounting /var/log from the host": at the same place
        walk.mounts.append(
            Mount(
                MountSpec(
                    path=str(volume.source_name),
                    source="host_path",
                    source_name=volume.source_name,
                    volume=volume.name,
                    read_only=volume.read_only,
                )
            )
        )
        walk.claims += [*volume.spans, *((each.start, each.end) for each in spoken)]
    elif volume is not None and volume.told and (volume.source == "empty_dir"):
        if walk.shared:
            walk.mounts.append(Mount(MountSpec(path="", volume=volume.name, **volume.more), shared=True))
        walk.claims += [*volume.spans, *((each.start, each.end) for each in spoken)]
    for start, end in walk.claims:
        scan.claim(start, end)
    if walk.mounts:
        scan.take_all(r"(?:and )?(?:mount(?:s|ed|ing)?|shar(?:es?|ed|ing)) (?:it|them|the|a|an|both|same)*")
    made += walk.mounts
    return volume or last


_SIZE = r"(?:(?:of|with|size|requesting|request|for|storage|capacity|a) ?)*<qty:size>(?: of(?! (?:storage ?)?class))?(?: storage(?! ?class)| disk| capacity)?"
_CLASS = r"(?:,? (?:using|with|of|from|and|in|on)?(?: the)? ?(?:storage ?)?class(?: name)?<is><name:class>)?"
_TEMPLATE_AT = r"(?:mounted |mounting |mount(?: it)? |available |accessible |and |kept |stored )*(?:at|on|to|under|below|in|into|as|with(?: a)? mount ?path|path|mountpath)(?: the| a)?(?: mount ?path| path| directory| folder)?<is><path:path>"


def read_claim_templates(scan: Scan) -> tuple[MountSpec, ...]:
    """Claims of a StatefulSet: ``with 10Gi of storage mounted at /data``."""
    found: list[MountSpec] = []
    lead = r"(?:(?:with|and|each|every|pod|replica|member|instance|having|has|have|gets?|keeps?|stores?|needs?|wants?|should|must|to|mount(?:s|ing)?|its|own|using|requesting) ?)*<the>"
    noun = r"(?:volume ?-?claim ?-?templates?|claim ?-?templates?|persistent volume ?claims?|pvcs?|volume claims?|persistent volumes?|volumes?)(?: templates?)?"
    bare = rf"{lead}{_SIZE.removesuffix('(?: storage(?! ?class)| disk| capacity)?')} (?:per|for each|for every|in each|in every) (?:pod|replica|broker|node|member|instance|shard){_CLASS}(?:,| and)? ?{_TEMPLATE_AT}"
    for pattern in (
        bare,
        rf"{lead}<qty:size>{_CLASS} (?:per|for each|for every|in each|in every) (?:pod|replica|broker|node|member|instance|shard)(?:,| and)? ?{_TEMPLATE_AT}",
        rf"{lead}{noun} (?:named |called )?(?!(?:of|with|requesting|request|size|for|using|a)\b)<name:volume>,? ?{_SIZE}{_CLASS}(?:,| and)? ?(?:{_TEMPLATE_AT})?",
        rf"{lead}(?:{noun}|storage|persistent storage|disk) ?{_SIZE}{_CLASS}(?:,| and)? ?(?:{_TEMPLATE_AT})?",
        rf"{lead}{_SIZE.removesuffix('(?: storage(?! ?class)| disk| capacity)?')} (?:persistent )?(?:{noun}|storage|disk|claims?)(?: (?:per|for each|for every|in each|in every|each) (?:pod|replica|broker|node|member|instance|shard|of them)|each)?(?: (?:named|called) <name:volume>)?{_CLASS}(?:,| and)? ?(?:{_TEMPLATE_AT})?",
        rf"(?:(?:with|and|,) )*<qty:size>(?: (?:each|apiece|per (?:pod|replica|member)))? {_TEMPLATE_AT}",
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

"""A sentence about an image → what it asks for: a small grammar of clauses, one row of a table each.

Understood are framework and versions, folder, entry point, base image and name of each stage, requirements file,
user, group and id, port, environment, start command, health check, size bound and where to save. What a sentence does
not say stays None and comes from the repository. Nothing is executed; paths stay inside the working folder.
"""

import re
import shlex
from dataclasses import dataclass, field

from kora.operations.dockerfiles.services import Framework

_FRAMEWORKS = (
    (Framework.NEXT, r"next\.?js"),
    (Framework.FASTAPI, r"fast\s?api"),
    (Framework.DJANGO, r"django"),
    (Framework.FLASK, r"flask"),
    (Framework.SPRING, r"spring(?:\s?boot)?"),
    (Framework.EXPRESS, r"express(?:\.?js)?"),
    (Framework.VITE, r"vite|react(?!\s*native)|vue(?:\.?js)?|svelte"),
    (Framework.STATIC, r"static (?:site|page|website|html)|html (?:site|page)"),
    (Framework.GO, r"golang|go (?:\d[\d.]*|service|server|app\w*|program|binary|api|module)"),
    (Framework.JAVA, r"java|maven"),
    (Framework.NODE, r"node(?:\.?js)?"),
    (Framework.PYTHON, r"python"),
)
_PATH = r"[`\"']?(?P<{0}>(?:\./)?[\w.@-]+(?:/[\w.@-]+)*/?)[`\"']?"
_IMAGE = r"(?:[\w.-]+(?::\d+)?/)*[\w.-]+(?::[\w][\w.-]*)?"
_END = r"(?=[\s,;.)]*(?:\.\s|\.$|$|\n|,|;|\s(?:and|with|then|on|for|using|from)\b))"


@dataclass
class StageWish:
    """One stage that the sentence describes."""

    name: str
    image: str | None = None


@dataclass
class Wishes:
    """What a sentence asks for."""

    framework: Framework | None = None
    folder: str | None = None
    entry: str | None = None
    python: str | None = None
    node: str | None = None
    go: str | None = None
    java: str | None = None
    stages: list[StageWish] = field(default_factory=list)
    multi_stage: bool | None = None
    requirements: str | None = None
    no_cache_dir: bool = False
    user: str | None = None
    group: str | None = None
    uid: int | None = None
    port: int | None = None
    environment: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    health_path: str | None = None
    health_check: bool = True
    max_megabytes: int | None = None
    save_to: str | None = None
    standalone: bool = False

    @property
    def says_something(self) -> bool:
        """Whether anything in it was understood that decides about an image."""
        return self.framework is not None or self.folder is not None or self.entry is not None


def read(prompt: str) -> Wishes:
    """Understand a sentence or a page of them."""
    text = prompt.replace("`", "").replace("\u2019", "'")
    wishes = Wishes()
    wishes.framework = _framework(text)
    for name, pattern in _VALUES.items():
        match = re.search(pattern, text, re.I | re.M)
        if match:
            value = next(group for group in match.groups() if group is not None)
            setattr(wishes, name, int(value) if name in _NUMBERS else value.rstrip("."))
    _read_stages(text, wishes)
    _read_command(text, wishes)
    wishes.no_cache_dir = "--no-cache-dir" in text
    wishes.standalone = bool(re.search(r"standalone", text, re.I))
    if re.search(r"multi[- ]?stage|(?:two|three|2|3)[- ]stages?", text, re.I):
        wishes.multi_stage = True
    if re.search(r"\b(?:no|without(?: an?)?|skip(?: the)?)\s+health\s?checks?", text, re.I):
        wishes.health_check = False
    for name, value in re.findall(r"\bENV\s+([A-Z_]\w*)=([^\s,]+?)(?=[.,;]?(?:\s|$))", text):
        wishes.environment[name] = value
    if wishes.folder is not None:
        wishes.folder = wishes.folder.removeprefix("./").rstrip("/") or "."
    return wishes


_NUMBERS = frozenset({"uid", "port", "max_megabytes"})
_VALUES = {
    "folder": r"(?:source|code|app|project|service)\s+(?:director(?:y|ies)|folder|dir|path|root)\s*(?::|is|=|in)?\s*"
    + _PATH.format("a")
    + r"|(?:director(?:y|ies)|folder|path)\s*(?::|=|called|named)\s*"
    + _PATH.format("b")
    + r"|\b(?:in|from|under|inside|for)\s+(?:the\s+)?(?!dockerfile\b)"
    + r"(?P<c>(?:\./)?[\w.@-]+(?:/[\w.@-]+)*/)(?=[\s,.;]|$)"
    + r"|\b(?:in|from|under|inside|for)\s+(?:the\s+)?(?P<d>(?:\./)?[\w@-]+(?:/[\w@-]+)*)\s+(?:folder|directory|dir)\b"
    + r"|\b(?:in|from|under|inside|for)\s+(?P<e>\./[\w@-]+(?:/[\w@-]+)*)",
    "entry": r"entry[\s-]?point\s*(?::|is|=)?\s*[\"']?([\w./-]+(?::[\w]+(?:\(\))?)?)"
    r"|\b([A-Za-z_][\w.]*:(?:app|application|create_app\(\)|api|server))\b",
    "python": r"python\s*(?:version\s*)?v?(\d+\.\d+)",
    "node": r"node(?:\.?js)?\s*(?:version\s*)?v?(\d+)(?!\.\d*\s*mb)\b",
    "go": r"\bgo(?:lang)?\s*(?:version\s*)?v?(\d+\.\d+)",
    "java": r"\b(?:java|jdk|jre)\s*(?:version\s*)?(\d+)",
    "requirements": r"([\w./-]*requirements[\w.-]*\.txt)",
    "uid": r"\b(?:uid|user\s+id|id)\s*(?::|=|is|of)?\s*(\d{1,6})\b|\bUSER\s+(\d{1,6})\b",
    "user": r"(?:non[- ]?root\s+)user\s+(?:called\s+|named\s+)?(?!with\b|and\b|id\b|uid\b|in\b|for\b|to\b|on\b)"
    r"([a-z_][\w-]*)|\buser\s+(?:called|named)\s+([a-z_][\w-]*)|switch\s+to\s+(?:the\s+)?(?:user\s+)?(?!a\b|the\b)"
    r"([a-z_][\w-]*)",
    "group": r"\bgroup\s+(?:called\s+|named\s+)?(?!id\b|with\b)([a-z_][\w-]*)",
    "port": r"\bEXPOSE\s+(\d{1,5})|\bports?\s*(?::|=|is|number)?\s*(\d{2,5})\b|--port[ =](\d{2,5})"
    r"|\blisten\w*\s+on\s+:?"
    r"(\d{2,5})|\bon\s+:(\d{2,5})",
    "max_megabytes": r"(?:under|below|less\s+than|smaller\s+than|at\s+most|max(?:imum)?(?:\s+of)?"
    r"|no\s+more\s+than|within|<=?)"
    r"\s*(\d{2,5})\s*(?:mb|mib|megabytes?)",
    "health_path": r"health\s?(?:check|route|endpoint|path|probe)s?\s*(?:on|at|:|of|against|is|via|using|=|to)?\s*"
    r"(?:GET\s+)?(?:http://[\w.:]+)?(/[\w./-]*)",
    "save_to": r"\b(?:save|write|put|store|output)\s+(?:it|this|that|the\s+(?:output|result|file|dockerfile))?\s*"
    r"(?:in)?(?:to|as|at|under)\s+[\"']?([\w./-]*[\w-])",
}  # fmt: skip


def _framework(text: str) -> Framework | None:
    """The most particular one that is named; Next.js before Node.js, FastAPI before Python."""
    return next((kind for kind, words in _FRAMEWORKS if re.search(rf"\b(?:{words})(?!\w)", text, re.I)), None)


def _read_stages(text: str, wishes: Wishes) -> None:
    """``Stage 1 (builder): FROM python:3.11-slim, …`` and a FROM or base image without stages."""
    for part in re.split(r"(?im)(?=\bstage\s+\d)", text)[1:]:
        head = re.match(rf"(?i)stage\s+\d+\s*(?:\(([\w-]+)\))?\s*[:,-]?\s*(?:.*?\bFROM\s+({_IMAGE}))?", part)
        if head:
            image = head.group(2)
            wishes.stages.append(StageWish(head.group(1) or "", image.rstrip(".,") if image else None))
    if not wishes.stages:
        found = re.search(rf"\bFROM\s+({_IMAGE})", text) or re.search(
            rf"(?i)\b(?:base(?:d)?(?:\s+(?:image|on))?|image)\s*(?::|is|on|=)?\s*({_IMAGE}:[\w.-]+)", text
        )
        if found and ":" in found.group(1):
            wishes.stages.append(StageWish("", found.group(1).rstrip(".,")))


def _read_command(text: str, wishes: Wishes) -> None:
    match = re.search(r"(?im)\bCMD\s*[:=]?\s*(.+?)\s*$", text) or re.search(
        r"(?im)\b(?:start(?:ed)?(?:\s+it)?|run(?:s)?(?:\s+it)?)\s+(?:with|by|command:?)\s+[\"']?(.+?)[\"']?\s*(?:\.\s|\.?$)",
        text,
    )
    if match is None:
        return
    words = match.group(1).strip().rstrip(".").strip()
    if words.startswith("["):
        found = re.findall(r"\"([^\"]*)\"", words)
    else:
        try:
            found = shlex.split(words)
        except ValueError:
            found = []
    wishes.command = tuple(found)

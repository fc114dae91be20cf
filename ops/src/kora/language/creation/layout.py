# ruff: noqa: SIM905 - a table of words is read as one text
"""The shape of a request before it is read: lists become sentences, headings and remarks that ask for nothing go.

The first step of `reading`. Nothing that could become a field is taken away here: only labels of sections, wishes to
look afterwards whether it worked (every plan does), and refusals of objects that nobody asked for, which are handed on.
"""

import re
from collections.abc import Iterator

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_QUOTED = re.compile(r"\"[^\"\n]*\"|`[^`\n]*`|“[^”\n]*”|(?<![A-Za-z0-9])'[^'\n]*'(?![A-Za-z0-9])|\[[^\]\n]*\]")
_BULLET = re.compile(
    r"^[ \t]*(?:[-*•–]|\(?\d{1,2}[.)]|\(?[a-h][.)]|step \d+[:.)]?)[ \t]+(?:\[[ x]?\][ \t]+)?", re.IGNORECASE
)
_LABEL = re.compile(
    r"^[ \t]*[#*_>]*[ \t]*(?:requirements?|tasks?(?:[ \t]+\d+)?|instructions?|specifications?|specs?|details?|steps?|"
    r"notes?|solution|todo|deliverables?|acceptance criteria|question(?:[ \t]+\d+)?|what (?:i|we) (?:need|want)|the following)"
    r"[*_]*[ \t]*:?[*_]*[ \t]*(?=\n|$)", re.IGNORECASE)  # fmt: skip
_AIM = re.compile(
    r"^[ \t]*[#*_>]*[ \t]*(?:objective|goal|aim|purpose|scenario|context|background|summary|description|title)[*_]*[ \t]*:[*_]*[^\n]*$", re.IGNORECASE)  # fmt: skip
_VALUE = re.compile(r"[`\"“/=]|\d|(?:named|called)\s")
_LOOK = re.compile(
    r"(?:(?:and|then|also|finally|afterwards|after that|optionally|lastly)[\s,:*_]+)*"
    r"(?:verify|check|confirm|validate|double-check|test|show me|wait|report|tell me|let me know|see|observe)\b"
    r"(?!\s*:)(?:\s+(?:that|whether|if|it|the|all|for|until|by|when|how|its|their|logs?|status)\b|\s*$)", re.IGNORECASE)  # fmt: skip
_ASSURE = re.compile(
    r"(?:(?:and|then|also|finally|lastly|please)[\s,]+)*(?:ensure|make sure|be sure|see to it|guarantee)\b[^`\"\d/=]*"
    r"\b(?:complet\w+|success\w*|finish\w*|is running|are running|is ready|are ready|is created|are created|comes? up|"
    r"starts? (?:correctly|properly|up|successfully)|works?|working|deployed|is healthy|are healthy|up and running|valid|applied)\b[^`\"\d/=]*$", re.IGNORECASE)  # fmt: skip
_SELF = re.compile(r"\(?\s*(?:do not|don't|dont|no need to|without|never)\s+(?:need to\s+)?(?:creat|expos|add|mak|deploy|includ)\w*\s+(?:an?|any|the|extra|separate)?\s*(?P<what>[\w -]{2,40}?)(?:\s+(?:for|to|in|with|by)\b[^).;\n]*)?\s*\)?(?=[.;,\n)]|\Z)", re.IGNORECASE)  # fmt: skip


def shielded(text: str) -> str:
    """The same text with every quoted or fenced stretch blotted out, places kept: for finding ends of sentences."""

    def blot(found: re.Match[str]) -> str:
        return found[0][0] + "_" * (len(found[0]) - 2) + found[0][-1] if len(found[0]) > 1 else found[0]

    return _QUOTED.sub(blot, _FENCE.sub(lambda found: "_" * len(found[0]), text))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences (and items of lists) of the text lie."""
    mask, start = shielded(text), 0
    for found in re.finditer(r"(?<!\be\.g)(?<!\bi\.e)[.;!?](?=\s|$)|\n[ \t]*\n|\n(?=[ \t]*[A-Z`\"])", mask):
        if text[start : found.end()].strip():
            yield start, found.end()
            start = found.end()
    if text[start:].strip():
        yield start, len(text)


_KEYWORDS = frozenset(
    """emptydir hostpath clusterip nodeport loadbalancer externalname recreate rollingupdate never always onfailure
    ifnotpresent readwriteonce readwritemany readonlymany readwriteoncepod forbid replace allow get list watch create update
    patch delete pods services deployments secrets configmaps jobs cronjobs ingress egress envfrom configmap secret pvc pod
    deployment service job cronjob namespace daemonset statefulset clusterrole rolebinding serviceaccount networkpolicy
    initcontainer initcontainers sidecar retain opaque memory cpu tcp udp noschedule noexecute prefernoschedule""".split()
)
_ABOUT_TEXT = re.compile(
    r"\b(?:an?|the|some)?\s*(?:valid\s+|complete\s+|kubernetes\s+|k8s\s+)*(?:yaml|manifests?|definitions?|spec(?:ification)?s?|config(?:uration)?|resource definitions?)(?:\s+(?:yaml|manifests?|files?|definitions?))*\s+(?:for|of|to create|to deploy|describing|that (?:creates?|defines?|describes?|deploys?)|which (?:creates?|defines?|deploys?))\s+(?=(?:an?|the|one|two|three|new|my|our)\b)",
    re.IGNORECASE,
)


def _bare_keywords(text: str) -> str:
    """The words of Kubernetes itself without quotes; quotes stay around names and values."""
    text = re.sub(
        r"(\b(?:keys?|labels?|labell?ed|selectors?|variables?|pairs?|tagged|annotations?|with|matching|selects|selecting|pods|and|,)\s+)([`\"'])([A-Za-z][\w./-]*=[A-Za-z0-9][\w./-]*)\2",
        r"\1\3", text)  # fmt: skip
    return re.sub(
        r"([`\"'])([A-Za-z]+)\1",
        lambda found: (
            found[2]
            if found[2].lower() in _KEYWORDS
            and not text[: found.start()].rstrip().lower().endswith(("named", "called", "=", ":", "value", "name"))
            else found[0]
        ),
        text,
    )


_NUMBERED = re.compile(r"(?:\A[ \t]*|(?:(?<=[:.;)])|(?<=\w))[ \t]+)\(?(?P<n>[1-9])[.)][ \t]+(?=[A-Za-z`\"'])")


def unrolled(text: str) -> str:
    """``with: 1. this 2. that`` with every item on a line of its own."""
    mask = shielded(text)
    wanted, cuts = 1, []
    for found in _NUMBERED.finditer(mask):
        if int(found["n"]) == wanted:
            cuts.append(found.span())
            wanted += 1
    if len(cuts) < 2:
        return text
    made, position = "", 0
    for start, end in cuts:
        head = text[position:start].rstrip()
        made += head + ("" if not made or head.endswith((".", ":", ";")) else ".") + "\n"
        position = end
    return made + text[position:]


def cleaned(text: str, kinds: dict[str, str]) -> tuple[str, frozenset[str]]:
    """The text without what asks for nothing, and the kinds of which it says that none shall be made.

    `kinds` holds the words for kinds.
    """
    text = unrolled(text)
    parts = [_bare_keywords(_ABOUT_TEXT.sub(" ", part)) for part in _FENCE.split(text)]
    fences = _FENCE.findall(text)
    done = "".join(_plain_lines(part) + (fences[at] if at < len(fences) else "") for at, part in enumerate(parts))
    done = _by_kind(done, kinds)
    refused: set[str] = set()

    def refuse(found: re.Match[str]) -> str:
        word = re.sub(r"[\s-]+", " ", found["what"].strip().lower())
        kind = kinds.get(word) or kinds.get(word.removesuffix("s"))
        if kind is None:
            return found[0]
        refused.add(kind)
        return " "

    done = _SELF.sub(refuse, done)
    kept: list[str] = []
    for start, end in sentences(done):
        sentence = done[start:end].strip()
        if (_LOOK.match(sentence) or _ASSURE.match(sentence)) and kept:
            kept.append("\n" if sentence.endswith("\n") else " ")
            continue
        kept.append(done[start:end])
    return "".join(kept).rstrip(), frozenset(refused)


def _by_kind(text: str, kinds: dict[str, str]) -> str:
    """``- namespace: iot`` on a line of its own as an order for one."""
    words = "|".join(re.escape(word).replace(r"\ ", "[ -]?") for word in sorted(kinds, key=len, reverse=True))
    line = re.compile(
        rf"^(?P<kind>{words})\s*:\s*(?P<name>[\"'`]?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?[\"'`]?)(?=\s*(?:[,.;(]|$))",
        re.IGNORECASE | re.MULTILINE,
    )
    return line.sub(r"Create a \g<kind> named \g<name>", text) if len(line.findall(text)) > 1 else text


def _plain_lines(text: str) -> str:
    lines = text.split("\n")
    made: list[str] = []
    for at, line in enumerate(lines):
        if _LABEL.match(line) and at + 1 < len(lines):
            made.append("")
            continue
        if (
            _AIM.match(line)
            and not _VALUE.search(line.partition(":")[2])
            and any(each.strip() for each in lines[at + 1 :])
        ):
            made.append("")
            continue
        found = _BULLET.match(line)
        if found is None:
            made.append(re.sub(r"(?<![\w*])\*\*([^*\n]+)\*\*(?![\w*])|(?<![\w_])_([A-Za-z ]+)_:", r"\1\2", line))
            continue
        item = re.sub(r"\*\*([^*\n]+)\*\*", r"\1", line[found.end() :]).rstrip()
        made.append(item + ("" if not item or item[-1] in ".;:,!?|" else "."))
    return "\n".join(made)

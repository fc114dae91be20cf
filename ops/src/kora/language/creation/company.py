"""The containers of one pod: who is who, and which part of a description speaks of which.

An image or the word "container" makes somebody known; what stands around it back to the last comma tells the name and
the role. What follows belongs to them until the next one is introduced, or until a sentence turns to another container
("the sidecar …") or to the pod as a whole ("both …", "the pod …").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kora.language.creation.images import IMAGE_WORDS, KNOWN_IMAGES
from kora.language.creation.metadata import is_name
from kora.language.creation.plain import begins_more, is_plain, is_quality
from kora.language.creation.scan import Scan, number, unquoted

_IMAGE = (
    r"(?:[a-z0-9][\w.-]*(?::\d+)?/)*[a-z0-9][\w.-]*:(?=[\w.-]*[a-z\d])[A-Za-z0-9_](?:[\w.-]*\w)?(?:@sha256:[a-f0-9]+)?"
)
_TOKEN = re.compile(
    rf"(?P<quoted>\"[^\"]*\"|`[^`]*`|“[^”]*”|(?<![A-Za-z0-9])'[^'\n]*'(?![A-Za-z0-9]))|(?P<list>\[[^\]\n]*\])|(?P<gap>\x00+)"
    rf"|(?P<image>(?<![\w./:=@-]){_IMAGE}(?![\w/=]|:\S))|(?P<path>(?<![\w.])/[\w./%-]*)|(?P<word>[A-Za-z0-9_](?:[\w./:=-]*\w)?)|(?P<mark>[.;,:()\n])",
    re.IGNORECASE,
)
_RUNS = frozenset(["run", "runs", "running", "use", "uses", "using", "with", "from", "based", "on", "image", "images", "which", "that", "is", "has", "having", "of", "executing", "executes", "container", "containers", "called", "named", "name", "as", "docker"])  # fmt: skip
_GOES_ON = frozenset(["using", "uses", "running", "runs", "which", "that", "with", "based", "from", "image", "on"])
_FILL = frozenset(["a", "an", "the", "one", "another", "first", "second", "third", "other", "its", "it", "should", "must", "will", "be", "new", "and", "whose", "own", "plus", "also", "has", "have", "add", "define", "include", "includes", "contains", "in"])  # fmt: skip
_ROLES = {"init": "init", "initcontainer": "init", "initialization": "init", "init-container": "init", "sidecar": "sidecar", "side-car": "sidecar", "sidecar-container": "sidecar"}  # fmt: skip
_PLAIN_ROLES = frozenset(
    ["main", "primary", "app", "application", "logging", "helper", "proxy", "actual", "regular", "normal"]
)
_CONTAINER = frozenset(
    {"container", "containers", "instance", "initcontainer", "init-container", "sidecar", "sidecar-container"}
)
_WHOLE = re.compile(
    r"(?:the pod|both|all|each|every|the containers|they|these|it should|pod|label|the deployment|with labels|call|name (?:it|the)|make sure|ensure|share|a shared|an? (?:shared )?(?:volume|emptydir)|use an?|add an?|set the pod|"
    r"the (?:shared )?volume|the (?:directory|folder|path)|the job|the cron|the daemon|the stateful|restart|mount the (?:same|shared))\b", re.IGNORECASE)  # fmt: skip


@dataclass
class _Token:
    kind: str
    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.lower()


@dataclass
class Member:
    """One container: how it is called, what it is for (``""``, ``init`` or ``sidecar``), and its part of the text."""

    name: str | None
    role: str
    image: str | None
    spans: list[tuple[int, int]] = field(default_factory=list)
    start: int = 0

    def answers_to(self, word: str) -> bool:
        """Whether the word means this container: its name, its role or its image."""
        low = word.lower()
        if low == (self.name or "").lower() or (self.role and _ROLES.get(low) == self.role):
            return True
        base = (self.image or "").rsplit("/", 1)[-1].split(":")[0].lower()
        return (low in {base, (self.image or "").lower()} and bool(base)) or (
            low in _PLAIN_ROLES and not self.role and self.name is None
        )


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup)
        if kind == "gap":
            continue
        inner = unquoted(found[0]) if kind == "quoted" else found[0]
        if kind == "quoted" and re.fullmatch(_IMAGE, inner, re.IGNORECASE):
            kind = "image"
        elif kind == "quoted" and re.fullmatch(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", inner):
            kind = "name"
        elif kind == "word" and re.fullmatch(rf"(?:{KNOWN_IMAGES})", inner, re.IGNORECASE):
            kind = "known"
        elif kind == "image" and re.fullmatch(r"\d+:\d+", inner):
            kind = "word"
        yield _Token(kind, inner, found.start(), found.end())


def members(scan: Scan) -> list[Member]:
    """The containers that are told apart; none when there is one that has no name of its own."""
    found = list(_tokens(scan.rest))
    _judge_words(found)
    _listed_known(found)
    several = _several(found)
    made = _introduced(scan, found, several)
    if not several:
        return _alone(scan, found)
    if len(made) < 2 and not any(each.role for each in made):
        return _alone(scan, found)
    _divide(scan, found, made)
    for at, each in enumerate(found):  # "with an init container that waits: …": announced before it is described
        if each.end <= made[0].start and (
            each.low in _ROLES or (each.low in _CONTAINER and at and found[at - 1].low in _ROLES)
        ):
            scan.claim(each.start, each.end)
    return made


_BEFORE_IMAGE = frozenset(
    ["run", "runs", "running", "use", "uses", "using", "an", "a", "from", "with", "and", "one", "the", "("]
)


def _judge_words(found: list[_Token]) -> None:
    """``using hashicorp/http-echo``, ``an nginx container``: images without a tag, told by the words beside them."""
    tagged = {each.text.rsplit("/", 1)[-1].split(":")[0].lower() for each in found if each.kind == "image"}
    for at, each in enumerate(found):
        if each.kind == "known" and each.low in tagged:
            continue  # "the nginx container", "run fluentd … with image fluent/fluentd:v1": one that is known
        before = found[at - 1].low if at else ""
        after = found[at + 1].low if at + 1 < len(found) else ""
        if each.kind == "word" and "/" in each.text and "=" not in each.text and not each.text.startswith("/"):
            if (before in IMAGE_WORDS or after in {"image", "container"}) and re.fullmatch(
                r"[a-z0-9][\w.:-]*(?:/[\w.-]+)+", each.text
            ):
                each.kind = "image"
        elif (each.kind in {"known", "name"} and before in {"image", "image:"}) or (
            each.kind == "known"
            and (
                (
                    (before in _BEFORE_IMAGE or (at > 0 and found[at - 1].kind == "name"))
                    and after in {"container", "image", "instance"}
                )
                or before in {"run", "runs", "running", "uses", "using"}
            )
        ):
            each.kind = "image"


def _listed_known(found: list[_Token]) -> None:
    """``two containers: nginx and redis``: names of images alone, in a list of containers."""
    opening = next((at for at, each in enumerate(found) if each.low == "containers"), None)
    for at in range(opening + 1, len(found)) if opening is not None else ():
        before, after = found[at - 1].low, found[at + 1].low if at + 1 < len(found) else "."
        if (
            found[at].kind == "known"
            and before in {":", ",", "and", "(", "one", "an", "a", "containers"}
            and after in {",", ".", ")", "and", ";", "container", "image"}
        ):
            found[at].kind = "image"


def _several(found: list[_Token]) -> bool:
    images = [each for each in found if each.kind == "image"]
    roles = any(each.low in _ROLES for each in found)
    said = any(
        each.low == "containers"
        and at
        and re.fullmatch(r"two|three|four|five|[2-9]|multiple|several|following|both|multi", found[at - 1].low)
        for at, each in enumerate(found)
    )
    distinct = {each.text for each in images}
    mentions = sum(each.low == "container" for each in found)
    return len(distinct) > 1 or roles or (said and (bool(images))) or (len(images) > 1 and mentions > 1)


def _prefix(found: list[_Token], at: int, floor: int) -> int:
    """Where the introduction of the container whose image stands at `at` begins."""
    first = at
    for place in range(at - 1, floor - 1, -1):
        each = found[place]
        if each.kind == "mark":
            if each.text == "(" and place == at - 1:
                first = place
                continue
            if (
                each.text == ","
                and place > floor
                and found[place + 1].low in _GOES_ON
                and (_name(found[place - 1]) or found[place - 1].low in _CONTAINER)
            ):
                continue
            if (
                each.text == ":"
                and place - 1 >= floor
                and place >= at - 2
                and found[place - 1].kind in {"word", "name", "known"}
            ):
                if found[place - 1].low in {"containers", "following"}:
                    break
                continue
            break
        if (
            each.kind in {"path", "list", "quoted", "image"}
            or each.low in {"containers", "plus"}
            or each.text.isdigit()
        ):
            break
        if each.low == "and" and place != at - 1 and found[place + 1].low not in _RUNS:
            break
        if each.kind == "word" and not (
            each.low in _RUNS | _FILL | _PLAIN_ROLES or each.low in _ROLES or each.low in _CONTAINER or _name(each)
        ):
            break
        first = place
    while first < at and found[first].low in {"and", "with", "has", "have", "in", "of", "that", "which", "on", "plus"}:
        first += 1
    return first


def _name(each: _Token) -> bool:
    return each.kind == "name" or (
        each.kind in {"word", "known"}
        and re.fullmatch(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", each.text) is not None
        and is_name(each.text)
        and not each.text.isdigit()
        and (is_quality(each.text) or not begins_more(each.text))
        and each.low not in _RUNS | _FILL | _CONTAINER | _ROLES.keys() | {"command", "port", "args", "env", "volume", "volumes", "pod", "both", "mount", "mounts", "share", "sharing", "same", "seconds", "second", "minutes", "minute", "hours"}
    )  # fmt: skip


def _introduced(scan: Scan, found: list[_Token], several: bool) -> list[Member]:
    made: list[Member] = []
    floor = 0
    for at, each in enumerate(found):
        if each.kind != "image":
            continue
        if at < floor:
            continue
        first = _prefix(found, at, floor)
        words = found[first:at]
        role = next((_ROLES[one.low] for one in words if one.low in _ROLES), "")
        named = _named_in(words)
        announced = _announced(found, first, floor) if several and not role and not named else None
        if announced is not None:
            role = next((_ROLES[one.low] for one in found[announced - 1 : announced + 1] if one.low in _ROLES), "")
            named = _named_in(found[announced:first]) if found[announced + 1].low in {"named", "called"} else None
        last = at
        after = found[at + 1 : at + 8]
        step = 0
        while (
            step < len(after)
            and after[step].low
            in {"image", "container", "instance", ")", "docker", "as", "an", "a", "init", "sidecar"} | _ROLES.keys()
        ):
            if after[step].low in {"as", "an", "a"} and not any(one.low in _ROLES for one in after[step : step + 3]):
                break
            role = _ROLES.get(after[step].low, role)
            step += 1
            last = at + step
        if step + 1 < len(after) and after[step].low == "as" and after[step + 1].low == "container":
            step, last = step + 1, at + step + 1  # "as container web"
            after[step].text = "named"
        if (
            step < len(after)
            and after[step].low in {"named", "called", "as", "name"}
            and step + 1 < len(after)
            and _name(after[step + 1])
        ):
            named, last = after[step + 1].text, at + step + 2
        elif (
            step + 1 < len(after)
            and after[step].text == "("
            and _name(after[step + 1])
            and after[step + 2 : step + 3]
            and after[step + 2].text == ")"
        ):
            named, last = after[step + 1].text, at + step + 3
        known = next((one for one in made if named and one.name == named), None)
        if several and known is not None and known.image is None:
            known.image = each.text
        else:
            begins = found[first] if announced is None else found[max(announced - 1, floor)]
            made.append(Member(named, role, each.text, start=begins.start))
        if several and announced is not None:
            stop = announced + 2 if named else announced
            scan.claim(found[max(announced - 1, floor)].start, found[stop].end)
            made[-1].spans.append((found[max(announced - 1, floor)].start, found[stop].end))
        if several:
            made[-1].spans.append((found[first].start, found[last].end))
            scan.claim(found[first].start, found[last].end)
        floor = last + 1
    return made


def _announced(found: list[_Token], first: int, floor: int) -> int | None:
    """Where a container was announced whose image follows later: ``an init container that writes … using busybox``."""
    for place in range(first - 1, floor - 1, -1):
        each = found[place]
        if each.text in _START or each.kind == "image" or each.low == "containers":
            return None
        if each.low in _CONTAINER or each.low in _ROLES:
            return place if place + 1 < len(found) else None
    return None


def _named_in(words: list[_Token]) -> str | None:
    """The name in an introduction: behind "named", else the last word that can be one."""
    for at, each in enumerate(words[:-1]):
        if each.low in {"named", "called", "name"} and _name(words[at + 1]):
            return words[at + 1].text
    quoted = [each for each in words if each.kind == "name"]
    if quoted:
        return quoted[-1].text
    if len(words) == 2 and words[1].text == "(" and re.fullmatch("[a-z]", words[0].text):
        return words[0].text  # "two containers: a (nginx) and b (redis)": a letter, and no article
    if len(words) > 1 and words[-1].text == "(" and _name(words[-2]) and words[-2].low not in _PLAIN_ROLES:
        return words[-2].text
    for at, each in enumerate(words[:-1]):  # "container one (…)"
        if (
            each.low in _CONTAINER
            and words[at + 2 : at + 3]
            and (words[at + 2].text == "(" or words[at + 2].low in {"runs", "running", "uses", "using"})
            and words[at + 1].text.isalnum()
        ):
            return words[at + 1].text
    good = [each for each in words if _name(each) and not (is_plain(each.text) and each.low not in _PLAIN_ROLES)]
    return good[-1].text if good else None


_START = frozenset({".", ";", "\n"})


def _divide(scan: Scan, found: list[_Token], made: list[Member]) -> None:
    """Give every stretch between introductions to whom it speaks of."""
    owners: list[tuple[int, Member | None]] = [(0, None), *((each.start, each) for each in made)]
    inside = [span for each in made for span in each.spans]
    for at, each in enumerate(found):
        if each.kind == "gap" or any(start <= each.start < end for start, end in inside):
            continue
        opening = (
            at == 0
            or found[at - 1].text in _START
            or (found[at - 1].text == "," and at + 1 < len(found) and each.low in {"while", "whereas", "both"})
        )
        following = found[at + 1].low if at + 1 < len(found) else ""
        named = any(one.name is not None and following == one.name.lower() for one in made) or _introduces_again(
            found, at + 1, made
        )
        joined = (
            (at > 0 and found[at - 1].text == "," and each.low == "and")
            or each.low == "while"
            or (each.low == "and" and (named or following in {"the", "both"}))
        )
        if not opening and not joined:
            continue
        spoken = _spoken_of(found, at, made)
        if spoken is not None:
            owners.append((each.start, spoken))
        elif (opening and (_WHOLE.match(scan.text, each.start) or (not each.text.isalnum() and False))) or (
            joined and at + 1 < len(found) and found[at + 1].low in {"both", "share", "sharing", "all"}
        ):
            owners.append((each.start, None))
    owners.sort(key=lambda each: each[0])
    for (start, owner), (stop, _) in zip(owners, [*owners[1:], (len(scan.rest), None)], strict=True):
        if owner is not None and stop > start:
            owner.spans.append((start, stop))


_ABOUT_IT = frozenset(
    {"on", "listens", "listening", "exposes", "exposing", "gets", "uses", "mounts", "mounting", "requests"}
)


def _introduces_again(found: list[_Token], at: int, made: list[Member]) -> bool:
    """``… and proxy on port 80``: a container by what it is, with more about it."""
    return (
        at + 1 < len(found)
        and found[at + 1].low in _ABOUT_IT
        and sum(one.answers_to(found[at].text) for one in made) == 1
    )


def _spoken_of(found: list[_Token], at: int, made: list[Member]) -> Member | None:
    """Whom a clause begins with: "the sidecar …", "in the nginx container, …", "second container …"."""
    ordinals = {"first": 0, "second": 1, "third": 2, "1": 0, "2": 1}
    for place in range(at, min(at + 7, len(found))):
        each = found[place]
        if each.low in ordinals and place + 1 < len(found) and found[place + 1].low in {"container", "one"}:
            number = ordinals[each.low]
            return made[number] if number < len(made) else None
        whom = next((one for one in made if one.answers_to(each.text)), None)
        if whom is not None and (
            each.low == (whom.name or "").lower()
            or each.low in _ROLES
            or (place + 1 < len(found) and found[place + 1].low in {"container", "one", "image"})
            or _introduces_again(found, place, made)
        ):
            return whom
        if each.low not in {
            "the",
            "in",
            "for",
            "on",
            "and",
            "also",
            "only",
            "let",
            "give",
            "make",
            "while",
            "to",
            "inside",
            "of",
            "container",
            "whereas",
            "its",
            "configure",
            "set",
            "ensure",
            "that",
            "have",
        }:
            return None
    return None


def _alone(scan: Scan, found: list[_Token]) -> list[Member]:
    """The one container, when it has a name: ``container named app``, ``an app container``."""
    for at, each in enumerate(found):
        if each.low != "container":
            continue
        rest = [one for one in found[at + 1 : at + 5] if one.low not in {"is", "should", "be", "must", "shall"}]
        before, after = found[at - 1] if at else None, rest[:2]
        if len(after) == 2 and after[0].low in {"named", "called", "name"} and _name(after[1]):
            scan.claim(each.start, after[1].end)
            return [Member(after[1].text, "", None, [(0, len(scan.rest))])]
        if after and after[0].kind == "name":
            scan.claim(each.start, after[0].end)
            return [Member(after[0].text, "", None, [(0, len(scan.rest))])]
        if (
            before is not None
            and _name(before)
            and before.kind in {"name", "word"}
            and not is_plain(before.text)
            and not (at > 1 and found[at - 2].low in IMAGE_WORDS)
        ):
            scan.claim(before.start, each.end)
            return [Member(before.text, "", None, [(0, len(scan.rest))])]
    return []


def how_many(scan: Scan) -> int | None:
    """The number of containers that was said."""
    said = scan.take(
        r"(?:(?:with|has|have|having|containing|contains|running|runs|that|which|it|should|and|the|following) )*<num:n> containers?(?: in it| inside)?"
    )
    return None if said is None else number(said["n"])

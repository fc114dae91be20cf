"""Who may do what where: the words of a sentence that gives rights, sorted into subjects, verbs, resources and places.

`grants` cuts off names of roles and bindings first. A sentence is walked piece by piece; what a piece means follows
from its class and its neighbours: verbs and resources next to each other are one rule, a place right behind a service
account is its home, verbs behind "but not" are taken away from the rules before them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kora.language.creation.metadata import is_name
from kora.language.creation.nouns import HARMLESS
from kora.language.creation.permissions import READ, RESOURCE_WORDS, RIGHT_WORDS, WRITE, resources_of, verbs_of
from kora.language.creation.plain import begins_more, is_plain, is_quality, refuses

GIVES = r"(?:grant|give|assign|provide|allow|permit|let|authori[sz]e|enable)(?:s|ing)?"
MAY = r"(?:may|can|could|(?:is|are|be) (?:only )?(?:allowed|permitted|able|authori[sz]ed) to|(?:should|must|shall)(?: only| also)? (?:be able to|have|get)|needs? to be able to|needs? to|needs?|gets?|has|have|should|must)"
_KIND = (
    r"(?:service ?-?accounts?|sas?|users?|groups?|teams?|developers?|persons?|people|engineers?|colleagues?|members?)"
)
KINDS = {"serviceaccount": "ServiceAccount", "sa": "ServiceAccount", "group": "Group", "team": "Group"}
"""Kinds of subjects; everybody else is a user."""
_NAME = r"[a-z0-9](?:[\w.@:-]*[a-z0-9])?"
_SPACE = r"[\"'`]?(?!(?:in|on|of|to|for|from|the|an?|its|their|same|that|each|namespace|ns)\b)(?P<{0}>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[\"'`]?(?![\w-])"
_PLACE_MORE = r"(?P<places>(?:(?:, and |,? and |, )(?:namespace )?[\"'`]?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[\"'`]?(?=,| and |\s*[.;)]|\s*$))*)"
_RES = "|".join(re.escape(each).replace(r"\ ", r"[ -]?") for each in sorted(RESOURCE_WORDS, key=len, reverse=True))
_VERB = "|".join(re.escape(each).replace(r"\ ", r"[ -]") for each in sorted(RIGHT_WORDS, key=len, reverse=True))
_ALL_RES = r"everything(?: else)?|anything|(?:all|any|every) (?:(?:kinds? of )?(?:the )?(?:resources?|objects?|things?)|kinds?)"
_PIECES = re.compile(
    "|".join(
        (
            r"(?P<wide>cluster[ -]?wide|(?:across|throughout|in|on|over) (?:the (?:whole |entire )?cluster|all (?:the )?namespaces|every namespace|any namespace))",
            rf"(?P<place>(?:in|inside|within|from|of|on|to|for|across) (?:the |their |its )?(?:namespaces?|ns) (?:named |called )?{_SPACE.format('ns')}{_PLACE_MORE})",
            rf"(?P<place2>(?:in|inside|within|from|of|on|to|for|across) (?:the )?{_SPACE.format('ns2')} (?:namespace|ns)\b)",
            rf"(?P<only>(?:resource ?names?|(?<=s )(?:named|called))[:=]? [\"'`]?(?P<object>{_NAME})[\"'`]?)",
            r"(?P<more>(?:only )?(?:in|within|inside|of|to) (?:that|this|the same|its own|their own) (?:same )?namespace(?: only| alone)?|(?:but |and )?(?:nothing|not anything|no one|nobody) (?:else|more)|(?:and )?only that)",
            r"(?P<neg>(?<=everything )but\b|(?<=anything )but\b|(?:but |and |, ?)?(?:not (?:be (?:able|allowed|permitted) to )?|never |nothing (?:but|except) |except(?: for| to)?|without|excluding|apart from|other than|nor)\b)",
            rf"(?P<kind>(?:the |a |an |our |their )?\b{_KIND}\b(?![\w-]))",
            r"(?P<account>system:serviceaccount:[a-z0-9-]+:[a-z0-9.-]+)",
            r"(?P<full>full (?:access|control|rights?|permissions?)|do (?:everything|anything)|all (?:verbs|actions|operations|rights|permissions)|complete (?:access|control)|any (?:verb|action|operation))",
            rf"(?P<all>\b(?:{_ALL_RES})\b|\*)",
            rf"(?P<res>\b(?:{_RES})\b(?!-))",
            rf"(?P<verb>\b(?:{_VERB})\b(?!-(?!only)))",
            r"(?P<them>\b(?:them|it|these|those|any of them)\b)",
            rf"(?P<give>\b{GIVES}\b(?!-))",
            rf"(?P<quoted>[\"'`](?P<inner>{_NAME})[\"'`])",
            r"(?P<stop>[.;]\s|[.;]$)",
            r"(?P<word>[A-Za-z0-9](?:[\w.@:/'-]*\w)?)",
            r"(?P<comma>,)",
        )
    ),
    re.IGNORECASE,
)  # fmt: skip
_PASSED = frozenset(
    ["access", "permission", "permissions", "right", "rights", "privilege", "privileges", "only", "just", "object", "objects", "resource", "resources", "nothing", "else", "verb", "verbs", "able", "allowed", "permitted", "authorized", "authorised", "perform", "performing", "action", "actions", "operation", "operations", "rule", "rules", "so", "and", "or", "with", "also", "both", "kubernetes", "cluster", "ability", "possibility", "kind", "kinds", "level", "role-based"]
)  # fmt: skip

_INSIDE = {"exec": "pods/exec", "port-forward": "pods/portforward"}


@dataclass
class Rule:
    """Verbs on resources."""

    verbs: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@dataclass
class Subject:
    """Somebody: kind as Kubernetes says it, name, and for service accounts the namespace it lives in."""

    kind: str
    name: str
    home: str | None = None
    said: bool = True
    """Whether the kind was said; somebody without one is taken for a user."""


@dataclass
class Rights:
    """What a sentence says; `left` are words that have no place in it."""

    subjects: list[Subject] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    wide: bool = False
    left: list[str] = field(default_factory=list)


@dataclass
class _Piece:
    kind: str
    text: str
    start: int
    found: re.Match[str]


def _pieces(text: str) -> Iterator[_Piece]:
    for found in _PIECES.finditer(text):
        groups = found.groupdict()
        kind = next(
            each
            for each in (
                "wide", "place", "place2", "only", "more", "neg", "kind", "account", "full", "all", "res", "verb", "them", "give",
                "quoted", "stop", "word", "comma",
            )
            if groups[each] is not None
        )  # fmt: skip
        yield _Piece(kind, found[0], found.start(), found)


def read_rights(text: str) -> Rights:
    """Everything that the sentence says about rights. Nothing is guessed: see `Rights.left`."""
    return _Walk(list(_pieces(re.sub(r"\s+", " ", text)))).done()


class _Walk:
    """See the module."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self.pieces, self.made = pieces, Rights()
        self.rule = Rule()
        self.taking = False
        self.taken = Rule()
        self.kind: str | None = None
        self.plural = False
        self.fresh: list[Subject] = []
        self.inside: str | None = None
        """The part of a pod that the verb is about."""
        self.spoken = False
        """Whether the piece before was a subject, so that a place behind it is its home."""

    def done(self) -> Rights:
        for at, piece in enumerate(self.pieces):
            self._piece(at, piece)
        self._close()
        self._refuse()
        self._fill()
        return self.made

    def _piece(self, at: int, piece: _Piece) -> None:
        spoken, self.spoken = self.spoken, False
        match piece.kind:
            case "wide":
                self.made.wide = True
            case "place" | "place2":
                self._place(piece, spoken)
            case "only":
                self.rule.names.append(piece.found["object"])
            case "neg":
                self._close()
                self.taking = True
            case "kind":
                self._kind(at, piece)
                self.spoken = True
            case "account":
                _, _, home, name = piece.text.split(":", 3)
                self.made.subjects.append(Subject("ServiceAccount", name, home))
            case "full" | "verb":
                if (inside := _INSIDE.get(piece.text.lower().split()[0])) is not None:
                    self._close()
                    self.inside = inside
                self._verbs(["*"] if piece.kind == "full" else verbs_of(piece.text))
                if "everything" in piece.text.lower() or "anything" in piece.text.lower():
                    self._resources(["*"])
            case "all" | "res":
                resources = ["*"] if piece.kind == "all" else resources_of(piece.text)
                self._resources([self.inside if self.inside and each == "pods" else each for each in resources])
                self.inside = None
            case "quoted" | "word":
                self._word(at, piece)
            case "stop":
                self._close()
                self._refuse()
            case "comma":
                self.spoken = spoken
            case _:
                pass

    def _place(self, piece: _Piece, spoken: bool) -> None:
        name = piece.found["ns"] or piece.found["ns2"]
        if spoken and self.fresh and self.fresh[-1].kind == "ServiceAccount" and self.fresh[-1].home is None:
            self.fresh[-1].home = name
            return
        more = re.findall(
            r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.sub(r"\band\b|\bnamespace\b", " ", piece.found["places"] or "")
        )
        self.made.places += [each for each in (name, *more) if each not in self.made.places]

    def _kind(self, at: int, piece: _Piece) -> None:
        word = re.sub(r"^(?:the|an?|our|their)\s+|[\s-]", "", piece.text.lower())
        word = re.sub(r"^(?:the|our|their)", "", word)
        self.plural = word.endswith("s")
        kind = KINDS.get(word.removesuffix("s"), "User")
        before = self.pieces[at - 1] if at else None
        if before is not None and before.kind in {"word", "quoted"} and self.fresh and not self._names_next(at):
            self.fresh[-1].kind = kind  # "the ci service account"
            return
        self.kind = kind

    def _names_next(self, at: int) -> bool:
        after = self.pieces[at + 1 : at + 3]
        while after and after[0].text.lower() in {"named", "called"}:
            after = after[1:]
        return bool(after) and (after[0].kind == "quoted" or (after[0].kind == "word" and self._could_name(after[0])))

    def _could_name(self, piece: _Piece) -> bool:
        return piece.kind == "quoted" or (
            is_name(piece.text)
            and not is_plain(piece.text)
            and not refuses(piece.text)
            and piece.text.lower() not in _PASSED
            and re.fullmatch(_NAME, piece.text, re.IGNORECASE) is not None
        )

    def _word(self, at: int, piece: _Piece) -> None:
        name = piece.found["inner"] if piece.kind == "quoted" else piece.text
        low = name.lower()
        joined = low in {"and", "&"}
        if joined:
            self.spoken = (bool(self.fresh) and at and self.pieces[at - 1].kind in {"word", "quoted", "comma"}) or False
            return
        told = self.kind is not None and at > 0 and self.pieces[at - 1].kind == "kind"  # "the group platform"
        beside = (
            at > 0
            and bool(self.fresh)
            and is_name(name)
            and low not in _PASSED
            and (is_quality(name) or low in HARMLESS or not begins_more(name))
            and self._beside_name(at)
            and self._names_somebody(at)
        )
        if not (self._could_name(piece) or beside or (told and is_name(name) and not begins_more(name))):
            if (piece.kind == "word" and not is_plain(name) and low not in _PASSED and is_name(name)) or refuses(name):
                self.made.left.append(name)
            return
        if self._in_place(at):
            self.made.places += [name] if name not in self.made.places else []
            return
        if not self._names_somebody(at):
            self.made.left.append(name)
            return
        kind = self.kind or (self.fresh[-1].kind if self.fresh and self._beside_name(at) else "User")
        home, _, alone = name.rpartition(":") if kind == "ServiceAccount" else ("", "", name)
        said = self.kind is not None or bool(self.fresh and self._beside_name(at))
        subject = Subject(kind, alone, home.rpartition(":")[2] or None, said)
        self.made.subjects.append(subject)
        self.fresh.append(subject)
        if not self.plural:
            self.kind = None
        self.spoken = True

    def _in_place(self, at: int) -> bool:
        before = self.pieces[at - 1].text.lower() if at else ""
        if before in {"the", "a"} and at > 1:
            before = self.pieces[at - 2].text.lower()
        return (
            before in {"in", "inside", "within"}
            or (
                before == "to"
                and any(each.kind in {"verb", "full"} for each in self.pieces[:at])
                and bool(self.made.subjects)
            )
            or (before == "for" and bool(self.made.subjects))
        )

    def _beside_name(self, at: int) -> bool:
        before = [
            each
            for each in self.pieces[max(0, at - 2) : at]
            if each.kind == "comma" or each.text.lower() in {"and", "&"}
        ]
        return bool(before)

    def _names_somebody(self, at: int) -> bool:
        """Whether a name stands where somebody is named: behind a giving verb, a kind of subject, "to", another name, or
        before a modal."""
        back = at - 1
        while back >= 0 and (
            self.pieces[back].text.lower() in {"the", "named", "called", "both", "a"}
            or self.pieces[back].kind == "comma"
        ):
            back -= 1
        if back < 0:
            return True
        before = self.pieces[back]
        if before.kind in {"give", "kind"} or before.text.lower() == "to":
            return True
        if before.text.lower() in {"and", "&"} or self.pieces[at - 1].kind == "comma":
            earlier = [each for each in self.pieces[:back] if each.kind in {"word", "quoted", "kind", "account"}]
            return (
                bool(earlier)
                and bool(self.fresh)
                and all(each.kind not in {"verb", "res", "full", "all"} for each in self._since_subject(at))
            )
        after = self.pieces[at + 1] if at + 1 < len(self.pieces) else None
        return after is not None and after.kind == "kind" and before.text.lower() in {"to", "for", "let", "the"}

    def _since_subject(self, at: int) -> list[_Piece]:
        last = max(
            (
                place
                for place in range(at)
                if self.fresh and self.pieces[place].text.strip("\"'`").endswith(self.fresh[-1].name)
            ),
            default=0,
        )
        return self.pieces[last + 1 : at]

    # --- rules --------------------------------------------------------------------------------------------------

    def _verbs(self, verbs: list[str]) -> None:
        if self.taking:
            self.taken.verbs += verbs
            return
        if self.rule.verbs and self.rule.resources:
            self._close()
        self.rule.verbs += [each for each in verbs if each not in self.rule.verbs]

    def _resources(self, resources: list[str]) -> None:
        if self.taking:
            self.taken.resources += resources
            return
        self.rule.resources += [each for each in resources if each not in self.rule.resources]

    def _close(self) -> None:
        if self.rule.verbs or self.rule.resources:
            self.made.rules.append(self.rule)
        self.rule = Rule()

    def _refuse(self) -> None:
        """Take away what was said behind a refusal; what rights can't say is left over."""
        if not self.taking:
            return
        taken, self.taking, self.taken = self.taken, False, Rule()
        if not taken.verbs and not taken.resources:
            self.made.left.append("not")
            return
        for rule in self.made.rules:
            touched = not taken.resources or "*" in rule.resources or set(taken.resources) & set(rule.resources)
            if not touched:
                continue
            everything = not taken.verbs
            if "*" in rule.verbs and not everything:
                rule.verbs = [each for each in (*READ, *WRITE) if each not in taken.verbs]
            elif taken.resources and "*" in rule.resources:
                self.made.left.append("not")
            elif everything:
                rule.resources = [each for each in rule.resources if each not in taken.resources]
            elif taken.resources and set(rule.resources) - set(taken.resources):
                kept = [each for each in rule.verbs if each not in taken.verbs]
                rest = [each for each in rule.resources if each not in taken.resources]
                self.made.rules.append(Rule(rule.verbs, rest, rule.names))
                rule.verbs, rule.resources = kept, [each for each in rule.resources if each in taken.resources]
            else:
                rule.verbs = [each for each in rule.verbs if each not in taken.verbs]
        self.made.rules = [each for each in self.made.rules if each.verbs or each.resources]

    def _fill(self) -> None:
        """Rules of which one half was said: "read access" is to everything, "list" before "pods and read services" joins."""
        rules = self.made.rules
        for at, rule in enumerate(rules):
            if not rule.resources and rule.verbs:
                follows = next((each for each in rules[at + 1 :] if each.resources), None)
                if len(rules) == 1:
                    rule.resources = ["*"]
                elif follows is not None:
                    follows.verbs = [*rule.verbs, *(each for each in follows.verbs if each not in rule.verbs)]
                    rule.verbs = []
                else:
                    self.made.left.append("/".join(rule.verbs))
            elif not rule.verbs:
                if at and rules[at - 1].verbs:
                    rule.verbs = list(rules[at - 1].verbs)
                else:
                    self.made.left.append("/".join(rule.resources))
        self.made.rules = [each for each in rules if each.verbs and each.resources]

"""Noun phrases to targets: kinds, names, labels, "all", namespaces, pronouns.

Nothing is looked up in a cluster. A word next to a kind is kept as a phrase ("the backend deployment") unless it is
clearly a name: quoted, after the kind, or written with hyphens or digits.
"""

import re
from collections.abc import Mapping
from typing import Any

from kora.language.clauses import Clause, Found
from kora.language.intents import Target
from kora.language.kinds import PHRASES, WORKLOAD_WORDS
from kora.language.lexer import Kind, Token
from kora.language.vocabulary import ARTICLES, FILLERS, JOINERS, PREPOSITIONS, PRONOUNS, STATES, is_known

Kinds = Mapping[tuple[str, ...], str]
# Everyday names of applications that also stand for kinds: taken for a name.
_NAMES_TOO = frozenset(
    {("worker",), ("workers",), ("machine",), ("machines",), ("gateway",), ("no",), ("claim",), ("dep",)}
)
BUILT_IN: dict[tuple[str, ...], str] = {
    phrase: entry.kind for phrase, entry in PHRASES.items() if phrase not in _NAMES_TOO
}
WORKLOAD = "workload"
"""Stands in `Target.kind` for "app", "service" in the everyday sense and the like: something that runs pods."""

_ALL_SPACES = (
    r"(?:in|across|over|from|for|of|on|within) (?:all|every|each|any) (?:of )?(?:the |my |our )?(?:other )?(?:namespaces?|ns)",
    r"(?:in|across|over|on|throughout|of|with|about) (?:the |my |our |this )?(?:whole |entire |all |full )*(?:kubernetes |k8s )?cluster",
    r"cluster-?wide",
    r"in all (?:the )?cluster",
    r"all(?: of the| the)? namespaces",
    r"- a",
    r"everywhere",
)
_SPACES = (
    r"(?:(?:in|from|inside|within|of|for|under|on|to|into|across|at) )?(?:the )?(?:namespace|ns|project) (?:called |named |"
    r": |= )?{name:space}",
    r"(?:in|from|within|inside|of|for|under|across|on|into|to) (?:the )?{name:space} (?:namespace|ns|project)",
    r"(?:the )?{name:space} namespace's",
    r"- n {name:space}",
    r"- - namespace {name:space}",
    r"n(?:ame)?s(?:pace)? : {name:space}",
)
_READ_FROM = frozenset({"log", "logs", "events", "output"})
"""Nouns that make what stands before them a name and no place: "errors in backend logs"."""
_BARE_SPACE = re.compile(r"^(?:in|inside|within)$")
_NOT_A_SPACE = (
    FILLERS
    | PREPOSITIONS
    | PRONOUNS
    | frozenset(
        [
            "state",
            "status",
            "phase",
            "condition",
            "logs",
            "log",
            "events",
            "order",
            "total",
            "general",
            "detail",
            "production",
            "pending",
            "running",
            "crashloopbackoff",
            "each",
            "every",
            "all",
            "any",
            "place",
            "which",
            "what",
            "it",
            "front",
            "use",
            "init",
            "strength",
            "sync",
            "charge",
            "yaml",
            "json",
            "table",
            "trouble",
            "error",
            "errors",
            "the",
        ]
    )
)


def take_namespace(clause: Clause, kinds: Kinds, *, keep_object: bool = False) -> tuple[str | None, bool]:
    """Claim what was said about namespaces: (name, whether all are meant).

    keep_object: the namespace itself may be what is spoken of ("delete the namespace shop"), so a preposition is needed.
    """
    clause.take(
        r"(?:in|from|of|inside|within|for|across|on) (?:this|the current|my|our|the same) (?:namespace|ns|project)"
    )
    whole = clause.peek(r"(?:all|every|each)(?: of)?(?: the| my)? namespaces?")
    if keep_object and whole is not None and _is_all(clause, whole.indices):
        return None, False  # "list all namespaces": they are what is spoken of
    everywhere = clause.take(*_ALL_SPACES) is not None
    assigned = clause.peek(r"(?:- - )?{a:pair}")
    if assigned is not None and (assigned.text("pair") or "").lower().startswith(("namespace=", "ns=")):
        clause.claim(assigned.indices)
        return (assigned.text("pair") or "").partition("=")[2].strip("\"' "), everywhere
    patterns = _SPACES
    if keep_object:
        patterns = (_SPACES[0].replace(")?(?:the )", ")(?:the )", 1), *_SPACES[1:])
    for pattern in patterns:
        found = clause.peek(pattern)
        if found is None:
            continue
        if pattern is _SPACES[0] or pattern is patterns[0]:
            found = _said_before(clause, found)
        name = found.said("space")
        sure = pattern.endswith("{name:space}") and "namespace|ns" not in name
        if (
            name in _NOT_A_SPACE
            or ((name,) in kinds and not sure)
            or name in {"and", "with", "is", "are", "has", "have", "that"}
        ):
            continue
        clause.claim(found.indices)
        return (found.text("space") or "").strip("."), everywhere
    return None, everywhere


def _said_before(clause: Clause, found: Found) -> Found:
    """ "in the blue-sky namespace restarts": the name stands before the noun, and what follows it is another word."""
    before = clause.peek(
        r"(?:in|from|within|inside|of|for|under|across|on|into|to) (?:the |our |my )?{name:space} (?:namespace|ns|project)"
    )
    if before is None:
        return found
    name = before.said("space")
    if name in _NOT_A_SPACE or name in {"namespace", "ns", "project", "our", "my", "this", "that", "same", "whole"}:
        return found
    return before


def _is_all(clause: Clause, indices: list[int]) -> bool:
    """Whether a clause names nothing beside the tokens at `indices`."""
    others = [clause.words[at] for at in clause.left() if at not in indices and clause.tokens[at].kind is not Kind.MARK]
    return all(word in FILLERS | PRONOUNS | _BESIDE for word in others)


_BESIDE = frozenset(
    {
        "what",
        "which",
        "are",
        "is",
        "how",
        "many",
        "me",
        "names",
        "of",
        "do",
        "we",
        "have",
        "exist",
        "labels",
        "with",
        "and",
        "their",
    }
)


_AFTER_PLACE = frozenset(
    {"run", "runs", "have", "has", "had", "use", "uses", "do", "does", "need", "needs", "with", "without", "running", "being", "were",
     "was", "been", "still", "currently", "get", "gets", "keep", "keeps", "using", "having", "whose", "right", "now", "lack", "lacks", "today",
     "yesterday", "tonight", "last", "request", "requests", "ask", "take", "takes", "want", "wants", "claim", "claims", "consume", "look", "looks", "this", "since", "lately", "recently", "during", "over"}
)  # fmt: skip


def take_bare_space(clause: Clause, kinds: Kinds) -> str | None:
    """Claim "in shop": a place without the word namespace. Only at the end or before another phrase."""
    for index in clause.left():
        if not _BARE_SPACE.match(clause.words[index]) or index + 1 >= len(clause.tokens) or clause.used[index + 1]:
            continue
        token, word = clause.tokens[index + 1], clause.words[index + 1]
        after = clause.words[index + 2] if index + 2 < len(clause.words) and not clause.used[index + 2] else ""
        if token.kind not in {Kind.WORD, Kind.QUOTED} or word in _NOT_A_SPACE or (word,) in kinds:
            continue
        if after and after not in PREPOSITIONS | JOINERS | _AFTER_PLACE | {
            "?",
            ".",
            "!",
            ":",
            "that",
            "which",
            "are",
            "is",
            "please",
            "not",
        }:
            continue
        compound = index + 2 < len(clause.words) and clause.used[index + 2] and clause.words[index + 2] in _READ_FROM
        if word in STATES or compound:
            continue
        clause.claim([index, index + 1])
        return token.text
    return None


_MANY_WITH = r"(?:all|every|each)(?: of)?(?: the| our| my)? (?:[a-z]+) (?:with|having|carrying) {a:pair}"
"""Several objects, picked by a label ("all deployments with tier=back")."""


def take_labels(clause: Clause) -> dict[str, str]:
    """Claim a label selector."""
    labels: dict[str, str] = {}
    pair = r"(?:belonging to|that belongs? to|which belongs? to|with|having|that has|that have|which have|which has|where|matching|by|carrying|whose|for|of|using|bearing)"
    patterns = (
        rf"{pair} (?:the |a )?(?:label |labels |selector |label selector )(?:of |is |set to )?{{a:pair}}",
        r"(?:that are |which are |that is )?labell?ed (?:as |with |by )?(?:the label )?{a:pair}",
        r"- (?:l|- selector) {a:pair}",
        r"(?:where|matching|whose) {a:pair}",
        r"(?:label|labels|selector) {a:pair}",
        r"(?:with|having|carrying) {a:pair}" if clause.fresh().has(_MANY_WITH) else r"\0",
    )
    while (found := clause.take(*patterns)) is not None:
        key, value = assignment(found.text("pair") or "")
        labels[key] = value
        while (more := clause.take(r"(?:, |and |, and )_* ?{a:pair}")) is not None:
            key, value = assignment(more.text("pair") or "")
            labels[key] = value
    found = clause.take(
        rf"{pair} (?:the |a )?label {{name:key}} (?:=|:|set to|of|equal to|equals|is) {{value:value}}",
        r"labell?ed {name:key} : {value:value}",
    )
    if found is not None:
        labels[found.text("key") or ""] = found.text("value") or ""
    return labels


def take_exceptions(clause: Clause) -> tuple[str, ...]:
    """Claim "except web and api": the names that are left out."""
    wide = clause.fresh().has(r"all|every|each|everything")
    found = clause.peek(
        (r"(?:, )?(?:but (?!not |only |keep |leave |don't |no |all |if |for |the rest )|" if wide else r"(?:, )?(?:")
        + r"(?:except|excluding|other than|apart from|but not|besides|save)(?: for)? )(?:the )?(?:deployments? |pods? |one |ones )?(?:named |called )?{name:first}(?: (?:deployment|pod|app|one)s?)?"
    )
    if found is None or is_known((found.text("first") or "").lower()):
        return ()  # "except on weekends" stays unexplained, so nothing is done
    clause.claim(found.indices)
    names = [found.text("first") or ""]
    while (more := clause.take(r"(?:(?:, |and |or )+)(?:the )?{name:next}(?= (?:, |and |or |_|$)|$| )")) is not None:
        names.append(more.text("next") or "")
    return tuple(names)


def _owned(token: Token) -> str:
    """A name without what makes it an owner ("service web's port")."""
    return token.text if token.kind is Kind.QUOTED else token.text.removesuffix("'s").removesuffix("’s")


_NOT_THAT = (
    r"(?:, )?(?:and |but )?not (?:(?:on|in|for|of) )?(?:(?:the|our|its|that of) )?{name:other}(?: (?:deployment|pod|app|one|container|service)s?)?(?: ,)?(?= (?:to|at|in|with|by|from|into|on|_|\)|$))",
    r"\( (?:and |but )?not (?:(?:the|our|that of) )?{name:other}(?: (?:deployment|pod|app|one|container|service)s?)? \)",
)


def take_contrast(clause: Clause) -> tuple[str, ...]:
    """Claim "web, not api, …" and "web (not the sidecar)": what is not meant beside what is."""
    names: list[str] = []
    for pattern in _NOT_THAT[::-1]:
        found = clause.peek(pattern)
        if found is None:
            continue
        said = (found.text("other") or "").lower()
        if (
            is_known(said) and (said,) not in BUILT_IN
        ):  # a kind is another object: "the service web, not the deployment"
            continue
        clause.claim(found.indices)
        names.append(found.text("other") or "")
    return tuple(names)


def assignment(text: str) -> tuple[str, str]:
    """``key=value`` in its two parts, without quotes."""
    key, _, value = text.partition("=")
    return key.strip(), value.lstrip("=").strip().strip("\"'")


_BEFORE_ARTICLE = frozenset({"all", "every", "each", "both", "any", "please", "just", "named", "called"})
_CHOOSING = frozenset({"some", "such"})
"""Fillers that say which of several; `coverage.partial` and a description that holds them refuse them."""


class TargetReader:
    """Reads what is left of a clause as one or several targets."""

    def __init__(self, kinds: Kinds, previous: tuple[Target, ...] = (), *, heads: bool = True) -> None:
        self.kinds, self.previous, self._heads = kinds, previous, heads
        self.left_over: str = ""
        """Words that are no part of a target, when there are any."""
        self.pronoun = False
        """Whether the target was only pointed at."""

    def read(self, clause: Clause, namespace: str | None, everywhere: bool) -> list[Target]:
        """The targets, or [] with `left_over` set or nothing said at all."""
        labels = take_labels(clause)
        self._take_heads(clause)
        groups = self._groups(clause)
        if len(groups) > 1:
            whole = [group for group in groups if not self._only_pronouns(clause, group)]
            if len(whole) > 1:
                self.left_over = clause.text_of(whole[1] if len(whole[1]) else whole[0])
                return []
            groups = whole or groups[:1]
        if not groups:
            return [Target(labels=labels, namespace=namespace, all_namespaces=everywhere)] if labels else []
        if self._only_pronouns(clause, groups[0]):
            self.pronoun = True
            return [each.model_copy(update={"namespace": namespace or each.namespace}) for each in self.previous]
        return self._items(clause, groups[0], labels, namespace, everywhere)

    def _take_heads(self, clause: Clause) -> None:
        """ "the pods of web" means web to everything that changes a workload."""
        if not self._heads:
            return
        clause.take(
            r"(?:all |every |each )?(?:of )?(?:the )?(?:pods?|containers?|replicas?|instances?|rollout|deployment rollout|pod "
            r"template|spec|configuration|config|selector|number) (?:of|for|in|from|behind|belonging to|managed by|owned by|"
            r"running)(?= )"
        )

    def _groups(self, clause: Clause) -> list[list[int]]:
        groups: list[list[int]] = []
        open_group = False
        for index, token in enumerate(clause.tokens):
            if clause.used[index]:
                adjective = clause.words[index] in STATES and token.kind is Kind.WORD
                open_group = open_group and adjective  # "every crashing pod"
                continue
            word = clause.words[index]
            is_mark = token.kind is Kind.MARK and word not in {",", "&"}
            plain = token.kind is Kind.WORD and word in FILLERS - PRONOUNS - _CHOOSING
            if plain and word == "instead" and clause.words[index + 1 : index + 2] == ["of"]:
                plain = False  # what follows is not meant
            if is_mark or plain:
                before = clause.words[index - 1] if index else ""
                if word in ARTICLES and before not in JOINERS | PREPOSITIONS | _BEFORE_ARTICLE:
                    open_group = False  # another noun phrase begins here
                clause.claim([index])
                continue
            if not open_group:
                groups.append([])
                open_group = True
            groups[-1].append(index)
        trimmed = [self._trimmed(clause, group) for group in groups]
        return [group for group in trimmed if group]

    def _trimmed(self, clause: Clause, group: list[int]) -> list[int]:
        edge = PREPOSITIONS | JOINERS
        articles = {"this", "that", "these", "those", "its", "own"}
        while group and clause.words[group[0]] in edge | (articles if len(group) > 1 else set()):
            group = group[1:]
        while group and clause.words[group[-1]] in edge and clause.tokens[group[-1]].kind is not Kind.QUOTED:
            group = group[:-1]
        return group

    def _only_pronouns(self, clause: Clause, group: list[int]) -> bool:
        words = [clause.words[index] for index in group if clause.tokens[index].kind is Kind.WORD]
        if len(words) != len(group) or not words:
            return False
        if all(word in PRONOUNS | {"all", "both", "of"} for word in words):
            return True
        pointing = any(clause.words[index] in {"this", "that", "these", "those", "same"} for index in range(group[0]))
        return bool(self.previous) and pointing and tuple(words) in self.kinds

    def _items(
        self, clause: Clause, group: list[int], labels: dict[str, str], namespace: str | None, everywhere: bool
    ) -> list[Target]:
        pieces: list[list[int]] = [[]]
        for index in group:
            if clause.words[index] in JOINERS and clause.tokens[index].kind is not Kind.QUOTED:
                pieces.append([])
            else:
                pieces[-1].append(index)
        read = [self._item(clause, piece) for piece in pieces if piece]
        first = [each.pop("kind_first") for each in read]
        for at, each in enumerate(read):  # "the web and api deployments", "deployments web and api"
            before = [one["kind"] for one in read[:at] if one["kind"]]
            after = [one["kind"] for one, ahead in zip(read[at:], first[at:], strict=True) if one["kind"] and not ahead]
            shared = list(dict.fromkeys([*before, *after]))
            if each["kind"] is None and len(shared) == 1 and len(read) > 1:
                each["kind"] = shared[0]
                if each["phrase"] and " " not in each["phrase"] and read[0]["kind"] and read[0]["names"]:
                    each["names"], each["phrase"] = (each["phrase"],), None
        clause.claim(group)
        place: dict[str, Any] = {"labels": labels, "namespace": namespace, "all_namespaces": everywhere}
        targets = [Target(**each, **place) for each in read]
        return self._merged(targets)

    def _merged(self, targets: list[Target]) -> list[Target]:
        merged: list[Target] = []
        for each in targets:
            last = merged[-1] if merged else None
            if last and last.kind == each.kind and last.names and each.names:
                merged[-1] = last.model_copy(update={"names": (*last.names, *each.names)})
            else:
                merged.append(each)
        return merged

    def _item(self, clause: Clause, piece: list[int]) -> dict[str, Any]:
        words = [clause.words[index] if clause.tokens[index].kind is Kind.WORD else "\0" for index in piece]
        every = any(word in {"all", "every", "each", "any"} for word in words)
        kind, names, rest = self._kind_and_names(clause, piece, words)
        phrase: list[str] = []
        for index in rest:
            token, word = clause.tokens[index], clause.words[index]
            if token.kind is Kind.WORD and word in {
                "all",
                "every",
                "each",
                "any",
                "named",
                "called",
                "name",
            } | FILLERS - {"instead"}:
                continue
            sure = token.kind is not Kind.WORD or bool(re.search(r"[-.\d]", token.text))
            after_named = index and clause.words[index - 1] in {"named", "called"}
            text = token.text if token.kind is Kind.QUOTED else token.text.removesuffix("'s").removesuffix("’s")
            if (sure or after_named) and not phrase:
                names.append(text)
            else:
                phrase.append(text)
        if names and phrase:
            phrase = [*names, *phrase]
            names = []
        first = next(
            (index for index in piece if clause.words[index] not in {"all", "every", "each", "any"} | FILLERS), None
        )
        named_after = kind is not None and first is not None and first not in rest and bool(names or phrase)
        return {
            "kind": kind, "names": tuple(names), "phrase": " ".join(phrase) or None, "every": every, "kind_first": named_after,
        }  # fmt: skip

    def _kind_and_names(
        self, clause: Clause, piece: list[int], words: list[str]
    ) -> tuple[str | None, list[str], list[int]]:
        for at, index in enumerate(piece):
            token = clause.tokens[index]
            if token.kind is Kind.REFERENCE:
                head, _, name = token.text.partition("/")
                kind = self.kinds.get((head.lower().split(".")[0],))
                if kind is not None:
                    return kind, [name], [*piece[:at], *piece[at + 1 :]]
        kind, start, length = self._find_kind(words)
        if kind is None:
            return None, [], piece
        before, after = piece[:start], piece[start + length :]
        names: list[str] = []
        keep = list(before)
        for index in after:
            word = clause.words[index]
            if word in {"named", "called", "name", ":", "with", "of", "for"} and clause.tokens[index].kind is Kind.WORD:
                continue
            keep.append(index)
        if (
            after
            and len(keep) > len(before)
            and not [i for i in before if clause.words[i] not in {"all", "every", "each"}]
        ):
            names = [_owned(clause.tokens[index]) for index in keep[len(before) :]]
            if len(names) > 1:  # one name follows a kind; more words are a description, to be explained as one
                return kind, [], keep
            keep = before
        return kind, names, keep

    def _find_kind(self, words: list[str]) -> tuple[str | None, int, int]:
        for length in (4, 3, 2, 1):
            starts = range(len(words) - length, -1, -1) if length == 1 else range(len(words) - length + 1)
            for at in starts:
                if (kind := self.kinds.get(tuple(words[at : at + length]))) is not None:
                    return kind, at, length
        singles = WORKLOAD_WORDS | {word + "s" for word in WORKLOAD_WORDS} | {"microservices"}
        for at in range(len(words) - 1, -1, -1):
            if words[at] in singles and len(words) > 1:
                return WORKLOAD, at, 1
        return None, 0, 0

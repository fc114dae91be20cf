"""Questions that hold things against each other: by which words they are known, and one thing in two namespaces.

Part of `language.asking.reading`.
"""

import re

from kora.language.asking.aspects import EVERYDAY
from kora.language.clauses import Clause
from kora.language.intents import Aspect, Target
from kora.language.kinds import BY_KIND, plural
from kora.language.lexer import Kind
from kora.language.vocabulary import ARTICLES, PREPOSITIONS

_SAME = r" (?:same (?:[\w-]+ ){0,2}as|identical|equal) "
_SHARED = r" (?:(?:run|runs|running|use|uses|using|have|has|on|share|shares) the same|the same|alike|equal|identical|in sync) "
_COMPARES = r" (?:alike|differences?|different|diff|differs?|compar\w+|versus|vs) "
COMPARABLE = frozenset({None, Aspect.LIST, Aspect.STATUS, Aspect.DESCRIBE, Aspect.HEALTH})
"""Aspects of which a comparison is more special."""
_NAME = r"[a-z0-9][\w.-]*|<[qhr]\d+>"
_AND = r"(?:and|vs\.?|versus|with|to|against|from|than|or|as)"
_THERE = r"(?:in|from|inside|within|on)"
_NOT = r"(?!the |it |its |this |that |each |every |all |any |our |general |detail |sync |namespaces? |order )"


BARE_KINDS = {(form,) for kind in BY_KIND.values() for word in kind.words for form in (word, plural(word))}
"""Kinds said without a name."""


def holds_against(verb: str, line: str) -> bool:
    """Whether the words of a question compare."""
    return verb == "compare" or re.search(_COMPARES, line) is not None


def asks_if_same(line: str) -> bool:
    """Whether it is asked if things are the same: "do web and api run the same image"."""
    return re.search(_SAME, line) is not None or re.search(_SHARED, line) is not None


def take_spaces(clause: Clause, verb: str) -> tuple[str, str] | None:
    """Claim "in dev and in prod", "between dev and prod": the two namespaces that one thing is looked for in."""
    line = clause.line
    if not (holds_against(verb, line) or asks_if_same(line)):
        return None
    noun = r"(?: namespaces?| ns| environments?| env)?"
    found = clause.take(
        rf"{_THERE} (?:the )?(?:namespaces? )?{_NOT}(?P<first>{_NAME}){noun} (?:is |are |look |looks |differs? |different |the same )*{_AND} (?:(?:the )?(?:one|ones|that|it|what is|what's|what we have|[\w.-]+) )?{_THERE} (?:the )?(?:namespace )?(?P<second>{_NAME}){noun}",
        rf"(?:between|across) (?:the )?(?:namespaces? )?(?P<first>{_NAME}){noun} and (?:the )?(?:namespace )?(?P<second>{_NAME}) (?:namespaces?|environments?)",
        rf"(?:in|inside|within) (?:both )?(?:the )?(?:namespaces? )?{_NOT}(?P<first>{_NAME}){noun} (?:and|vs|versus) (?:the )?(?P<second>{_NAME}){noun}",
    )
    if found is None and _named_beside(
        clause, between := rf"(?:between|across) (?:the )?(?P<first>{_NAME}) and (?:the )?(?P<second>{_NAME})"
    ):
        found = clause.take(between)
    return None if found is None else (found.text("first") or "", found.text("second") or "")


def _named_beside(clause: Clause, pattern: str) -> bool:
    """Whether something is named beside what the pattern claims: "web between dev and prod", not "between web and api"."""
    rest = clause.fresh()
    if rest.take(pattern) is None:
        return False
    return any(
        rest.words[at] not in EVERYDAY | ARTICLES | PREPOSITIONS | _COMPARING and (rest.words[at],) not in BARE_KINDS
        for at in rest.left()
        if rest.tokens[at].kind is not Kind.MARK
    )


_COMPARING = frozenset(
    {
        "compare",
        "comparing",
        "comparison",
        "compared",
        "same",
        "alike",
        "identical",
        "versions",
        "version",
        "image",
        "images",
    }
)


def in_spaces(targets: list[Target], spaces: tuple[str, str]) -> Target | None:
    """One target for one thing in two namespaces: ``dev/web`` and ``prod/web``. None when nothing is named."""
    named = [each for each in targets if each.names or each.phrase]
    if not named:
        return None
    name = named[0].phrase or named[0].names[0]
    return named[0].model_copy(update={"names": tuple(f"{space}/{name}" for space in spaces), "phrase": None})


def together(targets: list[Target]) -> Target:
    """Several named targets as one, for questions that hold them against each other."""
    names = tuple(name for each in targets for name in (each.names or (each.phrase or "",)))
    kinds = {each.kind for each in targets if each.kind}
    return targets[0].model_copy(
        update={"kind": kinds.pop() if len(kinds) == 1 else None, "names": names, "phrase": None}
    )

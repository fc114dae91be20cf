"""The frame for variables that come from a Secret or a ConfigMap: all keys, single keys, keys under other names.

Part of what `reading` tries, ahead of the frame for variables with values.
"""

import re
from typing import Literal

from kora.language.changing.configuring import take_container
from kora.language.changing.frames import Order, Slots, frame
from kora.language.clauses import Clause
from kora.language.intents import EnvSource, Unclear
from kora.language.kinds import PHRASES
from kora.language.lexer import Kind
from kora.language.targets import assignment
from kora.language.vocabulary import FILLERS, PREPOSITIONS, PRONOUNS

_KIND = r"(?P<kind>secrets?|config ?maps?|cm)"
_NAME = r"(?P<name>(?:<[qh]\d+>|(?!as |in |of |for |to |into |keys? |and |with |from |named |called |is |are |the |by )[a-z0-9][\w.-]*))"
_LEAD = r"(?:(?:from|of|out of|with|using|in|via|by|taken|coming) )*(?:the )?(?:existing )?"
_ENV = r"(?:environment variables?|env ?-?vars?|env ?-?from|env variables?|environment|envs|env|variables?)"
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")
_PIECE = r"(?:<[a-z]\d+>|[a-z0-9][\w.-]*)"
_KEY_AFTER = (
    rf"(?:\( )?(?:(?:from|to|with|as|is|be|=|:|using|taken|set|the|value|content|of) )*(?:the |its )?(?:key|entry|field) (?P<key>{_PIECE}) (?:\) )?",
    rf"\( (?:from )?(?P<key>{_PIECE}) \) ",
    rf"(?:from|to|=|:|<|< -|is) (?:the )?(?P<key>(?!the |key |_){_PIECE}) (?=$|_ |, |and |\. |in |of )",
)
_KEY_BEFORE = re.compile(
    rf"(?:^| )(?:the |its )*(?:key |entry |value of )?(?:the )?(?P<key>{_PIECE}) (?:as|to|into|for|- >|= >|→) "
    r"(?:the )?(?:env |environment )?(?:variable |var )?$"
)
_PLACING = frozenset({"into", "in", "on", "for", "deployment", "statefulset", "daemonset", "cronjob"})
"""What stands before the workload that gets a variable, and before no key."""
_NO_KEY = (
    FILLERS | PREPOSITIONS | PRONOUNS | {"and", "env", "environment", "variable", "variables", "it", "key", "keys"}
)


@frame("set_env", "set env add expose")
def _sourced(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if clause.has(r"mount\w*|volumes?|labels?|annotations?|pull ?secrets?|tls|ingress|image"):
        return None
    variables = [
        at
        for at, token in enumerate(clause.tokens)
        if not clause.used[at]
        and token.kind is Kind.WORD
        and _VARIABLE.fullmatch(token.text)
        and clause.words[at - 1 : at] != ["key"]
    ]
    if order.verb in {"edit", "update", "modify", "adjust"} and not clause.has(r"from|with|using"):
        return None  # the config map itself
    spoken = clause.has(_ENV)
    if order.family == "expose" and not spoken:
        return None
    if not spoken and not variables:
        return None
    container = take_container(clause)
    source = _source(order)
    if source is None:
        return None
    kind, name = source
    if clause.has(rf"{_KIND} [a-z]|[a-z][\w-]* (?:secret|config ?map)"):
        return order.ask("Which variable is from which of them? Say one source at a time.", "variables from an object")
    found = _single(clause, variables, kind, name)
    if found is None:
        return order.ask("Which key is which variable? Say VARIABLE from key KEY.", "variables from an object")
    if not found:
        whole = clause.take(
            r"(?:all|every|each)(?: of)?(?: the| its)?(?: keys?| values?| entries| entry| settings?| data| variables)?(?: of| in| from)?(?= )",
            r"(?:the )?(?:whole|entire|complete)(?: contents?| data)?(?: of)?",
            r"everything(?: in| of| from)?",
            r"(?:the |its )?(?:keys|contents?|values|entries)(?: of| in| from)?",
        )
        if whole is None and not spoken:
            return None
        found = [EnvSource(source=kind, name=name)]
    clause.take_all(rf"(?:(?:as|into|in|to|for|the|its|via|through|an|of|with) )*{_ENV}(?: of| for| in| on)?")
    clause.take_all(r"(?:respectively|each|both)")
    clause.take(r"(?:take|get|read|use|have|load|receive)(?= )")
    return {"container": container, "sources": tuple(found)}


_Source = Literal["secret", "config_map"]


def _source(order: Order) -> tuple[_Source, str] | None:
    """Which object the variables are from: said by kind and name, or the one that was spoken of before."""
    clause = order.clause
    found = clause.take(rf"{_LEAD}{_KIND} (?:named |called )?{_NAME}", rf"{_LEAD}{_NAME} {_KIND}(?: to| into)?(?= )")
    if found is not None and found.text("name"):
        return ("secret" if found.said("kind").startswith("secret") else "config_map"), found.text("name") or ""
    reference = clause.peek(rf"{_LEAD}{{r:ref}}")
    head, _, name = ((reference.text("ref") if reference else None) or "").partition("/")
    entry = PHRASES.get((head.lower(),))
    if reference is not None and entry is not None and entry.kind in {"Secret", "ConfigMap"}:
        clause.claim(reference.indices)
        return ("secret" if entry.kind == "Secret" else "config_map"), name
    held = [each for each in order.previous if each.kind in {"Secret", "ConfigMap"} and len(each.names) == 1]
    if len(held) == 1 and clause.take(r"(?:from )?(?:it|that|this|them|its)(?= )") is not None:
        return ("secret" if held[0].kind == "Secret" else "config_map"), held[0].names[0]
    return None


def _single(clause: Clause, variables: list[int], source: _Source, name: str) -> list[EnvSource] | None:
    """One source for each variable, in the order said; None when a list of keys does not fit the variables."""
    found: dict[int, str | None] = {}
    for at in [each for each in variables if not clause.used[each]]:
        found[at] = _key_of(clause, at)
    for each in clause.take_all(r"(?:(?:, |and |with |as )+)?{a:pair}"):
        at = each.indices[-1]
        variable, key = assignment(clause.tokens[at].text)
        if not _VARIABLE.fullmatch(variable):
            return None
        found[at] = key
    listed = _listed_keys(clause)
    alone = [at for at in found if found[at] is None]
    if not listed and len(alone) == 1:
        named = clause.take(
            rf"(?:, |with |using |and )*(?:the |its )?key (?P<key>{_PIECE})(?: of| in| from)?(?= )",
            r"(?:the |its )?(?P<key>(?!the )[a-z][\w.-]*) (?:key|entry)(?: of| in| from)?(?= )",
        )
        found[alone[0]] = named.text("key") if named is not None else None
    if listed:
        bare = [at for at in sorted(found) if found[at] is None]
        if len(bare) != len(listed):
            return None
        found |= dict(zip(bare, listed, strict=True))
    for at in found:
        joint = [at - 1] if at and clause.words[at - 1] in {"and", ","} else []
        joint += [at - 2] if joint and at > 1 and clause.words[at - 2] == "," else []
        clause.claim([*joint, at])
    return [
        EnvSource(source=source, name=name, variable=assignment(clause.tokens[at].text)[0], key=key)
        for at, key in sorted(found.items())
    ]


def _key_of(clause: Clause, at: int) -> str | None:
    """The key that is said beside a variable, claimed with the words that say so."""
    pieces = clause.line.split()
    ahead = " ".join(pieces[at + 1 :]) + " "
    for pattern in _KEY_AFTER:
        after = re.match(pattern, ahead)
        if after is not None and after["key"] not in _NO_KEY:
            places = range(at + 1, at + 1 + len(after[0].split()))
            clause.claim(places)
            return clause.tokens[at + 1 + len(ahead[: after.start("key")].split())].text
    behind = " ".join(pieces[:at]) + " "
    before = _KEY_BEFORE.search(behind)
    if (
        before is not None
        and not set(behind[: before.start("key")].split()[-2:]) & _PLACING
        and before["key"] not in _NO_KEY
        and not _VARIABLE.fullmatch(clause.tokens[len(behind[: before.start("key")].split())].text)
    ):
        place = len(behind[: before.start("key")].split())
        clause.claim(range(len(behind[: before.start() + 1].split()), at))
        return clause.tokens[place].text
    return None


def _listed_keys(clause: Clause) -> list[str]:
    """ "keys username and password (of it) as …": what stands behind the noun."""
    found = clause.take(
        rf"(?:the |its )?keys (?P<keys>{_PIECE}(?: (?:,|and|, and) {_PIECE})+)(?: of| in| from| as| to| into)*"
    )
    if found is None:
        return []
    words = [
        at
        for at in found.indices
        if clause.words[at] not in {"the", "its", "keys", "and", ",", "of", "in", "from", "as", "to", "into"}
    ]
    return [clause.tokens[at].text for at in words]

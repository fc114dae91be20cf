"""The words of a question that carry no name: claimed before its noun phrases are read. Part of `language.asking.reading`."""

from kora.language.asking.aspects import EVERYDAY, GENERIC_NOUNS, NAMES_TOO, SPOKEN
from kora.language.asking.phrases import RELATIONS, is_participle
from kora.language.clauses import Clause
from kora.language.intents import Aspect
from kora.language.lexer import Kind
from kora.language.targets import Kinds
from kora.language.vocabulary import ARTICLES, PRONOUNS

_SINGULAR = frozenset(
    {
        "deployment",
        "service",
        "pod",
        "configmap",
        "secret",
        "statefulset",
        "daemonset",
        "job",
        "cronjob",
        "ingress",
        "pvc",
        "app",
    }
)


def drop_everyday(clause: Clause, aspect: Aspect | None, kinds: Kinds) -> None:
    """Claim words that carry no name: question words, verbs, the nouns of the aspect."""
    nouns = SPOKEN.get(aspect or Aspect.LIST, frozenset())
    compound = _compound_kinds(clause, kinds)
    for index in clause.left():
        if index in compound:
            continue
        token, word = clause.tokens[index], clause.words[index]
        previous = clause.words[index - 1] if index else ""
        if token.kind is not Kind.WORD or previous in {"named", "called"}:
            continue
        plain = word.removesuffix("'s")
        if (
            word in NAMES_TOO
            and index + 1 not in compound
            and (clause.words[index + 1 : index + 2] or [""])[0] in _SINGULAR
        ):
            continue  # "the settings config map", "the search deployment"
        ends = clause.words[index + 1 : index + 2] in ([], ["?"], ["."])
        if ends and previous in _SINGULAR and word in _NAMED_SO:
            continue  # "who owns pod debug"
        about = word in nouns and kinds.get((plain,)) not in {"Deployment", "Service", "Pod"}
        about = about or (word in nouns and aspect in {Aspect.ENDPOINTS, Aspect.CAPACITY} and word.startswith("pod"))
        if word in EVERYDAY or about or word in GENERIC_NOUNS or word == "cluster":
            clause.claim([index])
        elif word.endswith("'s") and (word,) not in kinds:
            clause.words[index] = plain
            object.__setattr__(token, "text", token.text[:-2])
            clause.claim(())

    _drop_predicates(clause, aspect, kinds)


_PASSIVE = frozenset({"be", "been", "being", "gets", "get", "got", "getting"})
_SUPPORT = frozenset(
    {"does", "do", "did", "will", "would", "can", "could", "should", "can't", "couldn't", "won't", "doesn't", "don't", "didn't",
     "until", "till", "before"}
)  # fmt: skip
_DETERMINERS = ARTICLES | PRONOUNS | {"my", "our", "your", "any", "every", "each", "all", "some", "no"}
_ENDS = frozenset({"until", "till", "before"})
"""Words after which a subject and then its verb stand: "does shop-tls expire", "until shop-tls expires"."""


_NAMED_SO = frozenset({"debug", "test", "settings", "config", "data", "auth", "search", "health", "results"})
"""Everyday words that are names right behind a kind, at the end."""


def _drop_predicates(clause: Clause, aspect: Aspect | None, kinds: Kinds) -> None:
    """Claim verb forms that belong to the question's frame: what stands after "be" and before "by", and the verb that
    ends the clause behind its subject. They are no part of a name."""
    left = set(clause.left())
    for at in sorted(left):
        token, word = clause.tokens[at], clause.words[at]
        if token.kind is not Kind.WORD or (word,) in kinds or not is_participle(word):
            continue
        before, after = clause.words[at - 1] if at else "", clause.words[at + 1 : at + 2]
        ends = after[:1] in (["to"], ["at"]) or (word.endswith("ed") and not any(each.isalpha() for each in after))
        ends = ends and before in {"is", "are", "was", "were"} and any(one < at for one in left)
        if before in _PASSIVE or after == ["by"] or ends:
            clause.claim([at])
    if aspect in {Aspect.CONNECTIVITY, Aspect.PERMISSIONS, Aspect.LOGS}:
        return
    words = [at for at, token in enumerate(clause.tokens) if token.kind is not Kind.MARK]
    starts = [at for at in words if clause.words[at] in _SUPPORT]
    if not words or not starts or words[-1] not in left:
        return
    said = [at for at in words if at > starts[-1] and clause.words[at] not in _DETERMINERS]
    last = clause.tokens[said[-1]] if said else None
    verb = last is not None and last.kind is Kind.WORD and last.text.isalpha() and (last.text.lower(),) not in kinds
    closed = clause.words[starts[-1]] in _ENDS and left >= set(said[-2:])
    if verb and len(said) > 1 and (closed or left >= set(said)) and not RELATIONS & {clause.words[at] for at in said}:
        clause.claim([said[-1]])


def _compound_kinds(clause: Clause, kinds: Kinds) -> set[int]:
    """The places of kinds of several words: "config maps" is no configuration of something."""
    found: set[int] = set()
    for length in (4, 3, 2):
        for at in range(len(clause.words) - length + 1):
            if tuple(clause.words[at : at + length]) in kinds and not any(clause.used[at : at + length]):
                found |= set(range(at, at + length))
    return found

"""The noun phrases of a question: what is left of its clause, cut where prepositions, articles and verbs stand.

A question may hold several ("can the frontend pod reach the backend service", "the secrets mounted in pod web-1");
`language.asking.reading` gives each its part. Reads do no harm, so a word that is no part of a phrase is passed over.
"""

from dataclasses import dataclass

from kora.language.clauses import Clause
from kora.language.intents import Target
from kora.language.lexer import Kind
from kora.language.rules.words import spoken
from kora.language.targets import WORKLOAD, Kinds, TargetReader
from kora.language.vocabulary import ARTICLES, FILLERS, JOINERS, PREPOSITIONS, PRONOUNS

_LINKS = PREPOSITIONS | spoken(
    """
    against between among across via through over per than during before after about around near towards until unless
    no because due despite beside besides alongside
    """
)
# Verbs that relate one thing to another in questions about a cluster; never part of a name that stands beside them.
RELATIONS = spoken(
    """
    connect connects reach reaches talk talks communicate communicates hit hits route routes affect affects serve
    serves listen listens cause causes register registers exceed exceeds allow allows block blocks select selects
    match matches own owns contain contains include includes mention mentions say says belong belongs point points
    forward forwards send sends receive receives resolve resolves depend depends call calls use uses mount mounts
    reference references manage manages support supports keep keeps stay stays become becomes come comes go goes fill
    fills consume consumes return returns respond responds throw throws fail fails make makes mean means lead leads
    handle handles get gets need needs require requires lack lacks wait waits answer answers land lands sit sits live
    lives back backs front fronts scale scales restart restarts run runs happen happens change changes finish finishes
    be share shares sharing read reads load loads hold holds
    """
)


@dataclass(frozen=True)
class Phrase:
    """One noun phrase: what it names, whether its kind was said in the plural, and the word that leads to it."""

    target: Target
    plural: bool
    link: str
    start: int

    @property
    def named(self) -> bool:
        """Whether it has a name or a description."""
        return bool(self.target.names or self.target.phrase or self.target.labels)

    @property
    def full(self) -> bool:
        """Whether it has both a kind and a name."""
        return self.named and self.target.kind is not None


def noun_phrases(clause: Clause, kinds: Kinds) -> list[Phrase]:
    """The phrases in order; claims what they are made of."""
    found: list[Phrase] = []
    reader = TargetReader(kinds)
    for link, group in _groups(clause, kinds):
        for piece in _pieces(clause, group):
            read = reader._item(clause, piece)
            read.pop("kind_first")
            target = Target(**read)
            if target.kind or target.names or target.phrase:
                found.append(Phrase(target, _is_plural(clause, piece, kinds), link, piece[0]))
        clause.claim(group)
    return _shared(found)


def _shared(found: list[Phrase]) -> list[Phrase]:
    """ "deployments web and api": the kind of the first counts for the names that follow it at once."""
    shared: list[Phrase] = []
    for at, each in enumerate(found[:-1]):  # "the dev and prod namespaces": a plural counts for what was joined to it
        after = found[at + 1]
        if (
            each.named
            and each.target.kind is None
            and after.plural
            and after.named
            and after.link == each.link
            and after.start - each.start <= 3
        ):
            found[at] = Phrase(each.target.model_copy(update={"kind": after.target.kind}), True, each.link, each.start)
    for each in found:
        last = shared[-1] if shared else None
        follows = last is not None and last.link == each.link and last.full and each.named and not each.target.kind
        if follows and last is not None and last.start < each.start <= last.start + 5:
            kind, phrase = last.target.kind, each.target.phrase
            names = each.target.names or ((phrase,) if last.target.names and phrase and " " not in phrase else ())
            update = {"kind": kind, "names": names, "phrase": None if names else phrase}
            each = Phrase(each.target.model_copy(update=update), each.plural, each.link, each.start)
        shared.append(each)
    return shared


def _groups(clause: Clause, kinds: Kinds) -> list[tuple[str, list[int]]]:
    groups: list[tuple[str, list[int]]] = []
    link, current = "", list[int]()
    for index, token in enumerate(clause.tokens):
        word = clause.words[index]
        joint = word in JOINERS and token.kind in {Kind.MARK, Kind.WORD}
        if not clause.used[index] and not _cuts(clause, kinds, index, current) and not (joint and not current):
            current.append(index)
            continue
        if current:
            groups.append((link, current))
            link, current = "", []
        if token.kind is Kind.WORD and (word in _LINKS | RELATIONS or (not clause.used[index] and is_participle(word))):
            link = word
    if current:
        groups.append((link, current))
    return groups


def _cuts(clause: Clause, kinds: Kinds, index: int, current: list[int]) -> bool:
    """Whether the word at `index` ends a phrase and is none itself."""
    token, word = clause.tokens[index], clause.words[index]
    if token.kind is Kind.MARK:
        return word not in JOINERS
    if token.kind in {Kind.NUMBER, Kind.QUANTITY, Kind.PERCENT, Kind.DURATION, Kind.FACTOR}:
        return True
    if token.kind is not Kind.WORD:
        return False
    before = clause.words[index - 1] if index else ""
    if before in {"named", "called"} or word in {"named", "called"}:
        return False
    if word in ARTICLES | FILLERS | _LINKS | PRONOUNS:
        return True
    if (
        len(current) > 1
        and (clause.words[current[-2]],) in kinds
        and not _plural_word(clause.words[current[-2]], kinds)
    ):
        return word not in JOINERS and before not in JOINERS  # a kind takes one name
    if word in RELATIONS:
        return not _next_is_kind(clause, kinds, index) or bool(current)
    return is_participle(word) and _relates(clause, kinds, index, current)


def is_participle(word: str) -> bool:
    """Whether a word has the form of a participle or an adverb."""
    return word.isalpha() and len(word) >= 5 and word.endswith(("ing", "ed", "ly"))


def _relates(clause: Clause, kinds: Kinds, index: int, current: list[int]) -> bool:
    """ "pods *affecting* web", "secrets *mounted* in …" – but "deployment billing", "the pricing service"."""
    if _next_is_kind(clause, kinds, index) and not current:
        return False
    after = clause.words[index + 1] if index + 1 < len(clause.words) and not clause.used[index + 1] else ""
    if not current:
        return after in _LINKS and clause.words[index].endswith(("ed", "ly"))
    last = clause.words[current[-1]]
    kind = kinds.get((last,))
    if kind is None:
        return True
    return _plural_word(last, kinds) or bool(after and after not in {"in", *JOINERS})


def _next_is_kind(clause: Clause, kinds: Kinds, index: int) -> bool:
    if index + 1 >= len(clause.words) or clause.used[index + 1]:
        return False
    after = clause.words[index + 1]
    return (after,) in kinds or after in {"app", "application", "workload", "component", "microservice"}


def _pieces(clause: Clause, group: list[int]) -> list[list[int]]:
    pieces: list[list[int]] = [[]]
    for index in group:
        if clause.words[index] in JOINERS and clause.tokens[index].kind is not Kind.QUOTED:
            pieces.append([])
        else:
            pieces[-1].append(index)
    return [piece for piece in pieces if piece]


def _plural_word(word: str, kinds: Kinds) -> bool:
    return (word.endswith("s") and (word.removesuffix("s"),) in kinds) or word.endswith(("ies", "sses"))


def _is_plural(clause: Clause, piece: list[int], kinds: Kinds) -> bool:
    words = [clause.words[index] for index in piece]
    return any((word,) in kinds and _plural_word(word, kinds) for word in words) or any(
        word in {"apps", "applications", "workloads", "components", "microservices"} for word in words
    )


def is_workload(target: Target) -> bool:
    """Whether the target is something that runs, or has no kind of its own."""
    return target.kind in {None, WORKLOAD, "Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"}

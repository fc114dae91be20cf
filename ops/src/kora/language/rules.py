"""A rule in plain English → a `domain.rules.Rule`, or `Unclear` with what was not understood.

The text is cut into sentences and stretches that state an obligation ("every container must have limits") or search for
offenders ("find pods without limits"); both become requirements, a search the opposite of what it looks for. What
nobody knows makes the whole rule unclear: a rule that is half understood is never reported as checked. Pure: no
cluster here.

`operations.audits` holds objects against what comes out.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kora.domain.rules import Requirement, Rule, Scope
from kora.language import rule_words as words
from kora.language.intents import Unclear
from kora.language.lexer import Kind, Token, tokens
from kora.language.rule_meaning import meaning
from kora.language.rule_roles import read_roles
from kora.language.rule_scan import IMPLIED, STRONG, WEAK, Item, Sort, items, mentioned_kinds, merged
from kora.language.rule_scope import ScopeWords, says_everywhere, take_namespaces
from kora.language.rule_terms import NEED_VALUES, Clause, NotUnderstood, Term, all_of, any_of, read_clause
from kora.language.rule_words import spoken

MAX_LENGTH = 8000
"""Longer texts are no rule; reading stays fast."""
_RBAC_KINDS = frozenset({"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"})


def read_rule(text: str) -> Rule | Unclear:
    """Understand one rule.

    Args:
        text: what a person wrote, politeness and wishes for the report's form included.
    Returns:
        The rule, its meaning in words; or `Unclear` with the words that were not understood. Never raises.
    """
    if len(text) > MAX_LENGTH:
        return Unclear(text=text[:200], question="Say the rule in fewer words.")
    try:
        return _Reading(text).rule()
    except NotUnderstood as problem:
        return Unclear(
            text=str(problem),
            understood="",
            question=f'"{problem}" is not understood as part of a rule, so nothing was checked. Say it in other words.',
        )


def looks_like_rule(text: str) -> bool:
    """Whether a text states a rule or looks for offenders, rather than asking or changing something."""
    if len(text) > MAX_LENGTH:
        return False
    found = tokens(text)
    lows = {token.low for token in found}
    if any(low.startswith(("violat", "complian", "non-complian", "noncomplian", "comply")) for low in lows):
        return True
    scanned = items(found, mentioned_kinds(found))
    has_fact = any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in scanned)
    if not has_fact or scanned[0].low in _CHANGES:
        return False
    told = any(item.is_one("forbidden", "prohibited", "banned", "disallowed") for item in scanned)
    rare = any(item.sort is Sort.CONCEPT and item.data.fact not in _ASKED for item in scanned)
    if told or (rare and scanned[0].low in {"find", "identify", "which", "do", "are", "list", "any"}):
        return True
    states = any(_is_strong(scanned, index) or item.is_one("only") for index, item in enumerate(scanned))
    searches = scanned[0].low in _OPENERS | {"are", "do", "any"} or any(
        item.is_one("which", "identify", "find") for item in scanned
    )
    negated = any(item.sort is Sort.NEGATION for item in scanned)
    general = any(
        item.sort is Sort.KIND or item.low in {"every", "all", "container", "image", "must"} for item in scanned
    )
    if not rare and not negated and not general:
        return False  # "payments needs 4 instances" asks for a change
    opens = scanned[0].low in {"no", "every", "all", "each", "never"} or scanned[0].sort is Sort.NEGATION
    return states or opens or (searches and negated)


# Facts that questions speak of as well: a search for them is a question unless it says more.
_ASKED = spoken(
    """
    image labels annotations replicas name service.type probe.liveness probe.readiness probe.startup command env
    has.endpoints ingress.host cron.schedule storage_class service.port subject deprecated_api restart_policy
    owner claim.size cron.suspended
    """
)
_CHANGES = spoken(
    """
    create make deploy add set scale run start restart delete remove patch update change give put increase
    decrease roll expose grant fix build install upgrade edit write generate
    """
)


is_rule = looks_like_rule
"""The name under which `language.grammar` asks."""


# --- cutting ------------------------------------------------------------------------------------------------------


_EXAMPLE = re.compile(r"\((?:e\.?g|i\.?e|for example|for instance)\b[^()]*\)", re.IGNORECASE)


def _blank(match: re.Match[str]) -> str:
    """An example in brackets, as white space of the same length."""
    return " " * len(match.group())


def _without_report(found: Sequence[Token]) -> list[Token]:
    """Tokens without the form of the report ("VIOLATING: <name>"), which is no part of the rule."""
    kept: list[Token] = []
    skip_line = False
    for index, token in enumerate(found):
        if token.line_start or (token.text == "." and skip_line):
            skip_line = False
        following = found[index + 1].text if index + 1 < len(found) else ""
        if token.low == "violating" and following == ":":
            skip_line = True
        if skip_line or (token.kind is Kind.QUOTED and token.low.startswith("violating")):
            continue
        kept.append(token)
    return kept


def _sentences(scanned: Sequence[Item], text: str) -> Iterator[list[Item]]:
    """Sentences end at a full stop, a question mark, a blank line."""
    current: list[Item] = []
    last_end = 0
    for item in scanned:
        start = text.find(item.text.split(" ")[0], last_end) if item.text else last_end
        if current and "\n\n" in text[last_end : max(start, last_end)].replace(" ", ""):
            yield current
            current = []
        last_end = item.end
        if item.sort is Sort.MARK and item.text in {".", "?", "!"}:
            if current:
                yield current
            current = []
        else:
            current.append(item)
    if current:
        yield current


def _without_reasons(sentence: Sequence[Item]) -> list[Item]:
    """A sentence without why it is wanted: from "because" up to a "but" or the end."""
    kept: list[Item] = []
    skipping = False
    for item in sentence:
        skipping = (skipping or item.sort is Sort.REASON) and item.text.lower() != "but"
        if not skipping:
            kept.append(item)
    return kept


def _elaborates(sentence: Sequence[Item]) -> bool:
    """Whether a sentence only talks about the rule before it ("It ensures …"): no value, no number, no kind."""
    telling = {Sort.VALUE, Sort.NUMBER, Sort.COMPARE, Sort.RESOURCE}
    return sentence[0].low in {"it", "this"} and not any(
        item.sort in telling or (item.sort is Sort.CONCEPT and item.data.fact not in NEED_VALUES) for item in sentence
    )


_OPENERS = spoken(
    """
    find identify list show report tell detect spot locate flag check verify ensure confirm audit inspect review
    examine look scan search enforce see
    """
)


def _segments(sentence: Sequence[Item]) -> Iterator[list[Item]]:
    """Stretches of a sentence that open with a verb of search or check, or with "which"."""
    current: list[Item] = []
    for index, item in enumerate(sentence):
        noun = index and sentence[index - 1].low in {
            "a",
            "an",
            "the",
            "approved",
            "allowed",
            "this",
            "following",
            "our",
            "policy",
            "rule",
            "it",
        }
        opens = item.low in _OPENERS and item.sort is Sort.WORD and not noun
        # "tell me which", "and which of them": but not "pods which".
        opens |= item.is_one("which", "whether") and (
            not current
            or current[-1].sort in {Sort.AND, Sort.COMMA}
            or current[-1].low in {"me", "know", "us", "of", "see"}
        )
        opens |= item.is_one("make") and index + 1 < len(sentence) and sentence[index + 1].is_one("sure")
        opens |= item.text == ";"
        if opens and current:
            yield current
            current = []
        current.append(item)
    if current:
        yield current


def _refers_back(segment: Sequence[Item]) -> bool:
    """Whether a search only repeats what was required before: "that are missing these probes"."""
    facts = {Sort.CONCEPT, Sort.RESOURCE}
    pairs = pairwise(segment)
    return any(first.low in {"these", "those", "such"} and second.sort in facts for first, second in pairs)


def _with_implied(segment: list[Item]) -> list[Item]:
    """A stretch with the fact that its values imply: "must not add SYS_ADMIN" speaks of capabilities."""
    if any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in segment):
        return segment
    for index, item in enumerate(segment):
        concept = IMPLIED.get(item.low) if item.sort is Sort.VALUE else None
        if concept is not None:
            return [*segment[:index], Item(Sort.CONCEPT, concept.fact, "", concept), *segment[index:]]
    return segment


def _points_back(segment: Sequence[Item]) -> bool:
    """Whether a stretch only asks for the names of offenders."""
    facts = [item for item in segment if item.sort in {Sort.CONCEPT, Sort.RESOURCE}]
    values = any(item.sort in {Sort.VALUE, Sort.NUMBER} for item in segment)
    named = all(item.sort is Sort.CONCEPT and item.data.fact == "name" for item in facts)
    pointers = [item for item in segment if item.sort is Sort.POINTER]
    return bool(pointers) and (named or (not values and any(" " in item.low for item in pointers)))


def _is_strong(stretch: Sequence[Item], index: int) -> bool:
    """Whether this item says what must be."""
    item = stretch[index]
    if item.low not in STRONG or item.sort not in {Sort.WORD, Sort.NEGATION}:
        return False
    before = stretch[index - 1].low if index else ""
    if before in {"i", "we", "you"} and not item.is_one("require", "enforce", "mandate"):
        return False  # "you must print one line" is about the report
    if item.is_one("sure", "verify", "confirm", "policy", "rule", "expected"):
        return False
    if item.is_one("required"):
        return before in {"is", "are", "be", "not"} or index + 1 == len(stretch)
    return True


def _pairs(lows: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Words with the next but one: "will (be) rejected"."""
    return zip(lows, lows[2:], strict=False)


def _mode(segment: Sequence[Item]) -> str:
    """``must``, ``search``, or what says when a rule is broken: ``definition``, ``rejected``."""
    lows = [item.low for item in segment]
    if any(pair in {("will", "rejected"), ("will", "denied"), ("will", "blocked")} for pair in _pairs(lows)):
        return "rejected"
    if lows[0] in {"if", "when"} and any(item.sort is Sort.POINTER for item in segment):
        return "definition"
    for index, item in enumerate(segment):
        if item.sort is Sort.POINTER and any(low in {"if", "when", "whenever"} for low in lows[index + 1 : index + 6]):
            return "definition"
    if any(_is_strong(segment, index) for index in range(len(segment))):
        return "must"
    if lows[0] in {"check", "verify", "confirm", "ensure", "make", "see", "enforce", "whether", "audit", "review"}:
        opening = lows[1:6]
        if lows[0] in {"ensure", "make", "enforce"} or any(word in {"all", "every", "each", "no"} for word in opening):
            return "must"
        if "that" in opening[:2] and "any" not in opening:
            return "must"
    if (
        lows[0] not in _OPENERS
        and any(item.sort is Sort.NEGATION for item in segment)
        and {"allow", "allowing", "permit", "want", "allowed"} & set(lows)
    ):
        return "must"
    if lows[0] in _OPENERS or any(low in {"which", "any", "who", "whose"} for low in lows[:4]):
        return "search"
    weak = [low for low in lows if low in WEAK and low not in {"may", "allow", "permit", "any"}]
    if weak:
        return "must"
    for index, item in enumerate(segment[:4]):
        if item.sort in {Sort.KIND} or item.low in {"container", "workload", "one", "image"}:
            following = lows[index + 1 : index + 2]
            if following and following[0] in {
                "without",
                "with",
                "that",
                "running",
                "using",
                "missing",
                "lacking",
                "which",
                "whose",
            }:
                return "search"
    return "must"


_RESET = spoken(
    """
    are is has have with using use uses run running set setting that which whose having allow
    """
)
_MODALS = spoken(
    """
    must should shall may need can
    """
)


def _clauses(segment: Sequence[Item]) -> Iterator[tuple[list[Item], bool]]:
    """Stretches of one polarity, with whether "or" joins them to what came before."""
    current: list[Item] = []
    by_or = False
    index = 0
    while index < len(segment):
        item = segment[index]
        bullet = item.line_start and item.text in {"-", "*", "•"}
        if item.sort in {Sort.AND, Sort.OR, Sort.COMMA} or item.text in {";", "—", "–"} or bullet:
            place = index + 1
            joined_or = item.sort is Sort.OR
            while place < len(segment) and (
                segment[place].sort in {Sort.AND, Sort.OR}
                or segment[place].low in {"also", "they", "it", "then", "who"}
            ):
                joined_or |= segment[place].sort is Sort.OR
                place += 1
            if place < len(segment) and _starts_clause(current, segment[place], bullet or item.text == ";"):
                yield current, by_or
                current, by_or, index = [], joined_or, place
                continue
        current.append(item)
        index += 1
    yield current, by_or


def _starts_clause(current: Sequence[Item], item: Item, forced: bool) -> bool:
    said = any(each.sort in {Sort.CONCEPT, Sort.RESOURCE} for each in current)
    if not said:
        return False
    if forced or item.sort is Sort.NEGATION or item.low in _MODALS:
        return True
    negated = any(each.sort is Sort.NEGATION for each in current)
    modal = any(each.low in _MODALS | {"cannot", "mustn't", "shouldn't", "can't"} for each in current)
    return negated and not modal and item.low in _RESET


# --- putting together ---------------------------------------------------------------------------------------------


class _Reading:
    """One text on its way to a rule."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = _without_report(merged(tokens(_EXAMPLE.sub(_blank, text))))
        self.kinds = mentioned_kinds(found)
        self.scanned = items(found, self.kinds)
        self.scope = ScopeWords(everywhere=says_everywhere(self.scanned))
        self.term: Term | None = None
        self.excuses: list[Requirement] = []
        self.facts: list[Term] = []
        self.roles = False
        self.deferred = False

    def rule(self) -> Rule:
        """The whole.

        Raises:
            NotUnderstood: something in it is not.
        """
        obligations: list[Requirement] = []
        searches: list[Requirement] = []
        definitions: list[Requirement] = []
        lists = {"must": obligations, "search": searches, "rejected": searches, "definition": definitions}
        for sentence in _sentences(self.scanned, self.text):
            if (obligations or searches) and _elaborates(sentence):
                continue
            self.excuses = []
            sentence = self._take_scope(_without_reasons(sentence))
            stated = False
            for segment in _segments(sentence):
                if not segment:
                    continue
                mode = _mode(segment)
                requirement = self._segment(segment, mode)
                if requirement is not None:
                    lists[mode].append(any_of([requirement, *self.excuses]))
                    stated = True
            if self.excuses and not stated:  # "no autoscaler unless it has a target": the exception is the rule
                obligations.append(any_of(self.excuses))
        parts = [*obligations, *(definitions or searches)]
        if not parts:
            raise NotUnderstood(self._gist())
        if self.deferred and not any(term.comparisons for term in self.facts):
            raise NotUnderstood("a comparison without a number")
        requirement = all_of(parts)
        scope = self._scope()
        return Rule(text=self.text, scope=scope, requirement=requirement, meaning=meaning(scope, requirement))

    def _gist(self) -> str:
        unknown = [item.text for item in self.scanned if item.sort is Sort.UNKNOWN]
        return " ".join(unknown[:5]) or self.text.strip()[:80]

    # --- one stretch ----------------------------------------------------------------------------------------------

    def _segment(self, segment: list[Item], mode: str) -> Requirement | None:
        if mode == "rejected":
            segment = segment[: next(i for i, item in enumerate(segment) if item.is_one("will"))]
        if mode == "definition":
            start = next(i for i, item in enumerate(segment) if item.low in {"if", "when", "whenever"})
            end = next((i for i in range(start, len(segment)) if start == 0 and segment[i].sort is Sort.COMMA), None)
            segment = segment[start + 1 : end]
        if _points_back(segment) and mode != "definition":
            return None
        if mode == "search" and self.facts and _refers_back(segment):
            return None
        if mode == "rejected" and self.facts and any(item.low in {"these", "this"} for item in segment):
            return None
        roles = read_roles(segment, self.kinds, search=mode != "must")
        if roles is not None:
            self.roles = True
            return roles
        segment = _with_implied(segment)
        if not any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in segment):
            return self._follow_up(segment, mode)
        condition, segment = self._condition(segment) if mode == "must" else (None, segment)
        requirement: Requirement | None = None
        search = mode != "must"
        for stretch, by_or in _clauses(segment):
            clause = self._clause(stretch)
            if clause is None:
                continue
            if not search and not clause.negations % 2:  # "restricts external IPs" does not ask for any
                clause.terms = [term for term in clause.terms if not term.concept.optional or term.said]
                if not clause.terms:
                    continue
            made = clause.required(search)
            if requirement is None:
                requirement = made
            else:
                alternative = by_or if not search else not by_or
                requirement = any_of([requirement, made]) if alternative else all_of([requirement, made])
        if requirement is None or condition is None:
            return requirement
        return any_of([condition, requirement])

    def _clause(self, stretch: Sequence[Item]) -> Clause | None:
        if not any(item.sort in {Sort.CONCEPT, Sort.RESOURCE, Sort.NUMBER, Sort.VALUE} for item in stretch):
            self._unknown_in(stretch)
            return None
        clause = read_clause(stretch, self.term)
        self.deferred |= clause.deferred
        if not clause.terms:
            return None
        self.term = clause.terms[-1]
        self.facts.extend(clause.terms)
        return clause

    def _follow_up(self, segment: Sequence[Item], mode: str) -> Requirement | None:
        """A stretch without a fact: a comparison that goes on, or words that only point back."""
        if (
            self.term is not None
            and any(item.sort is Sort.NUMBER for item in segment)
            and any(item.sort is Sort.COMPARE for item in segment)
        ):
            clause = self._clause(segment)
            return clause.required(mode != "must") if clause else None
        if mode == "must" and any(_is_strong(segment, i) for i in range(len(segment))):
            self._unknown_in(segment)
        return None

    def _unknown_in(self, stretch: Sequence[Item]) -> None:
        if any(item.sort is Sort.POINTER for item in stretch):
            return
        unknown = [item.text for item in stretch if item.sort is Sort.UNKNOWN]
        if unknown:
            raise NotUnderstood(" ".join(unknown))

    def _condition(self, segment: list[Item]) -> tuple[Requirement | None, list[Item]]:
        """ "Pods that use the host network must …": what comes before the modal only says which objects are meant."""
        modal = next((i for i in range(len(segment)) if _is_strong(segment, i)), None)
        if modal is None:
            return None, segment
        subject, rest = segment[:modal], segment[modal:]
        start = next(
            (
                i
                for i, item in enumerate(subject)
                if item.low in {"that", "which", "whose", "with", "without", "using", "running"}
            ),
            None,
        )
        facts = {Sort.CONCEPT, Sort.RESOURCE}
        if start is None or not any(item.sort in facts for item in subject[start:]):
            return None, segment
        if not any(item.sort in facts for item in rest):
            return None, segment
        if any(item.low in {"ensure", "make", "require", "enforce"} for item in subject[:start]):
            return None, segment
        clause = self._clause(subject[start:])
        return (clause.fails() if clause else None), rest

    # --- scope ----------------------------------------------------------------------------------------------------

    def _take_scope(self, sentence: list[Item]) -> list[Item]:
        start = next((i for i, item in enumerate(sentence) if item.sort is Sort.EXCEPT), None)
        if start is not None:
            end = next(
                (
                    i
                    for i in range(start + 1, len(sentence))
                    if _is_strong(sentence, i)
                    or sentence[i].text == ")"
                    or (sentence[i].low in _OPENERS and sentence[i].sort is Sort.WORD)
                ),
                len(sentence),
            )
            main = next(
                (i for i in sentence[:start] if i.sort is Sort.CONCEPT and i.data.fact not in {"image", "image.full"}),
                None,
            )
            handled = self._exception(sentence[start + 1 : end], sentence[max(0, start - 1) : start + 1], main)
            if handled:
                sentence = [*sentence[:start], *sentence[end:]]
            else:
                sentence = [
                    *sentence[:start],
                    Item(Sort.OTHER_THAN, "other than", sentence[start].text),
                    *sentence[start + 1 :],
                ]
        namespaces, rest = take_namespaces(sentence)
        self.scope.namespaces.extend(namespaces)
        return self._take_labels(rest)

    def _take_labels(self, sentence: list[Item]) -> list[Item]:
        """ "pods with label app=web must …", "pods labeled tier=db that …"."""
        for index, item in enumerate(sentence):
            if item.sort is Sort.VALUE and "=" in item.text and index:
                opening = [each.low for each in sentence[max(0, index - 3) : index]]
                labelled = "label" in opening or "labeled" in opening or "labelled" in opening
                led = any(low in {"with", "labeled", "labelled", "having", "carrying"} for low in opening)
                rest = sentence[index + 1 :]
                further = any(each.sort in {Sort.CONCEPT, Sort.RESOURCE} for each in rest)
                modal_before = any(_is_strong(sentence, place) for place in range(index))
                if labelled and led and further and not modal_before:
                    key, _, value = item.text.partition("=")
                    self.scope.labels[key.strip()] = value.lstrip("=").strip().strip("\"'")
                    first = max(
                        place
                        for place in range(index)
                        if sentence[place].low in {"with", "labeled", "labelled", "having", "carrying"}
                    )
                    return [*sentence[:first], *rest]
        return sentence

    def _exception(self, stretch: list[Item], led: Sequence[Item], main: Item | None) -> bool:
        """Take an exception into the scope; False when it speaks of values ("any registry except …")."""
        word = led[-1]
        namespaces, rest = take_namespaces(stretch)
        values = [item for item in rest if item.sort in {Sort.VALUE, Sort.UNKNOWN}]
        lows = {item.low for item in rest}
        names = [item.text for item in values]
        concepts = [item for item in rest if item.sort in {Sort.CONCEPT, Sort.RESOURCE}]
        if namespaces:
            self.scope.except_namespaces.extend(namespaces)
        elif any(item.sort is Sort.CONCEPT and item.data.fact == "image" for item in concepts) and values:
            self.scope.except_images.extend(names)
        elif values and ("container" in lows or led[0].is_one("container")):
            self.scope.except_containers.extend(names)
        elif concepts:
            clause = self._clause(stretch)
            if clause is None:
                raise NotUnderstood(" ".join(item.text for item in stretch))
            self.excuses.append(clause.holds())
        elif values and any(item.sort is Sort.KIND or item.is_one("workload", "named", "called") for item in rest):
            self.scope.except_names.extend(names)
        elif values and main is not None and all(set(name) & set("/:") for name in names):
            self.scope.except_images.extend(names)
        elif values and any(item.sort is Sort.UNKNOWN for item in values) and word.low != "besides":
            self.scope.except_namespaces.extend(name for name in names if name.startswith("kube-"))
            self.scope.except_names.extend(name for name in names if not name.startswith("kube-"))
        elif values:
            return False
        else:
            raise NotUnderstood(" ".join([word.text, *(item.text for item in stretch)]))
        return True

    def _scope(self) -> Scope:
        said = list(self.kinds)
        allowed = [set(term.concept.kinds) for term in self.facts if term.concept.kinds]
        if self.roles:
            allowed.append({"Role", "ClusterRole"})
        if said:
            meant = [kind for kind in said if all(kind in kinds for kinds in allowed)]
            if not meant:
                raise NotUnderstood(f"what {' and '.join(said)} have to do with it")
            return self._made(tuple(meant), owned=True)
        common = set.intersection(*allowed) if allowed else set(words.POD_KINDS)
        kinds = tuple(kind for kind in _ORDER if kind in common)
        if not kinds:
            raise NotUnderstood("what kinds of objects are meant")
        return self._made(kinds, owned=False)

    def _made(self, kinds: tuple[str, ...], *, owned: bool) -> Scope:
        found = self.scope
        return Scope(
            kinds=kinds,
            namespaces=tuple(dict.fromkeys(found.namespaces)),
            except_namespaces=tuple(found.except_namespaces),
            labels=found.labels,
            except_names=tuple(found.except_names),
            except_images=tuple(found.except_images),
            except_containers=tuple(found.except_containers),
            owned=owned,
            everywhere=found.everywhere,
        )


_ORDER = (
    *words.POD_KINDS,
    "Service",
    "Ingress",
    "PersistentVolumeClaim",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "Namespace",
)

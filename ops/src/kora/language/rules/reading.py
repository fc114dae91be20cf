"""A rule in plain English → a `domain.rules.Rule`, or `Unclear` with what was not understood.

The text is cut into sentences and stretches that state an obligation ("every container must have limits") or search for
offenders ("find pods without limits"); both become requirements, a search the opposite of what it looks for. What
nobody knows makes the whole rule unclear: a rule that is half understood is never reported as checked. Pure: no
cluster here.

`operations.audits` holds objects against what comes out.
"""

from collections.abc import Iterable, Sequence

from kora.domain.rules import Op, Requirement, Rule, Test
from kora.language.intents import Unclear
from kora.language.rules.accounting import refuse_dropped
from kora.language.rules.alike import defines_alike
from kora.language.rules.asides import (
    with_exception_first,
    with_exempted,
    without_asides,
    without_gist,
    without_gloss,
    without_instances,
    without_reasons,
)
from kora.language.rules.background import (
    demands,
    only_tells,
    says_where,
    with_antecedent,
    without_lead,
)
from kora.language.rules.concepts import POD_KINDS
from kora.language.rules.conditions import forbidden_together, lacks, meant, predicates
from kora.language.rules.cutting import (
    OPENERS,
    clauses,
    each_denied,
    elaborates,
    is_strong,
    names_topic,
    only_mentions,
    points_back,
    refers_back,
    segments,
    sentences,
    with_heading,
    with_implied,
)
from kora.language.rules.fusing import fused
from kora.language.rules.items import Item, Sort
from kora.language.rules.meaning import meaning
from kora.language.rules.modes import conditions_met, described, mode_of
from kora.language.rules.preparing import Prepared, prepared
from kora.language.rules.recognising import MAX_LENGTH, looks_like_rule
from kora.language.rules.refusing import (
    refuse_absurd,
    refuse_described,
    refuse_empty,
    refuse_formed,
    refuse_inversion,
    refuse_narrowing,
    refuse_passed_over,
    refuse_unused,
    replaces,
    says_names,
)
from kora.language.rules.roles import read_roles
from kora.language.rules.scope import (
    ScopeWords,
    made_scope,
    refuse_place_only,
    says_everywhere,
    take_namespaces,
    take_others,
)
from kora.language.rules.term import Clause, NotUnderstood, Term, all_of, any_of, contradicts, tautological
from kora.language.rules.terms import goes_on, read_clause
from kora.language.rules.turning import turned, with_condition_denied
from kora.language.rules.words import spoken

__all__ = ["looks_like_rule", "read_rule"]


def read_rule(text: str) -> Rule | Unclear:
    """Understand one rule.

    Args:
        text: what a person wrote, politeness and wishes for the report's form included.
    Returns:
        The rule, its meaning in words; or `Unclear` with the words that were not understood. Never raises.
    """
    if len(text) > MAX_LENGTH:
        return Unclear(text=text[:200], question="Say the rule in fewer words.")
    first = prepared(text)
    try:
        return _accounted(text, first)
    except NotUnderstood as problem:
        second = prepared(text, ambiguous=False)
        try:  # "storage classes" may be objects, or what claims name
            if second != first:
                return _accounted(text, second)
        except NotUnderstood:
            pass  # the first problem is the one to tell
        return Unclear(
            text=str(problem),
            understood="",
            question=f'"{problem}" is not understood as part of a rule, so nothing was checked. Say it in other words.',
        )


def _accounted(written: str, found: Prepared) -> Rule:
    """The rule, when every word that matters had a say in it.

    Raises:
        NotUnderstood: something in it is not, or was lost on the way.
    """
    reading = _Reading(written, found)
    rule = reading.rule()

    def without(index: int) -> Rule | None:
        try:
            return _Reading(written, found.without(index)).rule()
        except NotUnderstood:
            return None

    refuse_dropped(found.scanned, reading.weighed, rule, without)
    return rule


class _Reading:
    """One text on its way to a rule."""

    def __init__(self, written: str, prepared: Prepared) -> None:
        self.written = written
        self.text, self.kinds, self.scanned = prepared.text, prepared.kinds, prepared.scanned
        self.scope = ScopeWords(everywhere=says_everywhere(self.scanned))
        self.term: Term | None = None
        self.excuses: list[Requirement] = []
        self.facts: list[Term] = []
        self.roles = False
        self.deferred = False
        self.antecedent: Item | None = None
        self.values: list[str] = []
        self.others = False
        """Whether the rule is about the kinds that nobody named."""
        self.weighed: list[Item] = []
        """What stands in the stretches that state the rule: each of it must have had a say."""

    def rule(self) -> Rule:
        """The whole.

        Raises:
            NotUnderstood: something in it is not.
        """
        obligations: list[Requirement] = []
        searches: list[Requirement] = []
        definitions: list[Requirement] = []
        lists = {
            "must": obligations,
            "compliant": obligations,
            "search": searches,
            "rejected": searches,
            "definition": definitions,
        }
        told = [without_gist(without_reasons(without_lead(each))) for each in sentences(self.scanned, self.text)]
        demanding = any(demands(sentence) for sentence in told if sentence)
        for sentence, titled in [
            part for each in told for one in each_denied(each) if one for part in with_heading(one)
        ]:
            if ((obligations or searches) and elaborates(sentence)) or defines_alike(sentence):
                continue
            if titled is not None and names_topic(sentence):
                self._remember(sentence)
                continue
            if titled is not None and self._is_title(sentence, titled):
                self.scope.namespaces.extend(take_namespaces(sentence)[0])  # "Pods in shop: each container needs …"
                continue
            if demanding and not demands(sentence) and only_tells(sentence):
                self._remember(sentence)
                if says_where(sentence):
                    self._take_scope(sentence)
                elif titled is not None or any(i.sort is Sort.KIND and i.data == "Namespace" for i in sentence):
                    self.scope.namespaces.extend(
                        take_namespaces(sentence)[0]
                    )  # a place that is said once holds for all
                continue
            replaced = any(item.sort is Sort.NEGATION for item in sentence) or obligations or searches
            if replaces(sentence) and not replaced:
                raise NotUnderstood(" ".join(item.text for item in sentence))
            self.excuses = []
            sentence, exempted = with_exempted(sentence)
            if exempted:
                clause = self._clause(exempted)
                self.excuses.extend([clause.holds()] if clause else [])
            sentence = with_exception_first(without_instances(without_asides(without_gloss(sentence))))
            self.values.extend(item.text for item in sentence if item.sort is Sort.VALUE)
            whole, silent = sentence, set[int]()
            sentence = self._turned(with_condition_denied(sentence))
            sentence = self._take_scope(sentence)
            while sentence and sentence[0].sort is Sort.COMMA:  # "In namespace shop, is there …"
                sentence = sentence[1:]
            stated = False
            refuse_narrowing(sentence)
            stretches = [segment for segment in segments(sentence) if segment]
            for segment in stretches:
                mode = mode_of(segment)
                requirement = self._segment(segment, mode)
                if requirement is not None:
                    lists[mode].append(any_of([requirement, *self.excuses]))
                    stated = True
                else:
                    refuse_passed_over(segment)
                    silent.update(id(item) for item in segment)
            if stated:
                self.weighed.extend(item for item in whole if id(item) not in silent)
            stated_before = obligations or searches
            if self.excuses and not stated and stated_before:  # "Pods that belong to a Job are exempt."
                stated_before[:] = [any_of([all_of(stated_before), *self.excuses])]
            elif self.excuses and not stated:  # "no autoscaler unless it has a target": the exception is the rule
                place = next((i for i, item in enumerate(whole) if item.sort is Sort.EXCEPT), 0)
                if place and not any(item.sort is Sort.NEGATION for item in whole[:place]):
                    raise NotUnderstood(whole[place].text)
                obligations.append(any_of(self.excuses))
        parts = [*obligations, *(definitions or searches)]
        if not parts:
            raise NotUnderstood(self._gist())
        if self.deferred and not any(term.comparisons for term in self.facts):
            raise NotUnderstood("a comparison without a number")
        requirement = all_of(parts)
        if tautological(requirement):
            raise NotUnderstood("a statement that everything meets")
        if contradicts(requirement):
            raise NotUnderstood("two statements that contradict each other")
        scope = made_scope(self.kinds, self.facts, self.scope, roles=self.roles, others=self.others)
        refuse_unused(self.values, scope, requirement)
        stated = any(is_strong(self.scanned, index) for index in range(len(self.scanned)))
        refuse_absurd(requirement, stated=stated)
        return Rule(text=self.written, scope=scope, requirement=requirement, meaning=meaning(scope, requirement))

    def _turned(self, sentence: list[Item]) -> list[Item]:
        """A sentence about who alone may do something, as what all others must not do."""
        found = turned(sentence)
        if found is None:
            return sentence
        if found.kinds:
            self.kinds = tuple(kind for kind in POD_KINDS if kind not in found.kinds)
            self.others = True
        self.scope.except_namespaces.extend(found.namespaces)
        self.scope.except_names.extend(found.names)
        for key, _, value in (label.replace("==", "=").partition("=") for label in found.labels):
            self.excuses.append(Test(fact="labels", key=key.strip(), op=Op.IN, values=(value.strip(),)))
        return found.sentence

    def _is_title(self, heading: list[Item], statement: list[Item]) -> bool:
        """Whether what stands before a colon is only a title of the statement behind it: it can't be read by itself, or
        it says the opposite ("Ensure that tokens are only mounted where necessary: pods must not …")."""
        before = (list(self.facts), self.term, self.antecedent, self.roles, self.deferred)
        try:
            refuse_narrowing(heading)
            made = [
                self._segment(segment, mode_of(segment)) for part in (heading, statement) for segment in segments(part)
            ]
            return contradicts(all_of([each for each in made if each is not None])) if any(made) else False
        except NotUnderstood:
            return True
        finally:
            self.facts, self.term, self.antecedent, self.roles, self.deferred = before

    def _remember(self, stretch: Sequence[Item]) -> None:
        """Keep the last fact that was spoken of, which "one" may mean later."""
        spoken_of = [item for item in stretch if item.sort in {Sort.CONCEPT, Sort.RESOURCE}]
        self.antecedent = spoken_of[-1] if spoken_of else self.antecedent

    def _gist(self) -> str:
        unknown = [item.text for item in self.scanned if item.sort is Sort.UNKNOWN]
        return " ".join(unknown[:5]) or self.text.strip()[:80]

    # --- one stretch ----------------------------------------------------------------------------------------------

    def _segment(self, segment: list[Item], mode: str) -> Requirement | None:
        if mode == "rejected":
            segment = described(segment)
        if mode == "compliant":
            segment, mode = conditions_met(segment), "must"
        if mode == "definition":
            start = next(i for i, item in enumerate(segment) if item.low in {"if", "when", "whenever"})
            end = next((i for i in range(start, len(segment)) if start == 0 and segment[i].sort is Sort.COMMA), None)
            segment = segment[start + 1 : end]
        if (points_back(segment) and mode != "definition") or (mode == "search" and only_mentions(segment)):
            return None
        if mode == "search" and self.facts and refers_back(segment):
            return None
        if mode == "rejected" and self.facts and any(item.low in {"these", "this"} for item in segment):
            return None
        roles = read_roles(segment, self.kinds, search=mode != "must")
        if roles is not None:
            self.roles = True
            return roles
        refuse_inversion(segment)
        segment = fused(with_implied(with_antecedent(segment, self.antecedent), self.antecedent))
        self._remember(segment)
        if not any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in segment):
            return self._follow_up(segment, mode)
        self.scope.init_only |= _says_init(segment)
        if mode != "must":
            return self._searched(predicates(segment))
        together = forbidden_together(segment)
        if together:
            return self._searched((part, False) for part in together)
        found = meant(segment)
        if found.banned:
            return self._searched((part, False) for part in found.conditions)
        conditions = [self._failing(part) for part in found.conditions]
        requirement = self._joined(found.rest, search=False)
        return requirement if requirement is None else any_of([*conditions, requirement])

    def _searched(self, described: Iterable[tuple[list[Item], bool]]) -> Requirement | None:
        """What must hold so that an object is not found: it lacks one of the things that describe an offender."""
        requirement: Requirement | None = None
        for stretch, by_or in described:
            made = self._joined(stretch, search=True)
            if made is None and lacks(stretch):
                raise NotUnderstood(" ".join(item.text for item in stretch))
            if made is None or requirement is None:
                requirement = made or requirement
            else:
                requirement = all_of([requirement, made]) if by_or else any_of([requirement, made])
        return requirement

    def _failing(self, stretch: list[Item]) -> Requirement:
        """What holds where a condition does not."""
        before = self.term
        failing: Requirement | None = None
        for part, by_or in clauses(stretch):
            clause = self._clause(part)
            if clause is None:
                raise NotUnderstood(" ".join(item.text for item in stretch))
            made = clause.fails()
            join = all_of if by_or else any_of
            failing = made if failing is None else join([failing, made])
        self.term = before
        if failing is None:
            raise NotUnderstood(" ".join(item.text for item in stretch))
        return failing

    def _joined(self, segment: list[Item], *, search: bool) -> Requirement | None:
        """The clauses of one stretch together."""
        requirement: Requirement | None = None
        for stretch, by_or in clauses(segment):
            if any(item.is_one("instead") for item in stretch) and requirement is not None:
                continue  # "they should be mounted instead": what to do, no further rule
            clause = self._clause(stretch)
            if clause is None:
                refuse_empty(stretch, search=search)
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
        return requirement

    def _clause(self, stretch: Sequence[Item]) -> Clause | None:
        related = any(
            item.sort is Sort.CONCEPT and item.data.fact.startswith(("hpa.", "has.", "selects.", "missing.", "pdb."))
            for item in stretch
        )
        stranger = next((i for i in stretch if i.sort is Sort.KIND and not related and self._strange(i)), None)
        if stranger is not None:  # "pods that mount secrets": a thing that nothing in the rule accounts for
            raise NotUnderstood(stranger.text)
        refuse_described(stretch)
        telling = {Sort.CONCEPT, Sort.RESOURCE, Sort.NUMBER, Sort.VALUE}
        if not any(item.sort in telling for item in stretch) and not goes_on(stretch, self.term):
            self._unknown_in(stretch)
            return None
        clause = read_clause(stretch, self.term)
        self.deferred |= clause.deferred
        if not clause.terms:
            return None
        self.term = clause.terms[-1]
        self.facts.extend(clause.terms)
        return clause

    def _strange(self, item: Item) -> bool:
        return bool(self.kinds) and item.data not in (*self.kinds, "Namespace", "Node", "Pod")

    def _follow_up(self, segment: Sequence[Item], mode: str) -> Requirement | None:
        """A stretch without a fact: a comparison that goes on, or words that only point back."""
        if (
            self.term is not None
            and any(item.sort is Sort.NUMBER for item in segment)
            and any(item.sort is Sort.COMPARE for item in segment)
        ):
            clause = self._clause(segment)
            return clause.required(mode != "must") if clause else None
        if mode == "must" and any(is_strong(segment, i) for i in range(len(segment))):
            self._unknown_in(segment)
        return None

    def _unknown_in(self, stretch: Sequence[Item]) -> None:
        if any(item.sort is Sort.POINTER for item in stretch):
            return
        unknown = [item.text for item in stretch if item.sort is Sort.UNKNOWN]
        if unknown:
            raise NotUnderstood(" ".join(unknown))

    # --- scope ----------------------------------------------------------------------------------------------------

    def _take_scope(self, sentence: list[Item]) -> list[Item]:
        refuse_place_only(sentence)
        sentence = take_others(sentence, self.scope)
        start = next((i for i, item in enumerate(sentence) if item.sort is Sort.EXCEPT), None)
        if start is not None:
            end = next(
                (
                    i
                    for i in range(start + 1, len(sentence))
                    if is_strong(sentence, i)
                    or (sentence[start - 1].sort is Sort.KIND and sentence[i].is_one("may", "can"))
                    or sentence[i].text in {")", ";"}
                    or (sentence[i].low in OPENERS and sentence[i].sort is Sort.WORD)
                    or (
                        sentence[0].is_one("in", "across", "within", "for")
                        and sentence[i].sort is Sort.COMMA
                        and i + 1 < len(sentence)
                        and sentence[i + 1].sort not in {Sort.UNKNOWN, Sort.VALUE, Sort.AND}
                    )
                    or (start == 0 and sentence[i - 1].sort is Sort.COMMA and sentence[i].low in _QUANTIFIERS)
                ),
                len(sentence),
            )
            main = next(
                (i for i in sentence[:start] if i.sort is Sort.CONCEPT and i.data.fact not in {"image", "image.full"}),
                None,
            )
            about = [item for item in sentence[:start] if item.sort is Sort.KIND or item.is_one("container")]
            containers = bool(about) and about[-1].is_one("container")
            led = sentence[max(0, start - 1) : start + 1]
            handled = self._exception(sentence[start + 1 : end], led, main, containers=containers)
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
                further = any(each.sort in {Sort.CONCEPT, Sort.RESOURCE} or each.low in _TAGGED for each in rest)
                modal_before = any(is_strong(sentence, place) for place in range(index))
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

    def _exception(self, stretch: list[Item], led: Sequence[Item], main: Item | None, *, containers: bool) -> bool:
        """Take an exception into the scope; False when it speaks of values ("any registry except …")."""
        word = led[-1]
        stretch = fused(stretch)
        namespaces, rest = take_namespaces(stretch)
        values = [
            item
            for index, item in enumerate(rest)
            if (item.sort in {Sort.VALUE, Sort.UNKNOWN} or (item.is_one("default") and _in_list(rest, index)))
            and item.low not in _SIDECARS
        ]
        lows = {item.low for item in rest}
        names = [item.text for item in values]
        concepts = [item for item in rest if item.sort in {Sort.CONCEPT, Sort.RESOURCE}]
        pairs = [name.replace("==", "=").partition("=") for name in names if "=" in name]
        exempt = [item.data for item in rest if item.sort is Sort.KIND and item.data != "Namespace"]
        joins = {Sort.KIND, Sort.AND, Sort.OR, Sort.COMMA, Sort.MARK}
        if exempt and all(item.sort in joins or item.low in {"all", "the", "any", "those"} for item in rest):
            if self.kinds and not set(exempt) & {*self.kinds, *POD_KINDS}:  # "apart from gateway": who is that?
                raise NotUnderstood(" ".join(item.text for item in stretch))
            self.others |= not [kind for kind in self.kinds if kind not in exempt]
            said = [kind for kind in self.kinds if kind not in exempt] or POD_KINDS
            self.kinds = tuple(kind for kind in said if kind not in exempt)
        elif namespaces:
            self.scope.except_namespaces.extend(namespaces)
        elif any(item.sort is Sort.CONCEPT and item.data.fact == "image" for item in concepts) and values:
            self.scope.except_images.extend(name.rstrip("*") for name in names)
        elif pairs and any(low.startswith("label") for low in (*lows, *(item.low for item in led))):
            tests = [Test(fact="labels", key=key, op=Op.IN, values=(value,)) for key, _, value in pairs]
            self.excuses.append(all_of(tests))
        elif values and (lows & _SIDECARS or led[0].low in _SIDECARS):
            refuse_formed(rest)
            self.scope.except_containers.extend(names)
        elif concepts:
            clause = self._clause(stretch)
            if clause is None:
                raise NotUnderstood(" ".join(item.text for item in stretch))
            self.excuses.append(clause.holds())
        elif values and containers and any(item.is_one("those", "one") for item in rest):
            self.scope.except_containers.extend(names)
        elif values and not says_names(rest):
            raise NotUnderstood(" ".join(item.text for item in stretch))
        elif values and any(item.sort is Sort.KIND or item.is_one("workload", "named", "called") for item in rest):
            self.scope.except_names.extend(names)
        elif values and main is not None and all(name.startswith("/") for name in names):
            return False  # paths are values of the fact itself
        elif values and main is not None and all("/" in name for name in names):
            self.scope.except_images.extend(name.rstrip("*") for name in names)
        elif values and led[0].sort is Sort.KIND and led[0] is not word:  # "no ClusterRole besides cluster-admin"
            spaces = led[0].data == "Namespace"
            (self.scope.except_namespaces if spaces else self.scope.except_names).extend(names)
        elif word.is_one("unless") or any(item.is_one("one", "those", "thing") for item in rest):
            raise NotUnderstood(" ".join([word.text, *(item.text for item in stretch)]))
        elif values and any(item.sort is Sort.UNKNOWN for item in values) and word.low != "besides":
            spaces = any(name.startswith("kube-") or name == "default" for name in names)
            (self.scope.except_namespaces if spaces else self.scope.except_names).extend(names)
        elif values:
            return False
        else:
            raise NotUnderstood(" ".join([word.text, *(item.text for item in stretch)]))
        return True


_TAGGED = spoken("labelled labeled annotated")
_SIDECARS = spoken("container sidecar")
_QUANTIFIERS = spoken("no every each all any none")


def _says_init(segment: Sequence[Item]) -> bool:
    """Whether a stretch speaks of init containers, and of no others."""
    initial = [index for index, item in enumerate(segment) if item.low == "init" and item.sort is Sort.WORD]
    others = [
        index
        for index, item in enumerate(segment)
        if item.is_one("container") and not (index and segment[index - 1].low == "init")
    ]
    counted = any(item.sort is Sort.CONCEPT and item.data.fact.startswith("init.") for item in segment)
    counted |= any(item.is_one("included", "including", "too", "also", "well") for item in segment)
    return bool(initial) and not others and not counted


def _in_list(items: Sequence[Item], index: int) -> bool:
    """Whether a word stands in a list of names ("kube-system and default")."""
    joins = {Sort.AND, Sort.OR, Sort.COMMA}
    return any(0 <= place < len(items) and items[place].sort in joins for place in (index - 1, index + 1))

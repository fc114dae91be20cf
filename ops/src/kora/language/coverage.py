"""The one check of coverage: every word of a changing clause has been explained, or nothing is changed.

Frames claim what they understand; what is left becomes a target. A target may only be made of words that can name
something: a word that says how many, when, how, which of them or what not is no name, and would change the meaning.
`grammar` asks here for every changing step. Statements beside a change are held to it too: one that restricts or
obliges is no background.
"""

import re

from kora.language.clauses import Clause
from kora.language.intents import Target
from kora.language.lexer import Kind
from kora.language.rules.words import spoken
from kora.language.vocabulary import CHANGE_VERBS, FORMS, JOINERS, NUMBER_WORDS, PREPOSITIONS, STATES, is_known

_CLOSED = spoken(
    """
    about above across after against all along alongside although among amongst an and any anybody anyone anything anyway
    around as because been before behind being below beneath beside besides between beyond both but by can cannot
    could despite did do does down due during each either else even ever every everybody everyone everything except
    few fewer for from had half has have he hence her here him his how however i if in inside instead into is it its
    just least less like many may maybe me might mine more moreover most much must near neither never no nobody none nor
    not nothing of off often on once one ones only onto or other others otherwise ought our out outside over own past per
    perhaps plus quite rather same shall she should since so some somebody someone something sometimes somewhere still
    such than that the their them then there therefore these they this those though through throughout thus till to
    together too toward towards under unless unlike unlikely until up upon us versus very via was we were what whatever
    when whenever where whereas wherever whether which while who whole whom whose why will with within without would yes yet
    you your almost already always again later soon tonight today tomorrow yesterday now afterwards meanwhile currently
    old new bad big small stale unused broken enough several various rest remainder remaining further another extra additional twice double triple third last final
    latest newest oldest older newer younger next previous random possible appropriate required necessary suitable
    correct proper certain specific particular hard soft slow fast quick forced
    """
)
"""Words that name nothing by themselves: how many, which, when, how, where to."""
_PROPERTIES = spoken(
    """
    replica replicas image images limit limits request requests cpu memory probe probes label labels annotation annotations
    variable variables env port ports selector selectors revision rollout strategy schedule tag tags version usage
    capacity size percent percentage threshold minimum maximum min max copies copy instances number amount count value
    values restart delete scale remove logs events files traffic requests
    """
)
"""What a change is about: in a description of its target, something of the change was not read."""
_NAMED_SO = spoken(
    "daily nightly weekly monthly hourly early reply supply assembly anomaly family italy fly july ally rely"
)
_NOUNS = spoken(
    """
    test search report monitor view build review audit trace watch deploy image log list check query export patch tag
    label event health job node worker gateway machine service pod config secret ingress volume claim role account batch
    app application component web grant start run study image name output design draft
    """
)
"""Words of the grammar that names are made of as well."""
_PARTIAL = re.compile(
    r" (?P<said>(?:some|several|most|many|few|half|part|one|any|each other|a couple|a few|the rest|<n\d+>|a third)(?: (?:more|random))? of"
    r"|some|several|most|a few|(?:the )?(?:first|second|third|fourth|fifth|last|next|previous|other|oldest|newest|latest|youngest"
    r"|largest|biggest|smallest)(?: <n\d+>| one)?) (?=(?P<next>\S+) )"
)
_ORDERING = frozenset({"first", "second", "third", "last", "next"})
_RESTRICTS = re.compile(
    r" (?:only|except|excluding|apart from|other than|at a time|one by one|must|should|shall|have to|has to|needs? to|ought to|"
    r"may not|mustn't|shouldn't|unless) |^ (?:(?:and|but|,) )*(?:not|never|just|without|at most|at least|no more than|no|but) "
)


def unexplained(target: Target) -> tuple[str, ...]:
    """The words of a target's name or description that can be no part of one: something in them was not understood."""
    phrase = [] if target.phrase is None else target.phrase.lower().split()
    strange = [word for word in phrase if not _may_name(word, alone=len(phrase) == 1)]
    if len(phrase) > 4:
        strange = strange or phrase
    strange += [name for name in target.names if not re.fullmatch(r"(?=.*[A-Za-z])[\w.:-]*", name)]
    strange += [name for name in (*phrase, *target.names) if "_" in name]  # what a variable is called, and no object
    strange += [name for name in target.names if name.lower() in _CLOSED - {"all", "last", "third", "latest", "final"}]
    return tuple(strange)


def _may_name(word: str, *, alone: bool) -> bool:
    """Whether a word of a description may be part of a name; alone, a word of the grammar may be a name too."""
    if word in _CLOSED or not re.search(r"[a-z]", word):
        return False
    if word in _NAMED_SO and not alone:
        return True  # "the nightly report"
    if word.endswith("ly") and len(word) > 4 and word not in _NAMED_SO:
        return False
    if alone:
        return word not in PREPOSITIONS | JOINERS and (word not in _PROPERTIES or word in _NOUNS)
    if word in _NOUNS:
        return True
    if word in _PROPERTIES or word in STATES or word in NUMBER_WORDS:
        return False
    if word in FORMS and FORMS[word] in CHANGE_VERBS and word not in CHANGE_VERBS:
        return False
    return not is_known(word)


def partial(clause: Clause) -> str | None:
    """Words that choose some of several objects without saying which ("some of the pods", "the second one"), where no
    reader has claimed them. "Second" and the like at an end only say the order of steps."""
    for match in _PARTIAL.finditer(clause.line):
        said = match["said"].split()
        indices = clause.indices(match.start("said"), match.end("said"))
        ends = indices[-1] + 1 >= len(clause.tokens) or match["next"] in {"_", ",", ".", "and"}
        if said[-1] in _ORDERING and ends:
            continue
        if any(clause.tokens[at].kind is Kind.QUOTED for at in indices):
            continue
        return clause.text_of(indices)
    return None


def flags(clause: Clause) -> str | None:
    """A command's flag that no reader has claimed ("--force"): it would change how the command works."""
    match = re.search(r" (?:- )+(?:[a-z][\w-]*|<[aqn]\d+>) ", clause.line)
    if match is None:
        return None
    indices = clause.indices(match.start(), match.end())
    dash = clause.tokens[indices[0]]
    joined = any(token.start == dash.end for token in clause.tokens)  # "web - the shop" is no flag
    return clause.text_of(indices).replace("- ", "-") if joined else None


def restricts(clause: Clause) -> bool:
    """Whether a statement limits or obliges something, so that it is more than background of an order."""
    return _RESTRICTS.search(clause.fresh().line) is not None

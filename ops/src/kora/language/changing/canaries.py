"""A canary that is described in several sentences ("We want to try 1.29 … as a canary (as web-2) … about 10% of traffic …
the current deployment is named web-1"). Part of `grammar`, tried where the order by itself left a question.

Coverage: prose may stand around it, but every value (number, share, image, quoted or hyphenated name) must have found its
place, and nothing may be conditional, else it is not read here.
"""

import re

from kora.language.changing.frames import leading
from kora.language.clauses import Clause
from kora.language.intents import Canary, Request, Target
from kora.language.kinds import PHRASES
from kora.language.lexer import Kind, tokens
from kora.language.targets import Kinds, take_namespace
from kora.language.vocabulary import CONDITIONAL, SCHEDULED

_CALLED = r"(?:as|called|named|under the name(?: of)?|with the name(?: of)?)"
_NAME = (
    rf"canary(?: (?:deployment|release|rollout|version|instance))? ?(?:\(|,)? ?{_CALLED} {{name:name}} ?\)?",
    rf"{_CALLED} {{name:name}} (?:as|for) (?:a |the )?canary",
)
_TAG = (
    r"(?:image )?tag(?: is| of| :)? {value:tag}",
    r"{name:repo} (?:image )?tag {value:tag}",
    r"(?:new |image )?version (?:is )?{value:tag}",
)
_IMAGE = r"(?:image )?{i:image}"
_SHARE = (
    r"{p:percent}(?: of)?(?: the| all| our)?(?: live| production| user)?(?: traffic| requests| load| users)?",
    r"(?P<tenth>(?:a|one) (?:tenth|fifth|quarter|third))(?: of)?(?: the| all| our)?(?: live| production)?(?: traffic| requests| load| users)?",
)
_FRACTIONS = {"tenth": 10, "fifth": 20, "quarter": 25, "third": 33}
_WHAT = r"(?:deployment|release|version|one|workload|app)"
_STABLE = (
    rf"(?:current|stable|existing|running|live|old|present)(?: \w+)? {_WHAT} (?:is )?(?:named|called)? ?{{name:target}}",
    rf"(?:current|stable|existing|running|live|old|present)(?: \w+)? {_WHAT} is {{name:target}}",
    rf"(?:beside|alongside|next to|of|for)(?: the| our)?(?: current| stable| existing)?(?: {_WHAT})?(?: called| named)? {{name:target}}(?= |$)",
)
_UNTOUCHED = frozenset({"without", "stay", "stays", "disturbing", "touching", "affecting", "as", "it", "is", "must"})
_VALUES = frozenset({Kind.NUMBER, Kind.QUANTITY, Kind.PERCENT, Kind.FACTOR, Kind.IMAGE, Kind.ASSIGNMENT, Kind.QUOTED})
_NEGATIVE = frozenset({"not", "don't", "never", "no", "except", "but", "only"})


def read_canary(text: str, kinds: Kinds, found: Request) -> Request | None:
    """The one canary that a description asks for; None when it is none, or says more.

    found: what the reading of each clause by itself made of it.
    """
    orders = {step.intent for step in found.steps if step.intent != "inspect"}
    doubtful = found.unclear or "audit" in orders  # "the stable one must stay as it is" sounds like a rule
    if not doubtful or orders - {"canary", "switch_traffic", "audit"} or not re.search(r"\bcanary\b", text, re.I):
        return None
    clause = Clause(tokens(text))
    if set(clause.words) & (CONDITIONAL | SCHEDULED | _NEGATIVE):
        return None
    namespace, _ = take_namespace(clause, kinds)
    named = clause.take(*_NAME)
    image = clause.take(_IMAGE)
    tag = None if image else clause.take(*_TAG)
    share = clause.take(*_SHARE)
    stable = clause.take(*_STABLE)
    if stable is None or (image is None and tag is None) or _left_over(clause):
        return None
    name = stable.text("target") or ""
    if not _is_name(name, kinds) or (named is not None and not _is_name(named.text("name") or "", kinds)):
        return None
    step = Canary(
        target=Target(kind="Deployment", names=(name,), namespace=namespace),
        name=named.text("name") if named else None,
        image=image.text("image") if image else None,
        tag=tag.text("tag") if tag else None,
        percent=_percent(share.text("percent"), share.said("tenth")) if share else None,
    )
    return Request(steps=(step,))


def _percent(number: str | None, fraction: str | None) -> int:
    return round(leading(number)) if number else _FRACTIONS[(fraction or "").split()[-1]]


def _is_name(said: str, kinds: Kinds) -> bool:
    """Whether a word is a name of its own and no common noun ("the stable deployment without …")."""
    return bool(re.search(r"[-\d]", said)) or (
        (said.lower(),) not in kinds and (said.lower(),) not in PHRASES and len(said) > 3
    )


def _left_over(clause: Clause) -> bool:
    """Whether a value or a name of its own found no place."""
    for at in clause.left():
        token = clause.tokens[at]
        if token.kind in _VALUES or (
            token.kind is Kind.WORD and re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)*-?\d[\w-]*", token.text)
        ):
            return True
    return False

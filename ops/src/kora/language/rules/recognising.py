"""Whether a text states a rule at all, rather than asking or changing something: `language.grammar` asks first.

What the rule is, `reading` says.
"""

from itertools import pairwise

from kora.language.lexer import tokens
from kora.language.rules.background import opens_search
from kora.language.rules.cutting import OPENERS, is_strong
from kora.language.rules.items import Sort
from kora.language.rules.scan import items, mentioned_kinds
from kora.language.rules.words import spoken

MAX_LENGTH = 8000
"""Longer texts are no rule; reading stays fast."""


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
    described = any(item.low in _DESCRIBING or item.sort in {Sort.NEGATION, Sort.COMPARE} for item in scanned)
    if not has_fact or scanned[0].low in _CHANGES:
        return False
    told = any(item.is_one("forbidden", "prohibited", "banned", "disallowed", "flagged") for item in scanned)
    rare = any(item.sort is Sort.CONCEPT and item.data.fact not in _ASKED for item in scanned)
    rare |= described and any(item.sort is Sort.RESOURCE for item in scanned)
    fragment = len(scanned) > 1 and scanned[0].sort is Sort.KIND and scanned[1].low in _DESCRIBING
    if told or (rare and (fragment or scanned[0].low in _SEEKING)):
        return True
    states = any(is_strong(scanned, index) or item.is_one("only") for index, item in enumerate(scanned))
    states |= any(
        each.is_one("may", "can") and after.sort is Sort.NEGATION for each, after in pairwise(scanned)
    )  # "containers may not have …"
    searches = scanned[0].low in OPENERS | {"are", "do", "any"} or any(
        item.is_one("which", "identify", "find") or (item.low in OPENERS and opens_search(scanned, index))
        for index, item in enumerate(scanned)
    )
    negated = any(item.sort is Sort.NEGATION for item in scanned)
    general = any(
        item.sort is Sort.KIND or item.low in {"every", "all", "container", "image", "must"} for item in scanned
    )
    if not rare and not negated and not general:
        return False  # "payments needs 4 instances" asks for a change
    nobody = any(
        item.is_one("no", "nobody", "nothing") and any(each.is_one("may", "can") for each in scanned[index : index + 8])
        for index, item in enumerate(scanned)
    )
    opens = (
        nobody
        or scanned[0].low in {"no", "every", "all", "each", "never", "anything", "anybody", "anyone"}
        or scanned[0].sort is Sort.NEGATION
    )
    return states or opens or (searches and negated)


_SEEKING = spoken("find identify which do are list any flag detect spot locate alert")


_DESCRIBING = spoken("without lacking lack missing with that whose using running on having which use")


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

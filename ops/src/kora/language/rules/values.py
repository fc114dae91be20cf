"""The small words around the values of a clause: what introduces a value, what may be a key, what neither can be.

Data only, read by `language.rules.terms`.
"""

import re
from collections.abc import Callable

from kora.language.rules import words
from kora.language.rules.items import Sort
from kora.language.rules.words import spoken

ENVIRONMENTS, PLACES = spoken(words.ENVIRONMENTS), spoken(words.PLACES)
VALUE_MARKS = spoken("value values set equal equals valued")
SHAPES = {
    **dict.fromkeys(("start", "starting", "begin", "beginning", "prefix", "prefixed"), "prefix"),
    **dict.fromkeys(("end", "ending", "suffix", "suffixed"), "suffix"),
    **dict.fromkeys(("contain", "containing", "include", "including"), "part"),
    **dict.fromkeys(("regex", "pattern", "regular", "expression", "regexp"), "regex"),
}
PATTERNS: dict[str, Callable[[str], str]] = {
    "prefix": lambda value: f"{re.escape(value)}.*",
    "suffix": lambda value: f".*{re.escape(value)}",
    "part": lambda value: f".*{re.escape(value)}.*",
    "regex": lambda value: value,
}
ADJECTIVE = re.compile(r"^[a-z]{2,}(?:ed|ous|ive|able|ible|ful|less|ary|ial|nal|ual)$")
WHERE = spoken("within over under above below beyond")
JUDGED = spoken(
    "insecure dangerous unsafe risky sensitive harmful excessive undesirable unwanted mutable floating moving"
)
ALIKE = spoken(
    "match matches matching equal equals identical same correspond corresponds mirror mirrors differ differs"
)
FORMS = spoken(
    """
    lower upper lowercase uppercase camel kebab snake alphanumeric numeric valid short long unique-looking sensible
    meaningful correct plausible semantic
    """
)
"""Words for the form of a value, which name none."""
RELATING = ALIKE | {"different"}
"""Words that compare one fact with another."""
REFERS = spoken(
    """
    those that the these their such its this
    """
)

LISTED = {Sort.UNKNOWN, Sort.VALUE, Sort.AND, Sort.OR, Sort.COMMA, Sort.WORD}
NO_KEYS = spoken(
    """
    a an the this that these those any all every each no some both either of to for from in on at by with within
    is are be been has have had having do does did must should shall need may can set use using required require
    following missing it they them there which who where when if so than then also too only same kind object
    recommended special particular common custom explicit single dedicated meaningful value key named called defined specified present present. other others least its their our valid certain
    proper new one two always not without and or as define specify include includes carry contain get own custom
    label labeled labelled such like start starting begin with container pod namespace deployment workload
    everywhere anywhere kubernetes kubernete k8s common obligatory compulsory resource service ensure make sure check list needs ought current existing standard mandatory allowed
    whose consist consists consisting word if when whenever where provided once unless until while assigned added given match matches matching matched value address form format
    """
)
NAMING = spoken(
    """
    named called like key keys : from of to be is are set with start starting begin by either a an the value one
    equal using use at in must should has have shall needs need may only
    """
)
OPEN_WORDS = frozenset({"image.explicit_tag", "image.tag"})

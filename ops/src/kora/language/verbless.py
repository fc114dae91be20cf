"""Orders whose verb is no imperative: "worker down to 2 please", "web must go to 1.28", "its autoscaler may go up to 12".

`sentences` asks here when a clause opens with no verb of the grammar. Each form says which verb stands for it and which
words of it are understood thereby; what it is about and how much is for the frames to read. A form always has a value at
its end: without one it is no order.
"""

import re
from dataclasses import dataclass

from kora.language.clauses import Clause
from kora.language.vocabulary import REPLICAS

_SUBJECT = r"(?:(?:the|our|my) )?(?:[\w.-]+ |<[rq]\d+> ){1,6}?"
_END = r"(?= (?:please|now|pls|thanks|then|again|instead|,|\.|!| )*$|$)"
_VERSION = r"(?:version |tag |release )?(?:<i\d+>|v?\d[\w.-]*|<n\d+>)"


@dataclass(frozen=True)
class _Form:
    pattern: re.Pattern[str]
    verb: str
    said_as: str = ""
    """What takes the place of the claimed words' last one, if anything."""


_FORMS = (
    _Form(
        re.compile(
            rf"^ {_SUBJECT}(?P<mark>(?:should|must|shall|has to|needs to) (?:also |additionally |now )?(?:answer|serve|respond|listen|be reachable|"
            rf"be available|be served)(?: to| on| at| under| for)?) (?=(?:the )?(?:host |domain )?<h\d+>)"
        ),
        "add",
    ),
    _Form(
        re.compile(
            rf"^ (?:{_SUBJECT}|<[hi]\d+> (?:<s\d+> )?)(?P<mark>(?:should|must|shall|has to|needs to|ought to) (?:now |also )?(?:forward|go|lead|point|route|"
            rf"be routed|come|allow|permit)) (?=.*(?:<[nusr]\d+>|services?|config ?map|secret))"
        ),
        "set",
    ),
    _Form(re.compile(rf"^ (?P<mark>schedule) (?={_SUBJECT}(?:only )?(?:on|onto|to) (?:the )?nodes )"), "set"),
    _Form(
        re.compile(
            rf"^ {_SUBJECT}(?P<mark>needs?|requires?|wants?) (?=[a-z0-9_]+ (?:and [a-z0-9_]+ )?from (?:the )?(?:secret|config ?map|cm) )"
        ),
        "inject",
    ),
    _Form(
        re.compile(
            r"^ (?:the )?(?:cron ?jobs? [a-z0-9][\w.-]*|[a-z0-9][\w.-]* cron ?job) (?P<mark>:) "
            r"(?=(?:run )?(?:every|each|daily|hourly|weekly|nightly|monthly|at) )"
        ),
        "set",
    ),
    _Form(
        re.compile(
            rf"^ (?:{_SUBJECT}(?:autoscaler|hpa)|(?:the )?(?:autoscaler|hpa) (?:of |for )?{_SUBJECT[:-1]}) (?P<mark>:) (?=(?:min|max|minimum|maximum) <n\d+>)"
        ),
        "autoscale",
    ),
    _Form(re.compile(rf"^ (?P<mark>(?:an? )?(?=canary (?:of|for) {_SUBJECT}(?:with|using|running|at) ))"), "create"),
    _Form(re.compile(rf"^ (?P<mark>(?:the )?(?=image (?:of|for) {_SUBJECT}(?:to|=) {_VERSION}{_END}))"), "set"),
    _Form(
        re.compile(
            rf"^ (?P<mark>(?:the )?)(?!.* (?:with|than|over|above|below|under|using|uses?|where|whose|more|less|all|any|every|which|that|is|are|was|has|"
            rf"have|show|list|[a-z]+s) ){_SUBJECT}(?:(?:cpu|memory) (?:limit|request)|(?:limit|request) (?:cpu|memory)) <u\d+>"
            rf"(?: (?:, |and |, and )(?:(?:cpu|memory) )?(?:limit|request)(?: (?:cpu|memory))? <u\d+>)*{_END}"
        ),
        "set",
    ),
    _Form(
        re.compile(
            rf"^ {_SUBJECT}(?P<mark>(?:should|must|shall|has to|needs to) (?:read|get|take|load|receive|have|use))"
            r" (?=.* (?:config ?maps?|cm|secret|<r\d+>) )(?!.* (?:mount|volume|label|annotation|as a file|service account))"
        ),
        "inject",
    ),
    _Form(
        re.compile(
            rf"^ {_SUBJECT}(?P<mark>(?:back )?to) (?=(?:the |its )?(?:revision <n\d+>|(?:previous|last|prior) (?:version|revision|release)){_END})"
        ),
        "rollback",
        "to",
    ),
    _Form(
        re.compile(
            rf"^ (?={_SUBJECT})(?=.* (?:autoscaler|autoscaling|hpa) ).*? (?P<mark>(?:may|can|should|must|shall|is allowed to|needs to|has to)"
            rf"(?: be allowed to)? (?:only )?(?:go|scale|grow|run|rise|reach|climb|have) (?:up to|to at most|at most|no more than|to)) "
            rf"(?=<n\d+>)"
        ),
        "autoscale",
        "max",
    ),
    _Form(
        re.compile(
            rf"^ {_SUBJECT}(?P<mark>(?:back |all the way )?(?:up|down|out|back) to) (?=<n\d+>(?: {REPLICAS})?{_END})"
        ),
        "scale",
        "to",
    ),
    _Form(
        re.compile(
            rf"^ {_SUBJECT}(?P<mark>(?:must|should|shall|has to|have to|needs to|need to|can) (?:now )?(?:go|move|get|be moved|be on|run|be running|"
            rf"be bumped|be upgraded|be updated|come)(?: up| forward| back| over)? (?:to|on)) (?={_VERSION}{_END})"
        ),
        "upgrade",
        "to",
    ),
)


def verb_of(clause: Clause) -> str:
    """The verb that the clause stands for, its words claimed; empty when it is no such order."""
    for form in _FORMS:
        found = form.pattern.match(clause.line)
        if found is None:
            continue
        marks = clause.indices(*found.span("mark"))
        if form.said_as:
            clause.words[marks[-1]] = form.said_as
            clause.claim(marks[:-1])
        else:
            clause.claim(marks)
        return form.verb
    return ""

"""A person who corrects a value in the same breath: "scale web to 3, no, 4", "to 3 … sorry, make that 4", "I mean 4".

The corrected value takes the place of the one before it, of the same kind, where there is only one that it can stand
for; any other correction is left in the text, where nobody understands it, so that nothing is done. Part of `sentences`.
"""

import re

from kora.language.clauses import CODES, Clause

_STRONG = r"(?:no|nope|sorry|oops|ups|wait|correction|rather|actually|i mean|i meant|scratch that|hold on|make that|make it|better)"
_WEAK = r"(?:,|\.|;|:|-|–|—|!|\.\.\.|…|and|but|oh|hm|hmm|ah|uh|um|er|or|well|let's say|that|it|should|shall|be|is|to|then|say|please|on second thought)"
_CORRECTION = re.compile(
    rf" (?P<mark>(?:{_WEAK} )*{_STRONG} (?:(?:{_STRONG}|{_WEAK}) )*)(?P<value><[nupif]\d+>)(?P<noun> (?:replicas?|pods?|instances?|copies|of them))?(?P<tail>(?: (?:instead|please|then))*(?: [.!])*) $"
)
_FROM = frozenset({"from", "port", "ports", "revision"})


def corrected(whole: Clause) -> Clause:
    """The prompt with a corrected value in the place of the one that it corrects."""
    found = _CORRECTION.search(whole.line)
    if found is None or found.start() == 0:
        return whole
    cut = whole.indices(found.start("mark"), found.end())
    value = whole.indices(*found.span("value"))[0]
    code = CODES[whole.tokens[value].kind]
    before = [
        at
        for at in range(cut[0])
        if CODES.get(whole.tokens[at].kind) == code and (at == 0 or whole.words[at - 1] not in _FROM)
    ]
    if len(before) != 1:
        return whole  # which of several is corrected is not said
    tokens, words = whole.tokens[: cut[0]], whole.words[: cut[0]]
    tokens[before[0]], words[before[0]] = whole.tokens[value], whole.words[value]
    return Clause(tokens, words)

"""Frames that ask how one named thing stands to others: what it needs, what guards it, how it is spread, what leads to it.

Part of `language.asking.reading`. A frame is a verb with its arguments: it claims its own words and leaves the object's,
so that "is redis protected by a network policy" asks for the policies *of redis*, and not for a policy called redis.
"""

from kora.language.clauses import Clause
from kora.language.targets import Kinds
from kora.language.vocabulary import ARTICLES, PRONOUNS

_X = r"(?P<x>(?:[\w.'/-]+ |<[qhr]\d+> ){1,6}?)"
_LAST = r"(?P<x>(?:[\w.'/-]+|<[qhr]\d+>)(?: (?:[\w.'/-]+|<[qhr]\d+>)){0,5}?)"
"""The object's words in the middle of a clause, and at its end."""
_THE_KIND = r"(?:a |an |any |some |the |at least one |its own )*"
_GUARDS: dict[str, str] = {
    "policies": r"(?:network ?polic(?:y|ies)|netpols?)",
    "budget": r"(?:pdbs?|(?:pod )?disruption budgets?)",
    "autoscaler": r"(?:hpas?|(?:horizontal pod )?autoscalers?)",
    "services": r"(?:services?|svc)",
    "ingresses": r"(?:ingress(?:es)?|ingress rules?|routes?)",
}
"""What may stand beside a workload, by the property that lists it."""
_GUARDED = (
    r"(?:protected|covered|guarded|selected|restricted|isolated|shielded|firewalled|governed|affected|limited|locked down|"
    r"scaled|autoscaled|fronted|exposed|served|backed|targeted|matched|secured|routed|published)"
)
_AT_END = r"(?= (?:\? |at all |anyway |now |right now |today |exactly |here |in production |_ )*$)"
_WHAT = r"(?:what|who|whom|where|which (?:other )?(?:\w+ ){0,2}?(?:services?|things|apps?|workloads?|databases?|back ?ends?|components?|objects|resources|systems))(?: else| all)?"
_DOES = r"(?:does|do|did|is|are|will|would|must|can)"
_SPEAKS = r"(?:talks?|talking|speaks?|speaking|connects?|connecting|calls?|calling|communicates?|communicating)(?: out)?(?: to| with| into)?"
_NEEDS = r"(?:depends?|depending|rel(?:y|ies)|relying|needs?|requires?|uses?|using|references?|consumes?)(?: on| upon)?"
_FRAMES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("talks_to",), rf"{_WHAT} {_DOES} {_X}{_SPEAKS}{_AT_END}"),
    (("talks_to", "needs"), rf"{_WHAT} {_DOES} {_X}{_NEEDS}{_AT_END}"),
    (("talks_to", "needs"), rf"(?:what (?:are|is) )?(?:the |all |all the )?(?:dependenc(?:y|ies)|upstreams?) of {_LAST}{_AT_END}"),
    (("spread",), rf"(?:is|are|how (?:is|are|well (?:is|are))|check whether|whether) {_X}(?:\w+ly )?(?:spread|distributed|scattered|balanced|placed evenly|colocated|co-located)(?: out)?(?: (?:over|across|among|between|on) (?:the |all |our |several |different |multiple |more than one )*(?:nodes?|machines?|workers?|hosts?|zones?))?{_AT_END}"),
    (("spread",), rf"(?:do|does|are|is) (?:all |both )?{_X}(?:all )?(?:run |running |sit |sitting |live |land |end up |placed |scheduled )?on (?:the same|one|a single|just one|only one) (?:node|machine|worker|host){_AT_END}"),
    (("policies",), rf"(?:is|are) (?:the |all |any )?(?:egress|ingress|incoming|outgoing|inbound|outbound|network)(?: traffic| connections)? (?:from|to|of|into|out of|for) {_X}(?:restricted|limited|blocked|allowed|open|filtered|controlled|locked down)(?: by \\w+)?{_AT_END}"),
    (("ingresses",), rf"(?:which|what|show me the|list the|any) (?:ingress(?:es)?|ingress rules?|routes?) (?:that )?(?:leads?|points?|routes?|sends?|goes?|go|forwards?|serves?|exposes?|fronts?|is in front|are in front|is for|are for)(?: traffic| requests)?(?: to| at| of)? (?!<h){_LAST}{_AT_END}"),
    *(
        ((name,), rf"(?:is|are|isn't|aren't) {_X}(?:\w+ly )?{_GUARDED}(?: at all)? (?:by|through|via|with|behind) {_THE_KIND}{noun}{_AT_END}")
        for name, noun in _GUARDS.items()
    ),
    *(
        ((name,), rf"(?:is|are) (?:there )?{_THE_KIND}{noun} (?:that )?(?:protecting|covering|guarding|selecting|restricting|applying to|applied to|in front of|pointing (?:to|at)|for|on|around) {_LAST}{_AT_END}")
        for name, noun in _GUARDS.items()
        if name in {"policies", "budget"}
    ),
)  # fmt: skip


def take_relation(clause: Clause, kinds: Kinds) -> tuple[str, ...]:
    """Claim the frame of a question about one named thing; the properties that it asks for, empty when there is none."""
    for properties, pattern in _FRAMES:
        found = clause.peek(pattern)
        if found is None:
            continue
        inside = clause.indices(*found._match.span("x"))
        said = [clause.words[at] for at in inside]
        if all(word in ARTICLES | PRONOUNS | _WIDE or (word,) in kinds for word in said):
            continue  # "are deployments covered by a budget" is about all of them
        clause.claim(at for at in found.indices if at not in inside)
        clause.claim(at for at in inside if clause.words[at] in _AROUND)
        return properties
    return ()


_WIDE = frozenset({"all", "every", "each", "any", "of", "in", "our", "my", "which", "there", "we", "i", "you"})
_AROUND = frozenset(
    {
        "pods",
        "replicas",
        "instances",
        "copies",
        "exactly",
        "currently",
        "actually",
        "really",
        "still",
        "not",
        "even",
        "also",
        "fully",
    }
)
"""Words around a name: "the pods of api" are asked for by what runs them."""

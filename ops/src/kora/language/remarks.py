"""What a prompt says beside its orders: how things are, what every rollout keeps anyway, checks that look back at a change.

Tables of `grammar`; pure.
"""

import re

from kora.language.asking.aspects import EVERYDAY
from kora.language.vocabulary import CREATE_VERBS, FILLERS, PREPOSITIONS, PRONOUNS, STATES

TOLD = re.compile(
    r"^ (?:the |our |my )?[\w.-]+'s (?:stuck|hung|hanging|down|broken|dead|slow|failing|crashing|unresponsive|flapping|gone|unhealthy) |"
    r"^ (?:(?:the|our|my|this|that|these|those|their|some|a|an) (?:[\w.-]+ ){1,4}?|(?:[a-z0-9][\w.-]* ){1,4}?)"
    r"(?:is|are|isn't|aren't|was|were|wasn't|weren't|has|have|hasn't|haven't|had|don't|doesn't|didn't|can't|couldn't|cannot|won't|keeps?|"
    r"gets?|got|seems?|looks?|fails?|stopped|started|crashed|crashes|complain\w*|returns?|responds?|sees?|receives?|runs?|does|did|"
    r"uses?|used|consumes?|eats?|takes|hits?|reaches|peaks?|averages?|sits?|idles?|hovers?|exceeds?|dies|died|went|shows?|reports?|hangs?|stalls?|lags?|leaks?|struggles?|misbehaves?|flaps?|throws?|freezes?|chokes?|thrashes?|"
    r"swaps?|loops?) "
)
"""A plain statement of how things are, by its subject and finite verb."""
QUALITY = FILLERS | frozenset(
    [
        "ensure",
        "make",
        "sure",
        "certain",
        "keep",
        "minimize",
        "minimise",
        "avoid",
        "guarantee",
        "that",
        "there",
        "is",
        "are",
        "be",
        "will",
        "zero",
        "0",
        "no",
        "minimal",
        "little",
        "any",
        "downtime",
        "downtimes",
        "disruption",
        "disruptions",
        "interruption",
        "interruptions",
        "outage",
        "outages",
        "service",
        "impact",
        "users",
        "traffic",
        "during",
        "rollout",
        "update",
        "change",
        "for",
        "to",
        "of",
        "or",
        "and",
        "with",
        "without",
        "at",
        "all",
        "times",
        "(",
        ")",
        ",",
        ".",
        "-",
        "available",
        "causing",
        "cause",
    ]
)
"""Words of "ensure there is zero downtime": a rolling update has that already."""
OWN_DOING = re.compile(
    r" (?:what|whatever|everything) (?:you|kora) (?:just |last )*(?:did|changed|made)| (?:your|the|my) (?:last|latest|previous|most recent) (?:plan|action|command|request|order)s? "
)
REFERS = frozenset(
    {"which", "one", "ones", "is", "are", "it", "that", "they", "who", "what", "?", "true", "right", "correct", "so", "the",
     "case", "really", "this", "them", "those", "these"}
)  # fmt: skip
"""Words of a question that only points at what was told before ("which one is it", "is that true")."""
REPORTS = re.compile(
    r"\bVIOLATING\s*:|\b(?:list|print|report|show|name|output)\b[^.?!]{0,40}\bviolat(?:ing|ors?|ions?)\b", re.I
)
ONE_TIME = frozenset({"restart", "rollback", "drain", "pause", "resume"})
"""Families of changes that happen once: no rule speaks of them alone."""
TELLS = re.compile(r" <[nuipfaq]\d+> ")
LOOKS_BACK = EVERYDAY | FILLERS | PREPOSITIONS | PRONOUNS | CREATE_VERBS | STATES.keys() | {
    "replicas", "pods", "pod", "service", "deployment", "endpoints", "registered", "rollout", "rolled", "completes",
    "complete", "completed", "succeeds", "succeeded", "successful", "successfully", "terminated", "gracefully", "traffic",
    "serving", "scaled", "change", "applied", "and", "excess", "old", "becomes", "become", "back", "finish", "finishes",
    "finished", "verify", "check", "progress", "effect", "took", "new", "until", "instances", "image", "version", "worked",
}  # fmt: skip
"""Words of a check that looks back at the change before it."""
PREVIEW = re.compile(
    r"\s*(?:(?:before (?:you|we|i) (?:do|change|apply|touch|start) (?:anything|something|it)(?: else)?|first(?: of all)?|(?:just )?"
    r"out of curiosity|just curious|hypothetically|theoretically|in theory)[ ,:]+)*"
    r"(?:please )?(?:(?:tell|show) (?:me|us) )?(?:what (?:would|will|could|might)? ?happens?|what if|what would (?:change|it do)|(?:what|how) (?:would )?\w+ing\b.*\b(?:would|will|does))\b",
    re.I,
)
"""A question about what a change would do."""
DRY = re.compile(
    r"\b(?:dry[- ]?run|without applying|don'?t apply|just (?:show|tell) me what would (?:change|happen)|what would change)\b",
    re.I,
)

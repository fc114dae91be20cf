"""The words of the grammar: verbs by what they ask for, noise that means nothing, states; and the mending of typos.

Tables only; `clauses` and the readers use them. A word that stands in no table here may be a name.
"""

from functools import cache

from kora.language.kinds import KINDS, PHRASES, WORKLOAD_WORDS
from kora.language.rules.words import spoken

# --- verbs ----------------------------------------------------------------------------------------------------------

# Every verb that may open a changing clause, by its family. Families narrow the frames that are tried (`changes`).
CHANGE_VERBS: dict[str, str] = {
    verb: family
    for family, verbs in {
        "scale": "scale rescale upscale downscale",
        "multiply": "double triple quadruple halve",
        "restart": "restart bounce recycle reboot cycle kick",
        "renew": "renew recreate respawn",
        "rollout": "rollout roll",
        "set": "set change replace exchange substitute overwrite mark reserve allocate update modify adjust edit configure make put give assign use let ensure have bring keep turn convert go cap limit rotate pin constrain enable secure",
        "trigger": "trigger execute fire",
        "up": "increase raise bump grow expand extend enlarge boost",
        "down": "decrease reduce lower cut shrink drop trim",
        "image": "upgrade downgrade redeploy ship",
        "add": "add attach append stick slap",
        "remove": "remove unset clear strip detach",
        "label": "label relabel tag",
        "annotate": "annotate",
        "env": "export inject load populate wire feed mount",
        "autoscale": "autoscale",
        "copy": "copy clone duplicate replicate",
        "revoke": "revoke withdraw",
        "rename": "rename",
        "rollback": "rollback undo revert restore return",
        "pause": "pause suspend halt freeze hold deactivate",
        "resume": "resume unpause unsuspend continue unfreeze reactivate",
        "expose": "expose publish",
        "switch": "switch route point shift redirect flip direct cutover send move swap",
        "resize": "resize",
        "delete": "delete nuke zap scrap trash discard obliterate destroy kill erase purge terminate uninstall wipe",
        "fix": "fix repair heal mend resolve solve remedy cure correct rectify",
        "stop": "stop shutdown disable",
        "patch": "patch apply",
        "drain": "drain cordon uncordon taint evict",
    }.items()
    for verb in verbs.split()
}
CREATE_VERBS = frozenset(
    [
        "create",
        "deploy",
        "launch",
        "provision",
        "generate",
        "write",
        "define",
        "build",
        "run",
        "start",
        "spin",
        "install",
        "bootstrap",
        "setup",
        "introduce",
        "grant",
        "allow",
        "permit",
        "authorize",
        "authorise",
        "bind",
        "prepare",
        "design",
        "craft",
        "produce",
        "draft",
    ]
)
READ_VERBS = frozenset(
    [
        "show",
        "list",
        "get",
        "display",
        "tell",
        "find",
        "check",
        "describe",
        "print",
        "view",
        "see",
        "look",
        "count",
        "watch",
        "inspect",
        "fetch",
        "explain",
        "analyze",
        "analyse",
        "investigate",
        "debug",
        "troubleshoot",
        "diagnose",
        "summarize",
        "summarise",
        "report",
        "review",
        "examine",
        "identify",
        "enumerate",
        "retrieve",
        "dump",
        "tail",
        "read",
        "verify",
        "monitor",
        "determine",
        "give",
        "query",
        "compare",
        "study",
        "assess",
        "figure",
        "calculate",
        "output",
        "detail",
        "search",
        "grep",
        "help",
        "confirm",
        "test",
        "audit",
        "name",
        "trace",
    ]
)
QUESTION_WORDS = frozenset(
    [
        "what",
        "what's",
        "whats",
        "which",
        "who",
        "who's",
        "whose",
        "why",
        "why's",
        "where",
        "where's",
        "when",
        "how",
        "how's",
        "is",
        "are",
        "am",
        "was",
        "were",
        "does",
        "do",
        "did",
        "has",
        "have",
        "had",
        "isn't",
        "aren't",
        "doesn't",
        "don't",
        "won't",
        "any",
        "anything",
        "can",
        "could",
        "would",
        "will",
        "should",
        "may",
        "might",
    ]
)
WAIT_VERBS = frozenset({"wait"})

# Particles that make one verb of two words: the pair on the left is said as the verb on the right.
PHRASAL: dict[tuple[str, ...], str] = {
    ("scale", "up"): "scale up",
    ("roll", "back"): "rollback",
    ("roll", "out"): "rollout",
    ("rolling", "restart"): "restart",
    ("rollout", "restart"): "restart",
    ("roll", "restart"): "restart",
    ("rollout", "undo"): "rollback",
    ("rollout", "pause"): "pause",
    ("rollout", "resume"): "resume",
    ("rollout", "status"): "check",
    ("rollout", "history"): "history",
    ("shut", "down"): "stop",
    ("turn", "off"): "stop",
    ("switch", "off"): "stop",
    ("take", "down"): "stop",
    ("bring", "down"): "stop",
    ("get", "rid", "of"): "delete",
    ("tear", "down"): "delete",
    ("clean", "up"): "delete",
    ("throw", "away"): "delete",
    ("cut", "over"): "switch",
    ("go", "back"): "rollback",
    ("set", "up"): "create",
    ("spin", "up"): "create",
    ("stand", "up"): "create",
    ("bring", "up"): "create",
    ("find", "out"): "find",
    ("look", "at"): "show",
    ("look", "into"): "diagnose",
    ("look", "up"): "show",
    ("figure", "out"): "diagnose",
    ("take", "a", "look", "at"): "show",
    ("have", "a", "look", "at"): "show",
    ("hold", "off"): "pause",
    ("sort", "out"): "fix",
    ("straighten", "out"): "fix",
    ("patch", "up"): "fix",
    ("clear", "up"): "fix",
    ("wake", "up"): "resume",
    ("switch", "on"): "resume",
    ("take", "away"): "remove",
    ("take", "off"): "remove",
    ("take", "out"): "remove",
    ("take", "back"): "rollback",
    ("wind", "down"): "stop",
    ("spin", "down"): "stop",
    ("power", "down"): "stop",
    ("bring", "offline"): "stop",
    ("take", "offline"): "stop",
    ("double", "check"): "check",
    ("go", "ahead"): "please",
    ("kick", "off"): "trigger",
    ("let", "me", "see"): "show",
    ("let", "me", "know"): "tell",
}

# Forms of verbs, so that "restarted", "scaling", "needs to be rolled back" are read as the verb.
_IRREGULAR = {
    "set": ("set", "setting", "sets"),
    "cut": ("cut", "cutting", "cuts"),
    "put": ("put", "putting", "puts"),
    "give": ("given", "gave", "giving", "gives"),
    "make": ("made", "making", "makes"),
    "grow": ("grown", "growing", "grows"),
    "shrink": ("shrunk", "shrinking", "shrinks"),
    "undo": ("undone", "undoing", "undoes"),
    "hold": ("held", "holding"),
    "freeze": ("frozen", "freezing"),
    "send": ("sent", "sending"),
    "bring": ("brought", "bringing"),
    "run": ("ran", "running", "runs"),
    "write": ("written", "writing"),
    "build": ("built", "building"),
    "get": ("got", "getting"),
    "roll": ("rolled", "rolling"),
    "stop": ("stopped", "stopping"),
    "drop": ("dropped", "dropping"),
    "swap": ("swapped", "swapping"),
    "flip": ("flipped", "flipping"),
    "label": ("labeled", "labelled", "labeling", "labelling"),
    "strip": ("stripped", "stripping"),
    "tag": ("tagged", "tagging"),
}


def _regular(verb: str) -> tuple[str, str, str]:
    if verb.endswith("e"):
        return verb + "d", verb[:-1] + "ing", verb + "s"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied", verb + "ing", verb[:-1] + "ies"
    return verb + "ed", verb + "ing", verb + "s"


def _forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for verb in (*CHANGE_VERBS, *CREATE_VERBS, *READ_VERBS):
        for form in _IRREGULAR.get(verb, _regular(verb)):
            forms.setdefault(form, verb)
    return forms


FORMS: dict[str, str] = _forms()
"""Participles and the like → the verb."""
PARTICIPLES: dict[str, str] = {
    form: verb for form, verb in FORMS.items() if not form.endswith(("ing", "s")) or form in {"set", "cut", "put"}
}

# --- noise ----------------------------------------------------------------------------------------------------------

ARTICLES = frozenset(
    ["the", "a", "an", "my", "our", "your", "their", "its", "this", "that", "these", "those", "some", "such"]
)
FILLERS = ARTICLES | frozenset(
    [
        "please",
        "pls",
        "plz",
        "kindly",
        "just",
        "now",
        "simply",
        "quickly",
        "immediately",
        "asap",
        "thanks",
        "thank",
        "cheers",
        "kora",
        "ok",
        "okay",
        "well",
        "so",
        "also",
        "too",
        "then",
        "next",
        "first",
        "firstly",
        "second",
        "secondly",
        "finally",
        "lastly",
        "again",
        "actually",
        "really",
        "basically",
        "currently",
        "existing",
        "present",
        "current",
        "both",
        "afterwards",
        "afterward",
        "subsequently",
        "instead",
        "right",
        "away",
        "safely",
        "gracefully",
        "carefully",
        "whole",
        "entire",
        "once",
        "more",
        "own",
        "itself",
        "there",
        "here",
    ]
)
PREPOSITIONS = frozenset(
    [
        "of",
        "for",
        "on",
        "in",
        "from",
        "to",
        "at",
        "behind",
        "into",
        "inside",
        "within",
        "under",
        "with",
        "by",
        "as",
        "onto",
    ]
)
JOINERS = frozenset({"and", ",", "&", "plus"})
PRONOUNS = frozenset(["it", "them", "they", "their", "that", "this", "these", "those", "same", "one", "its"])
# What makes a changing sentence more than an order to be carried out now.
CONDITIONAL = frozenset(
    [
        "if",
        "unless",
        "when",
        "whenever",
        "once",
        "until",
        "till",
        "while",
        "whether",
        "before",
        "case",
        "otherwise",
    ]
)
SCHEDULED = frozenset(
    [
        "tomorrow",
        "tonight",
        "later",
        "midnight",
        "noon",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "weekend",
        "night",
        "nights",
        "weekends",
        "weekdays",
        "morning",
        "evening",
        "yesterday",
        "daily",
        "hourly",
        "weekly",
        "nightly",
        "soon",
        "eventually",
        "someday",
    ]
)
NEGATIONS = frozenset(
    [
        "don't",
        "dont",
        "not",
        "never",
        "without",
        "no",
        "avoid",
        "stop",
        "cannot",
        "can't",
        "won't",
        "shouldn't",
        "mustn't",
        "nothing",
    ]
)

# --- nouns of slots -------------------------------------------------------------------------------------------------

REPLICAS = r"(?:replicas?|pods?|instances?|copies|copy|replicasets?)"
STATES: dict[str, str] = {
    "running": "running", "pending": "pending", "failed": "failed", "failing": "failing", "succeeded": "succeeded",
    "completed": "succeeded", "finished": "succeeded", "complete": "succeeded", "unknown": "unknown",
    "crashing": "crashing", "crashed": "crashing", "dying": "crashing", "flapping": "restarting", "crashlooping": "crashing", "crash-looping": "crashing",
    "crashloopbackoff": "crashing", "crashloop": "crashing", "oom": "oomkilled", "imagepullbackoff": "imagepull", "errimagepull": "imagepull",
    "evicted": "evicted", "terminating": "terminating", "ready": "ready", "unready": "not ready", "healthy": "healthy",
    "unhealthy": "unhealthy", "broken": "unhealthy", "stuck": "pending", "bound": "bound", "unbound": "unbound",
    "oomkilled": "oomkilled", "oom-killed": "oomkilled", "up": "running", "down": "unhealthy", "available": "ready", "unavailable": "not ready",
    "active": "active", "suspended": "suspended", "paused": "paused", "waiting": "waiting", "erroring": "failing",
    "degraded": "unhealthy", "restarting": "restarting", "unschedulable": "pending", "schedulable": "ready",
    "idle": "idle", "misbehaving": "unhealthy", "problematic": "unhealthy", "faulty": "unhealthy", "under-pressure": "pressure", "cordoned": "cordoned", "dead": "unhealthy",
}  # fmt: skip
"""Words for the state of an object → the state as conditions name it."""

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"none": 0, "nil": 0, "couple": 2, "dozen": 12, "single": 1}

_SLOT_WORDS = (
    "replica replicas instance instances image images version container containers memory limit limits request "
    "requests resources environment variable variables label labels annotation annotations readiness liveness startup "
    "probe namespace namespaces revision previous rollout traffic canary storage usage status state events events "
    "history permissions endpoints ports targeting restarts running pending failing healthy recent errors between minimum maximum surge unavailable"
)


# Words that stand one letter from a word of the grammar and are no typo of it.
_NO_TYPOS = spoken(
    """
    alone error passed parts parse audio settings permission preview paths tested takes codes parsing parsed hooks pointer
    fails cause causes passing helper leading quote trailing remote caused sends contained notes track tracks charge
    takes reader shown spans saved saves writer checker white taking locks tuning james texts apple printer health
    component components kills wrote mixed stage routine falling tracked tracking lives sorts slower lower schedule
    scheduler saving smart start orange training chance loops viewer trade trips mount mounts mounted pitch folding
    joint point prober treating assets leads filling fixing cores ruler launcher exporter reporter publisher producer
    fetcher power powers swift prone games deals tends court refine train router routers racing movies doubly experts
    decent scale billing resides routine version revision environment application identity product config configs
    counter counters curves grace posts ports drift prove attack brown wired trails roles fired filled sales masking
    marking lasting listing rooted rules holding hosted cached closed bound round rates large sized clusters networks
    usages shows being versions applications builds writes quotes ending modes environments stated tracer mailing brings
    probes worked daemons summaries stars holes boring workloads schedules spending shirt sports strips rolls maximums
    minimums reducer resolver nodejs clash lease saint scala remover updater revisions resort arise unsure prose crash
    crashes class classes clean clear close limited traced changed charged
    """
)


@cache
def _known_words() -> tuple[frozenset[str], frozenset[str]]:
    kinds = {word for phrase in PHRASES for word in phrase} | WORKLOAD_WORDS
    verbs = {*CHANGE_VERBS, *CREATE_VERBS, *READ_VERBS, *FORMS}
    everything = kinds | verbs | FILLERS | PREPOSITIONS | QUESTION_WORDS | CONDITIONAL | SCHEDULED | set(STATES)
    everything |= set(_SLOT_WORDS.split()) | set(NUMBER_WORDS) | {entry.kind.lower() for entry in KINDS}
    orders = {*CHANGE_VERBS, *CREATE_VERBS, *READ_VERBS}  # their other forms stand too near to everyday words
    mended = kinds | orders | set(_SLOT_WORDS.split()) | {"please", "namespace", "every"}
    return frozenset(everything), frozenset(word for word in mended if len(word) >= 5)


def is_known(word: str) -> bool:
    """Whether the word means something to the grammar by itself."""
    return word in _known_words()[0]


_SLIPS = {
    "teh": "the", "hte": "the", "th": "the", "nad": "and", "adn": "and", "fro": "for", "ot": "to", "si": "is", "taht": "that",
    "wiht": "with", "ni": "in", "u": "you", "r": "are", "pod's": "pods", "whats": "what's", "wheres": "where's",
    "hows": "how's", "whos": "who's", "ur": "your", "thx": "thanks", "pods'": "pods",
    "shwo": "show", "sohw": "show", "hsow": "show", "lsit": "list", "lits": "list", "gte": "get", "scael": "scale",
}  # fmt: skip
"""Slips of the short words, which no rule of distance may touch."""


@cache
def mended(word: str) -> str:
    """The vocabulary word that `word` is a typo of (one letter wrong, missing, doubled or swapped); else itself."""
    known, targets = _known_words()
    if word in _SLIPS:
        return _SLIPS[word]
    if len(word) < 5 or not word.isalpha() or word in known or word in _NO_TYPOS:
        return word
    near = {each for each in targets if abs(len(each) - len(word)) <= 1 and one_apart(word, each)}
    if len(near) > 1:  # a doubt about the form alone ("deploymnts") is none about the thing
        same_length = {each for each in near if sorted(each) == sorted(word)}
        near = same_length or near
    return near.pop() if len(near) == 1 else word


def one_apart(left: str, right: str) -> bool:
    """Whether one letter is wrong, missing, doubled, or swapped with its neighbour."""
    if len(left) == len(right):
        wrong = [at for at in range(len(left)) if left[at] != right[at]]
        if len(wrong) == 1:
            return True
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
        return swapped and left[wrong[0]] == right[wrong[1]] and left[wrong[1]] == right[wrong[0]]
    short, long = sorted((left, right), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))

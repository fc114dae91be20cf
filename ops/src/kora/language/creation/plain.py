"""Words that carry nothing of an object: what may stay unread in a description without changing what is made.

Everything else that nobody claimed (numbers, names, quoted text, refusals, words of Kubernetes, words that stand in no
table) makes a request unclear. The tables hold stems by idea; endings are taken off by rule.
"""

from functools import cache

_IDEAS = {
    "glue": (
        "a an the and or with of for in on to by from via through at as into onto than then else plus & within inside "
        "under over upon per that which who whose whom where while when this these those it its it's itself they them "
        "their there here one ones one's own each both all any some such same other another every only just also too "
        "so thus again respectively e.g i.e etc vs and/or but above below between among during be is are was were been "
        "being am ever front respect terms case 's s itself themselves both either different certain following follow further first finally next "
        "last schedule scheduled afterward afterwards before after once since because therefore hence whatever whichever what how why "
        "up out off down back together along across around about like namely specifically accordingly"
    ),
    "modals": "should must shall will would can could may might need have has had having do does did done let lets let's ought",
    "people": "i i'd i'm i've we we'd we're we've us me my our ours you your you'd he she his her team teams' team's developers engineers folks people everyone customer customers",
    "courtesy": "please kindly thanks thank hi hello hey ok okay sure kora help want like love wish ask would",
    "making": (
        "create make add deploy set setup run new generate write provide define configure include contain consist build "
        "give specify use using load loads loading apply launch provision keep start produce prepare put bring establish implement draft "
        "design craft compose construct assemble introduce place host hold live reside belong exist represent act serve "
        "work function operate perform execute handle process behave come go goes gone get got getting take receive obtain become remain "
        "stay end begin do mean refer relate see look show achieve accomplish support allow enable let permit based "
        "require request expect want intend plan consume utilize leverage employ adopt follow carry bear possess own "
        "exit suffice reach wait put place label tag top run's install roll try enforce ensure guarantee assure sure certain confirm attach attached declare register supply tie link connect associate compute calculate communicate talk speak load listen "
        "satisfy meet fulfill call named called name appear ship deliver manage maintain control govern drive power"
    ),
    "manner": (
        "simple simply basic single small standard appropriate proper properly correct correctly right simple-to nice "
        "good well clean cleanly quick quickly fast slowly automatic automatically manual manually immediately directly "
        "explicitly exactly precisely initially eventually always usually normally typically generally currently now "
        "later soon continuously constantly periodically regularly repeatedly forever indefinitely gracefully safely "
        "securely successfully successful reliably evenly equally individually separately independently simultaneously "
        "ready available reachable accessible healthy enabled actual actually really very quite more most less least much many enough total "
        "overall maximum minimum time times way kind sort type form case able possible necessary required mandatory "
        "needed optional custom dedicated specific particular corresponding matching respective appropriate own fresh "
        "existing current listed given mentioned described said default-valued newly brand-new plain typical sample example "
        "important critical long-running long short little big large full whole entire complete main real resilient robust "
        "scalable production-ready production-grade highly best tiny lightweight temporary additional extra various several"
    ),
    "thing": (
        "kubernetes k8s cluster kubectl resource resources object objects manifest manifests yaml definition spec "
        "specification file section field fields value values metadata kind template configuration config setting "
        "settings option options property properties entry entries item items detail details requirement requirements "
        "task objective goal step steps instruction instructions purpose reason need app apps application applications "
        "stack system environment-wide setup solution software program programs process workload workloads thing things stuff piece "
        "part parts half set group bunch couple pair number amount list way end maintenance upgrade upgrades demo "
        "example examples practice exercise project use usage usecase case cases scenario infrastructure platform "
        "script greeting message output result results text content contents stdout data information info state status work job's "
        "day-to-day business experiment load startup boot lifetime life restart reboot crash failure failures error errors "
        "pod's container's user's users visitor visitors client clients browser internet world public"
    ),
}  # fmt: skip

_REFUSING = frozenset(
    ["not", "no", "never", "without", "except", "don't", "dont", "doesn't", "isn't", "aren't", "won't", "can't", "cannot",
     "mustn't", "shouldn't", "unless", "excluding", "instead", "avoid", "neither", "nor", "none", "nothing"]
)  # fmt: skip
"""Words that turn a meaning round: never dropped."""


def _stem(word: str) -> str:
    for ending in ("ically", "ing", "ies", "ied", "ely", "ly", "ed", "es", "s", "d"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


_WORDS = frozenset(word for words in _IDEAS.values() for word in words.split())
_STEMS = (
    _WORDS
    | frozenset(_stem(word) for word in _WORDS if len(word) > 2)
    | {word[:-1] for word in _WORDS if word.endswith("e")}
)


_NEVER_NAMES = frozenset(
    word for idea in ("glue", "modals", "people", "courtesy", "manner") for word in _IDEAS[idea].split()
)
_VERBS = frozenset(_IDEAS["making"].split())


def refuses(word: str) -> bool:
    """Whether the word turns a meaning round."""
    return word.lower() in _REFUSING


QUALITIES = frozenset(word for word in _IDEAS["manner"].split() if not word.endswith(("ly", "ed", "able"))) | {"hello"}


def is_quality(word: str) -> bool:
    """Whether a word tells what something is like; behind a kind it may be a name: "storage class fast with …"."""
    return word.lower() in QUALITIES


@cache
def begins_more(word: str) -> bool:
    """Whether a word behind a kind goes on with the sentence and is no name: "a budget keeping one pod"."""
    low = word.lower()
    if low in _NEVER_NAMES or low in _REFUSING:
        return True
    return (
        low not in _VERBS
        and low.isalpha()
        and len(low) > 4
        and low.endswith(("s", "ing", "ed"))
        and (_stem(low) in _VERBS or _stem(low) + "e" in _VERBS)
    )


@cache
def is_plain(word: str) -> bool:
    """Whether a word that nobody claimed may be passed over."""
    low = word.lower()
    if low in _REFUSING:
        return False
    if low in _WORDS:
        return True
    if not low.isalpha() or len(low) < 4:
        return False
    stem = _stem(low)
    return (len(stem) > 2 and stem in _STEMS) or (len(stem) > 2 and stem[-1] == stem[-2] and stem[:-1] in _STEMS)

"""The words the grammar knows, as tables. Adding a word to the language means adding it here, not writing code.

Every key is lower case. `KNOWN` is the union of the words with a grammatical meaning; `TYPO_TARGETS` the ones
long and plain enough to be recognised when misspelled (see `spelling`).
"""

from __future__ import annotations

from taskora.language.tables import phrases, words

WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

WEEKDAYS: dict[str, int] = {name: index for index, name in enumerate(WEEKDAY_NAMES)}
WEEKDAYS |= {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "weds": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
# Abbreviations that are also ordinary words ("sat down", "sun cream", "wed"): they need a date's surroundings to count.
AMBIGUOUS_WEEKDAYS = frozenset({"sat", "sun", "wed", "mon"})
PLURAL_WEEKDAYS: dict[str, int] = {f"{name}s": index for index, name in enumerate(WEEKDAY_NAMES)}

MONTHS: dict[str, int] = {name: index for index, name in enumerate(MONTH_NAMES, start=1)}
MONTHS |= {name[:3]: index for index, name in enumerate(MONTH_NAMES, start=1)} | {"sept": 9}
# Month names that are also ordinary words or given names.
AMBIGUOUS_MONTHS = frozenset({"may", "march", "mar", "jan", "dec", "sep", "april", "june", "august"})
VERB_MONTHS = frozenset({"may", "march", "mar"})

SMALL_NUMBERS: dict[str, int] = {
    word: number
    for number, word in enumerate(
        words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen seventeen eighteen nineteen"
        )
    )
}
TENS: dict[str, int] = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
ORDINALS: dict[str, int] = {
    word: number
    for number, word in enumerate(
        words(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
            "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ),
        start=1,
    )
} | {"thirtieth": 30, "last": -1}
ORDINAL_TENS: dict[str, int] = {"twenty": 20, "thirty": 30}

# Unit words; the second entry says whether the word is so short that it only counts right behind its number.
UNITS: dict[str, tuple[str, bool]] = {}
for _unit, _long, _short in (
    ("minute", "minute minutes min mins minuts", "m"),
    ("hour", "hour hours hr hrs", "h"),
    ("day", "day days", "d"),
    ("week", "week weeks wk wks", "w"),
    ("month", "month months mo mos mth mths", ""),
    ("year", "year years yr yrs", "y"),
    ("quarter", "quarter quarters", ""),
    ("fortnight", "fortnight fortnights", ""),
    ("weekend", "weekend weekends", ""),
    ("workday", "workday workdays weekday weekdays", ""),
):
    UNITS |= dict.fromkeys(_long.split(), (_unit, False)) | dict.fromkeys(_short.split(), (_unit, True))
BUSINESS_WORDS = frozenset({"business", "working", "work"})

PARTS_OF_DAY: dict[str, tuple[int, int]] = {
    "morning": (9, 0),
    "noon": (12, 0),
    "midday": (12, 0),
    "lunchtime": (12, 0),
    "afternoon": (15, 0),
    "evening": (19, 0),
    "night": (22, 0),
    "midnight": (0, 0),
}
# Parts that shift a bare hour into themselves ("at 8 in the evening").
PM_PARTS = frozenset({"afternoon", "evening", "night"})
EXACT_TIMES: dict[str, tuple[int, int]] = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}

MERIDIEMS: dict[str, int] = {"am": 0, "a.m": 0, "pm": 12, "p.m": 12, "a": 0, "p": 12}

TODAY = frozenset({"today", "tod", "2day"})
TOMORROW = frozenset({"tomorrow", "tmrw", "tmr", "tmw", "tmrrw", "2moro", "2morrow", "tmo", "tomoz"})
TONIGHT = frozenset({"tonight", "tonite", "2nite", "2night"})
NEXT = frozenset({"next", "nxt", "following"})
THIS = frozenset({"this", "coming", "upcoming", "current"})
COMING = frozenset({"this", "coming", "upcoming"})
EDGES: dict[str, str] = {
    "end": "end",
    "beginning": "start",
    "start": "start",
    "middle": "mid",
    "mid": "mid",
    "early": "start",
    "late": "late",
}
END_SHORTHANDS: dict[str, str] = {"eom": "month", "eow": "week", "eoy": "year", "eoq": "quarter"}
DAY_ENDS = frozenset({"eod", "cob", "eob"})

EVERY = frozenset({"every", "each", "ev", "evry"})
OTHER = frozenset({"other", "second", "2nd", "alternate", "alternating"})
# One word that is a whole rule: (frequency, interval).
RULE_ADVERBS: dict[str, tuple[str, int]] = {
    "hourly": ("HOURLY", 1),
    "daily": ("DAILY", 1),
    "everyday": ("DAILY", 1),
    "nightly": ("DAILY", 1),
    "weekly": ("WEEKLY", 1),
    "biweekly": ("WEEKLY", 2),
    "fortnightly": ("WEEKLY", 2),
    "monthly": ("MONTHLY", 1),
    "bimonthly": ("MONTHLY", 2),
    "quarterly": ("MONTHLY", 3),
    "semiannually": ("MONTHLY", 6),
    "biannually": ("MONTHLY", 6),
    "yearly": ("YEARLY", 1),
    "annually": ("YEARLY", 1),
    "biennially": ("YEARLY", 2),
}
UNTIL = frozenset({"until", "till", "til", "through", "thru", "ending", "untill"})
FROM = frozenset({"from", "starting", "beginning", "start", "since", "begin", "starts", "begins"})
EXCEPT = frozenset({"except", "excluding", "excl", "besides", "skipping", "without", "minus"})
DEADLINE_WORDS = frozenset({"by", "before", "deadline"})
TO_WORDS = frozenset({"to", "until", "till", "til", "through", "thru"})

PRIORITY_LEVELS: dict[str, int] = {
    "urgent": 1,
    "top": 1,
    "highest": 1,
    "critical": 1,
    "high": 2,
    "medium": 3,
    "med": 3,
    "normal": 3,
    "low": 4,
    "lowest": 4,
}
PRIORITY_NOUNS = frozenset({"priority", "prio", "pri"})
URGENT_WORDS = frozenset({"urgent", "urgently", "asap", "a.s.a.p"})

# Prepositions that a date or time takes, and that leave the title with it.
DAY_PREPOSITIONS = frozenset({"on", "for", "due", "at", "in", "by"})
# Words after which a date is somebody's object, not an adverb ("talk about friday", "the monday meeting").
OBJECT_PREPOSITIONS = frozenset(
    words(
        "in of with under about to like than as into onto between without over through toward towards "
        "against re vs versus per regarding called named titled via"
    )
)
# Words that make a noun of what follows ("the monday meeting", "my friday"); object pronouns are not among them.
DETERMINERS = frozenset(words("the a an my your our his its their every each no last previous past since after"))
# "Freaky Friday", "casual friday": adjectives that make a name of a weekday.
DAY_ADJECTIVES = frozenset(
    words("black good casual freaky super ash palm fat cyber easter giving taco shrove maundy bloody girl")
)
GREETINGS = frozenset(["happy", "merry"])
# Verbs whose "at" points at a thing.
POINTING_VERBS = frozenset(["look", "looking", "aim", "laugh", "point", "stare", "shoot", "throw"])
PRONOUNS = frozenset(words("i he she it we they you who that has have had been was were be is are"))
# Words that can follow a date without being described by it: the date before them stands free.
FUNCTION_WORDS = frozenset(
    words(
        "with about to for at in on from and or but because if when then so re via w after before until till "
        "by since while unless per using regarding into without except including than that which who where "
        "as & + plus not please pls thanks thx instead latest sharp ish approx maybe only also"
    )
)
# Verbs that begin tasks. Behind a leading date they show that the date stands free ("monday call mom").
TASK_VERBS = frozenset(
    words(
        "add apply arrange ask attend bake be book borrow bring buy call cancel change charge check choose "
        "clean clear close collect complete confirm contact cook create cut decide deliver deposit discuss "
        "do donate download draft drive drop eat email exercise file fill find finish fix fly follow get "
        "give go hand have help hire install invite iron join learn leave listen look mail make meet message "
        "mow move order organize organise pack paint pay phone pick plan plant play post practice practise "
        "prepare print publish purchase put read register renew rent repair replace reply request reschedule "
        "research reserve return review revise run schedule sell send set shop sign sort start stop study "
        "submit take talk tell catch cancel celebrate plan skip test text throw tidy train transfer travel "
        "try turn update upload vacuum visit walk wash watch water work wrap write feed skype ping zoom prep "
        "ring see pickup dropoff"
    )
)
# Task verbs that are nouns as often: "weekly review", "daily run", "monthly report".
NOUN_VERBS = frozenset(
    words(
        "review plan report run walk call update check change order test exercise practice print message "
        "email text work start schedule return visit move post watch ring design draft help repair sign "
        "study talk turn water wash cut drive fix register research reply sort drop file iron paint pack "
        "feed cook go zoom"
    )
)
# Verbs whose object is a work with a name; a capitalised run behind them is that name.
MEDIA_VERBS = frozenset(
    words("read reading reread watch watching rewatch stream binge listen listening hear borrow play sing perform")
)
MEDIA_NOUNS = frozenset(
    words("book novel movie film song album show series episode podcast game play documentary poem band")
)
# Adverbs of quantity change: "increase by 5" is no time of day.
AMOUNT_VERBS = frozenset(
    words(
        "increase decrease reduce multiply divide raise lower cut grow beat win lose discount scale shift "
        "rotate extend improve up down off shrink offset"
    )
)
# Weekday or day-word compounds with a meaning of their own.
COMPOUNDS = frozenset(
    tuple(pair.split())
    for pair in phrases(
        "sunday school|sunday roast|sunday best|sunday times|sunday paper|sunday papers|sunday service|"
        "sunday supplement|friday prayers|friday prayer|friday sermon|monday blues|monday motivation|"
        "saturday night|sunday driver|friday feeling|today show|tomorrow people|tomorrow land|tonight show|"
        "sun cream|sun screen|sun hat|sun tan|sun block|sun glasses|sun lounger|sat nav|sat phone|sat prep|"
        "sat test|sat exam|sat down|sat on|sat in|sat through|sat with|sat up|sun dress|sun dried|sun set|"
        "sun rise|sun room|sun flower|monday.com board|night shift|night light|night school|morning sickness|"
        "midnight oil|midnight snack|noon prayer"
    )
)

BOUND_PHRASES_BEFORE_NUMBER = frozenset(
    words(
        "chapter page pages room act scene version step level lesson unit part section season episode ep vol "
        "volume issue gate platform terminal flight route line track size grade class year apartment apt "
        "suite floor no number phase ticket bug invoice order article clause figure table appendix highway "
        "exit bus train seat row exercise question problem day week verse psalm psalms genesis exodus "
        "matthew mark luke john acts romans ratio score scale"
    )
)

REMIND_WORDS = frozenset({"remind", "reminder", "alert", "notify", "ping", "nudge"})

GRAMMAR_WORDS = frozenset(
    words(
        "on at in by of the a an and or for from to before after next this last every each other until till "
        "starting except between half past quarter day days now ago later couple few time times once twice "
        "only month week year but not date due deadline remind me reminder alert completion done priority ok "
        "o'clock oclock upon when done finished completing following coming today day's hours"
    )
)

KNOWN: frozenset[str] = frozenset().union(
    WEEKDAYS,
    PLURAL_WEEKDAYS,
    MONTHS,
    SMALL_NUMBERS,
    TENS,
    ORDINALS,
    UNITS,
    PARTS_OF_DAY,
    MERIDIEMS,
    TODAY,
    TOMORROW,
    TONIGHT,
    NEXT,
    THIS,
    EDGES,
    END_SHORTHANDS,
    DAY_ENDS,
    EVERY,
    RULE_ADVERBS,
    UNTIL,
    FROM,
    EXCEPT,
    PRIORITY_LEVELS,
    PRIORITY_NOUNS,
    URGENT_WORDS,
    REMIND_WORDS,
    GRAMMAR_WORDS,
    FUNCTION_WORDS,
)

TYPO_TARGETS: frozenset[str] = frozenset(
    set(WEEKDAY_NAMES)
    | {f"{name}s" for name in WEEKDAY_NAMES}
    | (set(MONTH_NAMES) - {"may", "march", "june", "july"})
    | set(
        words(
            "today tomorrow tonight morning afternoon evening midnight weekend weekday weekdays weekends every "
            "other week weeks month months year years minutes hours daily weekly monthly yearly biweekly "
            "quarterly annually fortnight starting until except before deadline priority urgent reminder remind "
            "noon next quarter"
        )
    )
)
# Names of days are written with a capital; everything else with a capital in mid-line is more likely somebody's name.
CAPITALISED_TARGETS = frozenset(set(WEEKDAY_NAMES) | {f"{name}s" for name in WEEKDAY_NAMES} | set(MONTH_NAMES))

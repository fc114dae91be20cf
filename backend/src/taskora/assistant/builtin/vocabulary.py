"""The words that the built-in assistant knows, as tables: nothing in here is a sentence.

Three kinds: words that steer the assistant (verbs of an operation, nouns for a task, states, politeness), words that
tell what a task is likely to be about (`ACTIONS`: things that people do in the world, so that "call mom" is heard as
a doing and "milk" as a thing), and words of subjects that a task manager has no business with (`FOREIGN`).
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def any_of(words: "frozenset[str] | tuple[str, ...] | list[str]") -> str:
    """A regular-expression alternation, longest first so that "put off" wins over "put"."""
    return "(?:" + "|".join(sorted(words, key=lambda word: (-len(word), word))) + ")"


SHORT_FORMS = {
    "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "wont": "won't", "isnt": "isn't",
    "arent": "aren't", "wasnt": "wasn't", "havent": "haven't", "hasnt": "hasn't", "hadnt": "hadn't",
    "shouldnt": "shouldn't", "wouldnt": "wouldn't", "couldnt": "couldn't", "mustnt": "mustn't",
    "neednt": "needn't", "im": "i'm", "ive": "i've", "id": "i'd", "youre": "you're", "thats": "that's",
    "whats": "what's", "hows": "how's", "wheres": "where's", "whens": "when's", "theres": "there's",
    "lets": "let's", "u": "you", "ur": "your", "pls": "please", "plz": "please", "plez": "please",
    "thx": "thanks", "ty": "thanks", "tysm": "thanks", "gonna": "going to", "wanna": "want to",
    "gotta": "have to", "lemme": "let me", "gimme": "give me", "tho": "though", "cuz": "because",
    "bc": "because", "to-do": "todo", "to-dos": "todos", "to-do's": "todos", "todo's": "todos",
    "re-schedule": "reschedule", "re-open": "reopen", "re-name": "rename", "un-do": "undo",
    "un-complete": "uncomplete", "un-check": "uncheck", "nvm": "nevermind", "jk": "just kidding", "w/": "with",
    "wats": "what's", "wat": "what", "yea": "yeah", "nd": "and", "tsk": "task", "abt": "about",
    "one's": "one is", "tsks": "tasks", "teh": "the",
    "doen": "done", "dnoe": "done", "donee": "done", "todya": "today",
    "hte": "the", "tha": "the", "taht": "that", "tht": "that",
    "adn": "and", "wiht": "with", "wth": "with", "fo": "of", "ot": "to", "ym": "my", "addd": "add", "ok": "ok",
    "okay": "ok", "okey": "ok", "k": "ok", "kk": "ok", "&": "and",
}  # fmt: skip

# Nouns --------------------------------------------------------------------------------------------------------------
TASK = (
    r"(?:to ?do items?|to ?do tasks?|action items?|list items?|tasks?|to ?dos?|reminders?|items?|entry|entries|"
    r"chores?|errands?)"
)
TASK_LOOSE = rf"(?:{TASK}|things?|stuff|ones?|jobs?|assignments?)"
LIST = (
    r"(?:(?:to ?do|task|reminders?)(?: |-)?lists?|lists?|to ?dos?|tasks|agenda|plate|inbox|backlog|schedule|"
    r"calendar|planner|board)"
)
DETERMINER = (
    r"(?:the|my|our|that|this|those|these|a|an|any|some|all|all of|all the|all my|both|both the|every|each|your)"
)

# Verbs of the operations --------------------------------------------------------------------------------------------
ADD_ANY = r"(?:add|append|insert|jot down|note down|write down|put down|pencil in|queue up|add in|add on)"
ADD_WITH_NOUN = (
    r"(?:add|append|insert|create|make|make up|new|set|set up|put|put in|put down|log|record|enter|include|"
    r"register|start|open|"
    r"jot down|note down|write down|note|save|store|schedule|generate|give me|get me|throw in|drop in|build|"
    r"compose|draft|do|file|enter in)"
)
ADD_WITH_LIST = (
    r"(?:add|put|stick|throw|pop|place|get|have|log|enter|include|write|jot|note|drop|toss|insert|append|save|record|"
    r"register|chuck|slap|stuff)"
)
# Verbs of putting a thing somewhere: with a quoted name behind them it is that name which is put on the list.
PLACE = (
    r"(?:put|stick|throw|pop|place|get|drop|toss|chuck|slap|jot|note|write|pencil|slot|schedule|book|plan|log|"
    r"record|enter|save|set|include|file|register|insert|squeeze|fit|bung|stash)"
)
# Nouns that head a list of tasks ("three things: …").
LIST_NOUN = (
    rf"(?:{TASK}|things?|stuff|jobs?|errands|bits|to ?dos?|(?:shopping|grocery|packing|todo|to ?do) list|"
    r"shopping|groceries)"
)
REMIND = (
    r"(?:remind me|remind us|give me a reminder|send me a reminder|nudge me|ping me|poke me|prompt me|alert me|"
    r"notify me|set me a reminder|note to self|memo to self|memo|self-reminder)"
)
DELETE = (
    r"(?:delete|remove|erase|rm|del|trash|scrap|ditch|discard|scratch|cancel|drop|axe|bin|nuke|purge|wipe|wipe out|"
    r"eliminate|clear|kill|dump|"
    r"toss|toss out|get rid of|throw away|throw out|forget about|forget|clear out|clear away|clear off|clean "
    r"up|clean out|empty|"
    r"do away with|rub out|chuck|chuck out|obliterate|destroy|take out|take off|take away|strike|weed out|nix|lose)"
)
DELETE_STRONG = _words("delete remove erase trash discard purge eliminate")
COMPLETE = (
    r"(?:complete|finish|finish up|finish off|check off|tick off|strike off|scratch off|cross off|mark off|"
    r"close|close out|close off|"
    r"wrap up|conclude|tick|check out off|knock off|resolve)"
)
DONE = (
    r"(?:done|complete|completed|finished|closed|checked off|checked|ticked off|ticked|crossed off|a done deal|"
    r"over and done with|over|accomplished|resolved|taken care of|sorted|handled|dealt with|out of the way|"
    r"wrapped up|all done|good to go|ready|✅|✔|✔️|☑|☑️|✓)"
)
NOT_DONE = (
    r"(?:not done|not complete|not completed|not finished|undone|incomplete|uncompleted|unfinished|pending|"
    r"open|active|not yet done|unchecked|unticked|outstanding|todo|to be done|as todo|in progress|not started|"
    r"still open|still pending|still to do|uncomplete)"
)
REOPEN = (
    r"(?:reopen|open up|open back up|uncheck|untick|uncomplete|unmark|unfinish|reactivate|resurrect|revive|"
    r"restart|unclose|re-activate|un-tick|un-mark|un-finish)"
)
RENAME = r"(?:rename|retitle|reword|rephrase|relabel|re-title|re-word)"
CHANGE = (
    r"(?:change|update|edit|modify|alter|fix|correct|revise|amend|adjust|switch|set|make|turn|convert|replace|"
    r"swap|tweak)"
)
RESCHEDULE_STRONG = (
    r"(?:reschedule|postpone|push back|push out|push off|push|delay|defer|put off|snooze|hold off on|hold off|"
    r"carry over|bring forward|bring up|pull forward|pull in|pull up|push forward|push up|move up|move back|"
    r"move forward|bump back|bump|kick|shift|slide|roll over|roll|re-plan|rebook|re-book)"
)
RESCHEDULE_WEAK = (
    r"(?:move|set|schedule|plan|put|change|switch|make|bring|adjust|book|slot|update|get|drag|pull|do|have|"
    r"advance|extend)"
)
SHOW = (
    r"(?:show|list|list out|list off|display|view|see|get|fetch|pull up|bring up|give|read|read out|print|open|"
    r"look at|look up|check|review|tell|"
    r"go over|go through|run through|recap|summarize|summarise|find|search|search for|search through|look for|"
    r"retrieve|count|filter|"
    r"locate|which|enumerate|present|share|output|return|remind me of|remind me|walk me through|browse|load|"
    r"scan|hunt for|dig up)"
)

# Values -------------------------------------------------------------------------------------------------------------
PRIORITIES = {
    "urgent": "urgent", "critical": "urgent", "top": "urgent", "highest": "urgent", "p1": "urgent",
    "super urgent": "urgent", "very urgent": "urgent", "super important": "urgent", "really urgent": "urgent",
    "crucial": "urgent", "emergency": "urgent", "high": "high", "important": "high", "p2": "high",
    "very high": "urgent", "very important": "high", "higher": "high", "really important": "high",
    "vital": "high", "medium": "medium", "normal": "medium", "p3": "medium", "regular": "medium",
    "standard": "medium", "moderate": "medium", "default": "medium", "average": "medium", "mid": "medium",
    "low": "low", "lowest": "low", "p4": "low", "minor": "low", "unimportant": "low", "not important": "low",
    "not urgent": "low", "less important": "low", "less urgent": "low", "more important": "high",
    "more urgent": "urgent", "lower": "low", "very low": "low", "trivial": "low",
}  # fmt: skip
PRIORITY_STEPS = ("low", "medium", "high", "urgent")
PRIORITY = any_of(tuple(PRIORITIES))

NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "couple": 2, "a couple": 2, "a couple of": 2,
}  # fmt: skip
ORDINAL_WORDS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "1st": 1, "2nd": 2, "3rd": 3, "last": -1, "final": -1, "bottom": -1, "top": 1,
    "second to last": -2, "second last": -2, "next to last": -2, "penultimate": -2,
    "third to last": -3, "last but one": -2,
}  # fmt: skip
ORDINAL_WORDS.update({f"{n}th": n for n in range(4, 100)})
ORDINAL_WORDS.update({f"{t}{u}{s}": t * 10 + u for t in range(2, 10) for u, s in ((1, "st"), (2, "nd"), (3, "rd"))})

# What people do in the world: the verb that heads a task's title. Written once as lemmas; the past forms that English
# doesn't build with -ed stand in PAST.
ACTIONS = _words(
    """
    apply arrange ask assemble attend back backup bake bathe book borrow bring brush build buy call cancel
    charge chat check choose clean clear collect compile complete compose confirm contact cook copy create cut
    debug declutter decorate deep-clean defrost deliver deploy deposit design develop dig discuss do donate
    download draft draw drink drive drop dry dust eat edit email e-mail empty exercise export feed fetch figure
    file fill finalize finish fix fold follow forward freeze gather get give go grab groom hang hire host hoover
    inform inspect install interview investigate invite invoice iron join jog journal kayak keep learn leave
    lift lock look lubricate mail make measure meditate meet mend merge message mop mow negotiate notify nurse
    oil order organize organise outline pack pass paint pair park pay peel phone photograph pick ping plan plant play
    post
    polish practice practise prepare prep present print proofread prune publish pull purchase put rake read
    rearrange rebook recharge record recycle refactor refill refund register rehearse renew rent repair replace
    reply repot report request research reserve respond restock retire return review revise ring rinse run
    schedule scrub see sell send set sew shave ship shop shovel sign skype solve sort speak start stop store
    stretch study submit sweep swim take talk tell test text thank throw tidy touch train transfer translate
    trim try tune turn type unload unpack update upgrade upload vacuum verify visit wake walk wash watch water
    wax weed weigh wipe withdraw work wrap write yoga zip bleach refinance
    """
)
# Words of ACTIONS that name a thing at least as often; alone they say nothing about a doing.
THINGS_TOO = _words(
    "book mail iron oil paint park plant play record report request rent water wax weed text train run walk "
    "work yoga stretch "
    "swim journal email e-mail call check copy cut design draft drink drive drop dust feed file fix host "
    "interview invoice "
    "lock look mop nurse order pack pair phone plan post practice present print purchase research review ring sign "
    "shop store "
    "study test touch turn visit watch wash wrap exercise chat charge brush dry meet present polish zip tune trim kayak"
)
PAST = {
    "bought": "buy", "brought": "bring", "built": "build", "caught": "catch", "chose": "choose", "cut": "cut",
    "did": "do", "done": "do", "dug": "dig", "drank": "drink", "drew": "draw", "drove": "drive", "ate": "eat",
    "eaten": "eat", "fed": "feed", "found": "find", "gave": "give", "given": "give", "got": "get",
    "gotten": "get", "had": "have", "held": "hold", "hung": "hang", "kept": "keep", "left": "leave",
    "made": "make", "met": "meet", "paid": "pay", "put": "put", "ran": "run", "rang": "ring", "read": "read",
    "rode": "ride", "said": "say", "saw": "see", "seen": "see", "sent": "send", "set": "set", "sold": "sell",
    "spoke": "speak", "spoken": "speak", "swam": "swim", "swept": "sweep", "taken": "take", "took": "take",
    "taught": "teach", "told": "tell", "threw": "throw", "thrown": "throw", "went": "go", "gone": "go",
    "withdrew": "withdraw", "woke": "wake", "won": "win", "wrote": "write", "written": "write", "learnt": "learn",
    "sewed": "sew", "froze": "freeze",
}  # fmt: skip
# Doings that are the same errand in other words: a report of one closes a task named by another.
SAME_DOING = (
    _words("buy get purchase grab order pick fetch shop bring"),
    _words("call phone ring contact reach"),
    _words("email mail e-mail write message text send contact"),
    _words("clean tidy wash scrub vacuum hoover mop sweep wipe dust"),
    _words("finish complete do wrap close finalize"),
    _words("pay settle"),
    _words("book reserve schedule arrange order"),
    _words("fix repair mend"),
    _words("submit send file deliver hand turn"),
    _words("see visit meet"),
    _words("return bring take drop give"),
    _words("review read check proofread"),
    _words("take go walk"),
)

# Verbs after "I need to" that ask for something now instead of naming a task.
NOT_ERRANDS = _words(
    "know say admit understand think see hear vent cry confess stress mention believe find be feel relax wait "
    "hope wonder "
    "remember chill complain rant apologize apologise disagree agree point sleep rest breathe stop quit go "
    "leave die live "
    "laugh focus win wake improve change grow have need want like love try start ask"
)

# Subjects of other programs: the assistant declines and does nothing.
FOREIGN = {
    "weather": _words("weather forecast temperature rain raining snow snowing sunny humidity umbrella"),
    "joke": _words("joke jokes riddle riddles funny pun puns"),
    "news": _words("news headlines score scores football cricket election"),
    "knowledge": _words(
        "capital president population meaning define definition wikipedia history equation math maths physics"
    ),
    "money": _words("stock stocks bitcoin crypto exchange"),
    "writing": _words("poem poems haiku essay story song lyrics code python javascript limerick sonnet rap speech"),
    "media": _words("music spotify youtube movie netflix playlist radio podcast lights lamp alarm timer thermostat"),
    "travel": _words("flight flights hotel uber taxi directions traffic restaurant pizza"),
    "messages": _words("email e-mail emails sms whatsapp slack tweet message text"),
}

_COMMANDS = """
    add create delete remove erase complete completed finish finished mark tick check show list display rename
    change update edit modify reschedule postpone move push delay remind reminder reminders reminding reopen
    uncheck undo revert restore tag label priority urgent important high medium normal pending overdue completed
    incomplete finished tasks task everything tomorrow project called named description title please search find
    append schedule prioritize uncomplete restart unfinished remember cancel discard scratch snooze defer
    groceries first second third fourth last don't doesn't want need thanks hello assign clear trash insert
    what's should could would
"""
# What a typo may be mended to; ordinary words never are (see `taskora.language.closest_word`).
COMMAND_WORDS = _words(_COMMANDS) - {"groceries", "tomorrow"}

STOP_WORDS = _words(
    "the a an my our your his her their its this that these those to for of at on in with from by and or about "
    "is are be i me "
    "we it one ones task tasks todo todos item items reminder reminders thing things please some any all called named"
)

# Words with which a request, a report or a question can begin: a cheap look before the grammar's.
FIRST_WORDS = frozenset(
    alternative.split()[0]
    for pattern in (
        ADD_ANY, ADD_WITH_NOUN, ADD_WITH_LIST, REMIND, DELETE, COMPLETE, RENAME, CHANGE, RESCHEDULE_STRONG,
        RESCHEDULE_WEAK, REOPEN, SHOW,
    )
    for alternative in pattern.removeprefix("(?:").removesuffix(")").split("|")
) | _words(
    """
    mark flag label tag untag undo redo revert repeat stop prioritize prioritise deprioritize raise lower increase
    decrease describe call name don't do never remember what what's which how when is are any i i've we we've done
    finished just already consider star pin escalate unschedule restore no not let's leave it that this assign attach
    apply boost
    """
)  # fmt: skip

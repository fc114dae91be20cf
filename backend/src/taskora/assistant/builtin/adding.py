"""Requests for new tasks: "add …", "remind me …", "don't forget …", "I need to …", and what stands around the title."""

import re
from dataclasses import replace

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.intents import Add, Intent, NewTask, OfferAdd
from taskora.assistant.builtin.items import Together, leads_with_doing, split_tasks
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.text import QUOTE, Phrase

MAX_ITEMS = 25

_PRIORITY_ADJ = rf"(?:(?:{v.PRIORITY})(?:[ -]priority)?)"
_ARTICLE = (
    r"(?:a|an|another|one more|one|new|brand|the following|following|these|some|more|two|three|four|five|\d+|a "
    r"few|a couple of|yet another|my|the|me|us|for me|quick|short|simple|little|big|extra|additional|personal|"
    r"single|separate|other|further|recurring|repeating|both|all|of)"
)
_REPEAT_ADJ = r"(?:daily|weekly|monthly|yearly|annual|quarterly|biweekly|hourly)"
_INTRO = (
    r"(?:(?:,|-|–|—|:|=|\()* ?(?:called|named|titled|entitled|labell?ed|with (?:the )?(?:title|name)(?: of)?|"
    r"that says|saying|which says|that reads|reading|title|name|which is|that is|about|regarding)(?: ?:| ?=| "
    r"is)?|:|-|–|—|,)"
)
_ON_MY_LIST = rf"(?:to|on|onto|on to|into|in|at|for) (?:my|the|our|this|your) (?:\w+ )?{v.LIST}"
_LIST_TAIL = re.compile(
    rf" (?:to|on|onto|on to|into|in) (?:(?:my|the|our|this|your|today's|tomorrow's)(?: (?:[\w-]+)){{0,2}}? "
    rf"{v.LIST}|there|(?:my |the )?(?:todo|to do|tasks?) lists?|{v.LIST}|taskora)$"
)
_LIST_INSIDE = re.compile(rf" (?:to|on|onto|in) (?:my|the|our)(?: [\w-]+){{0,2}}? {v.LIST}(?= )")
_NOUN_HEAD = re.compile(
    rf"^(?:(?:{v.ADD_WITH_NOUN}|i need|i want|i'd like|i would like|i'll need|need|want|give me|there's|there "
    rf"is|i've got|i have|can i get|can i have|could i get|could i have|get me)(?: (?:in|up|down|on|to))?(?: "
    rf"{_ON_MY_LIST})?)"
    rf"(?: {_ARTICLE})*(?: (?P<priority>{_PRIORITY_ADJ}))?(?: (?P<repeat>{_REPEAT_ADJ}))?(?: {_ARTICLE})* "
    rf"(?:(?P<priority2>{_PRIORITY_ADJ}) )?(?P<noun>{v.TASK}|(?<=another )one|(?<=more )one|(?<=second )one|"
    rf"(?<=priority )one|(?<=urgent )one)"
    rf"(?: for (?:me|us|myself))?(?: {_ON_MY_LIST})?(?P<link>(?: ?{_INTRO})+| to(?= )(?! {v.LIST})| for| of| "
    rf"that| {QUOTE}|$| )"
)
_TO_LIST_HEAD = re.compile(
    rf"^{v.ADD_WITH_LIST} (?:to|on|onto|in|into) (?:my|the|our|this|your)(?: [\w-]+){{0,2}}? {v.LIST}(?: "
    rf"?[:,\-–])? (?P<rest>.+)$",
    re.DOTALL,
)
_WHEN_FIRST = re.compile(
    r"^(?P<when>[^:]{2,40}?) ?,? (?P<rest>(?:please )?(?:remind me|remind us|add|create|put|don't let me "
    r"forget|don't forget) .+)$",
    re.DOTALL,
)
_UNKNOWN_PLACE = re.compile(r"^(?P<thing>.+) (?:to|into|onto|in) (?:the|a|an|his|her|their|your) [\w' -]+$")
_LABEL_HEAD = re.compile(
    rf"^(?:(?:new|another|next|a|my|quick|add|todo) )*(?:{v.TASK}|add|log|new|note to self|memo)(?: (?:title|name|to "
    rf"add|for me))? ?(?::|->|→|–|—|-(?= )) ?(?P<rest>.+)$",
    re.DOTALL,
)
_ADD_HEAD = re.compile(
    rf"^{v.ADD_ANY}(?: (?:in|on|also|the following|following|these|this))?(?: ?[:,\-–])? (?P<rest>.+)$", re.DOTALL
)
_NOT_ADDED = re.compile(
    r"^(?:up|to|me|him|her|us|you|\d[\d.,]* ?(?:\+|and|plus|to|by|with|-|x|\*) ?\d[\d.,]*)\b(?! .*\blist\b)"
)
_LIST_HEAD = re.compile(rf"^{v.ADD_WITH_LIST}(?: (?:down|in|up))? (?P<rest>.+?){_LIST_TAIL.pattern}", re.DOTALL)
_LIST_DATED = re.compile(
    rf"^{v.ADD_WITH_LIST}(?: (?:down|in|up))? (?P<rest>(?!it\b|that\b|this\b|them\b|the (?:last|first)\b|task \d).+?) "
    rf"(?:to|on|onto|on to|in|into) (?:my|the|our)(?: [\w-]+){{0,2}}? {v.LIST} (?P<when>.+)$"
)
_CREATE_HEAD = re.compile(
    r"^(?:create|new|log|enter|record|include|track|save|store|schedule) (?P<rest>.+)$", re.DOTALL
)
_SCHEDULE_HEAD = re.compile(
    r"^(?:schedule|pencil in|slot in|block time for|block out time for|plan) (?:in )?(?P<rest>.+)$", re.DOTALL
)
_REMIND_LEAD = (
    rf"^(?:(?:{v.REMIND}|set (?:up )?(?:me )?(?:a |an |another )?(?:\w+ )?(?:reminder|alert|notification)(?: "
    rf"for me)?|(?:make|create|add|put in|give me) (?:a |an )?(?:\w+ )?(?:reminder|alert|notification)(?: for "
    rf"me)?|i (?:need|want) (?:a |to be )(?:reminder|reminded)|(?:keep|help) me (?:remember|remembering)|help "
    rf"me to remember|i (?:need|have|want|must|should|ought|'d like)(?: to)? (?:to )?(?:remember|be reminded)|"
    rf"need to remember|must remember|gotta remember|remember|please remember|make a note|take a note|have "
    rf"me)(?: ?,)?)"
)
_REMIND_HEAD = re.compile(
    _REMIND_LEAD + r"(?: ?(?P<when>(?:[^,:]|(?<=\d):(?=\d)){1,60}?))??,? "
    r"(?:to|about|that i (?:need|have|ought) to|that i should|that i must|"
    r"that|of|for|:|-)(?!\w) ?(?P<rest>.+)$",
    re.DOTALL,
)
# A date may hold an "of" or "for" of its own ("on the first of every month"): the "to" behind it ends it.
_REMIND_WHEN_TO = re.compile(
    _REMIND_LEAD + r" ?(?P<when>(?:[^,:]|(?<=\d):(?=\d)){1,60}?) ?,? (?:to|about)(?!\w) (?P<rest>.+)$", re.DOTALL
)
_REMIND_BARE = re.compile(rf"^(?:{v.REMIND}|set (?:a |me a )?reminder) ?[,:\-]? (?P<rest>.+)$", re.DOTALL)
_FORGET_HEAD = re.compile(
    r"^(?:don't forget|do not forget|don't let me forget|do not let me forget|never forget|never let me forget|"
    r"make sure (?:that )?i (?:don't forget|do not forget|remember)|make sure (?:that )?(?:i|we)|be sure i|"
    r"i (?:mustn't|must not|can't|cannot|shouldn't|should not|don't want to|do not want to|better not|'d "
    r"better not|had better not) forget|(?:i'd|i would) hate to forget|lest i forget|before i forget ?,?|in "
    r"case i forget ?,?)(?: to| about| that i need to| that i have to| that)? (?P<rest>.+)$",
    re.DOTALL,
)
_NEED_HEAD = re.compile(
    r"^(?:(?:i|we)(?: also| still| really| just| definitely| probably)? (?:need to|have to|must|have got to|"
    r"need)|(?:i've|we've) (?:also |still )?got to|need to|have to|must|got to|i'm supposed to|i am supposed "
    r"to|it's my job to|i need you to (?:remind me|help me remember) to|there's a need to) "
    r"(?:(?:also|really|still|definitely|urgently|quickly|just|go and|go|remember to) )*(?P<rest>.+)$",
    re.DOTALL,
)
_SOFT_HEAD = re.compile(
    r"^(?:(?:i|we)(?:'m|'re|'ve| am| are| have)? (?:(?:also|really|just|still|probably|definitely) )*(?:should|ought "
    r"to|"
    r"want to|would like to|'d like to|plan to|planning to|going to|'m going to|intend to|hope to|will|'ll|"
    r"forgot to|forgot about|keep(?: on)? forgetting to|"
    r"(?:always|often|constantly) forget to|have been meaning to|'ve been meaning to|been meaning to|never get "
    r"(?:a)?round "
    r"to|haven't (?:yet )?got(?:ten)? (?:a)?round to|'d better|had better|am about to)|(?:i'll|i'd better|we'll|i'm "
    r"going to|we "
    r"should)) (?:(?:also|really|still|just) )*(?P<rest>.+)$",
    re.DOTALL,
)
_FORGOT_ADD = re.compile(
    r"^i (?:forgot|wanted|meant|was supposed|need|was going) to (?:add|create|put|include) (?P<rest>.+)$", re.DOTALL
)
_EXPLAINS = re.compile(
    r"(?:^| )(?:, |; |- |– |— |\. |\n )?(?P<why>(?:because|since i|since we|as i|so that|so i can|so i don't|"
    r"in order to|cause)\b.+)$|(?:,|;|-|–|—|\.|\n) (?P<clause>(?:and )?(?:(?:i|we|they|he|she)(?:'m|'ve|'d|'ll|"
    r"'re)?|it|it's|it'll|its|that's|this is|there's|there are|there is|you|he's|she's|they're|my \w+ (?:is|"
    r"are|has|needs|wants|said)|the \w+ (?:is|are|has|needs)|make sure|otherwise|remember|don't forget|ask "
    r"(?:for|about|them|him|her)|including|which|who)\b .+)$",
    re.DOTALL,
)
_DESCRIBED = re.compile(
    r"(?:,|;|-|–|\.|\n)? ?(?:and )?(?:(?:with|using|having|add|include|put|give it|set)(?: (?:a|an|the|this|as|"
    r"it))* )?(?:description|desc|notes?|details?|body|comment|info|memo)(?: (?:of|that says|saying|that|is|"
    r"reads|as|being))? ?(?::|=|-)? (?P<text>.+)$",
    re.DOTALL,
)
_DESCRIBED_SIGN = re.compile(
    r"(?:^|,|;|-|–|\.|\n| with| and) ?(?:a |the )?(?:description|desc|notes?|details?|comment|memo)\b"
)
_PRIORITY = re.compile(
    rf"(?:,|;|-)? ?(?:(?:and )?(?:(?:with|as|at|of|set|make it|mark(?: it)?(?: as)?|has|having|it's|it is|"
    rf"which is|that is|that's|is|in|give it|assign(?: it)?|priority) )?(?:(?:a|an|the|its|it|to) "
    rf")*(?P<before>{v.PRIORITY})[ -]priority|(?:and )?(?:with |as |at |of |set )?(?:(?:a|an|the|its) "
    rf")?priority ?(?:of|is|:|=|to|level|as|-)? ?(?P<after>{v.PRIORITY})\b(?:[ -]priority)?|(?:,|and|-|;) "
    rf"(?:(?:make|mark|flag|it's|it is|that's|this is|set|this one is|both are|they're)(?: (?:it|that|this|"
    rf"them))?(?: (?:as|is|to))? )?(?P<alone>urgent|critical|important|super important|very important|really "
    rf"important|super urgent|very urgent|low|high)$| (?:as|marked(?: as)?|flagged(?: as)?) (?P<as>urgent|"
    rf"critical|important|high|low)$|(?P<bang> !{2, 4}| ! ! ?!?)$)"
)
_TAGS = re.compile(
    rf"(?:,|;)? ?(?:and )?(?:(?:with|under|using|give it|add|put)(?: (?:the|a))? )?(?:(?P<verb>(?:and "
    rf")?(?:tagged|labell?ed|tag it|label it|tag them|tag that)(?: (?:as|with|under|by))?)|(?:tags?|"
    rf"labels?)(?: of| as| called| named)?) ?:? (?P<tags>{QUOTE}|[#@]?[\w-]+(?: ?(?:,|and|,? and|&) "
    rf"[#@]?[\w-]+)*)$"
)
_TAG_AFTER = re.compile(rf" (?:with|using|under|and) (?:the |a )?(?P<tag>{QUOTE}|[#@]?[\w-]+) (?:tag|label)$")
_PROJECT = re.compile(
    rf"(?:,|;)? ?(?:and )?(?:(?:put it|file it|add it|it goes|save it|place it|goes) )?(?:in|under|to|into|for|"
    rf"on|inside|within|onto) (?:my |the |our )?(?:(?:project|list|folder) (?:called |named )?(?P<a>{QUOTE}|"
    rf"[\w/-]+(?: [\w/-]+)?)|(?P<b>{QUOTE}|[\w/-]+(?: [\w/-]+){{0,2}}) (?:project|list|folder)|"
    rf"(?P<c>[\w/-]+(?: [\w/-]+)?))$"
)
_EACH = re.compile(
    r",? ?(?:(?:and )?(?:both|all|all of them|each|each of them|all due|both due|everything|all three|all of "
    r"these|they're all|they are all|make them all)) (?:(?:are|is) )?(?:due |for |on |by )?(?P<when>.+)$"
)
_FOR_WHEN = re.compile(
    r"^(?:(?:due|for|on|by|at|in|starting) )?(?P<when>[^:]+?) ?(?<!\w)(?:to|:|,|-|–|called|named|titled|which "
    r"is|that says|saying|about|is) (?P<rest>.+)$",
    re.DOTALL,
)
_DETERMINED = re.compile(r"^(?:the|a|an|some|my|this|that) ")
_SAYS = re.compile(r"\w (?:is|are|was|were|has|have|will|needs|costs|starts|ends)\b")  # a sentence keeps its article
_NOBODY = re.compile(r"^(?:your|my|him|her|our|them|it)sel(?:f|ves)$|^(?:me|you|him|her|us|someone|everyone|people)$")
_PRONOUN_ONLY = re.compile(
    r"^(?:it|that|this|them|those|these|one|something|stuff|things?|anything|everything|more|another|another "
    r"one|one more|some|a few|a few things|some things|some stuff)(?: (?:too|as well|again|else|please|new|for "
    r"me))*$"
)


def read_add(words: Phrase, around: Surroundings) -> Intent | None:
    """The tasks that a clause asks for, or None when it asks for something else."""
    found = _head(words, around)
    if found is None:
        return _dated_first(words, around)
    rest, shared, bare, how = found
    if _NOBODY.match(rest.low):
        return None
    if bare and _goes_elsewhere(words, rest, around):
        return OfferAdd(new_task(rest, around))
    if not rest or _PRONOUN_ONLY.match(rest.low):
        return Add((), bare=bare)
    return _items(rest, shared, bare, how, around)


def _dated_first(words: Phrase, around: Surroundings) -> Add | None:
    """ "tomorrow remind me to …": the date stands before the request."""
    match = _WHEN_FIRST.match(words.low)
    if match is None or around.moment(words.group(match, "when").text) is None:
        return None
    found = read_add(words.group(match, "rest"), around)
    if not isinstance(found, Add):
        return None
    when = words.group(match, "when").text
    return replace(found, items=tuple(item if item.when else replace(item, when=when) for item in found.items))


def _goes_elsewhere(words: Phrase, rest: Phrase, around: Surroundings) -> bool:
    """ "add fuel to the fire" is no list of ours: worth a question."""
    if not words.low.startswith("add ") or not _UNKNOWN_PLACE.match(rest.low) or leads_with_doing(rest, strict=True):
        return False
    return around.read(rest.text).due is None and new_task(rest, around).project is None


def read_need(words: Phrase, around: Surroundings) -> Intent | None:
    """ "I need to pay bills": a task when it names an errand with an object, else at most an offer."""
    match = _FORGOT_ADD.match(words.low)
    if match is not None:
        return OfferAdd(new_task(words.group(match, "rest"), around))
    match = _NEED_HEAD.match(words.low)
    firm = match is not None
    match = match or _SOFT_HEAD.match(words.low)
    if match is None:
        return None
    rest = words.group(match, "rest")
    if not rest:
        return None
    head = rest.low.split()[0]
    if head in v.NOT_ERRANDS or not leads_with_doing(rest, strict=False):
        return None
    if len(rest) < 2 or re.match(r"^\w+ (?:to )?(?:you|something|someone|help|it|that|this|them)\b", rest.low):
        return None
    if firm:
        return _items(rest, NewTask(""), bare=False, how="errands", around=around)
    return OfferAdd(new_task(rest, around))


def read_bare(words: Phrase, around: Surroundings) -> Intent | None:
    """A line without any request: a task when it is written in quick-add signs, an offer when it sounds like an
    errand."""
    if len(words) < 2 or len(words) > 30:
        return None
    reading = around.read(words.text)
    kinds = {span.kind for span in reading.spans}
    doing = leads_with_doing(words, strict=True)
    signs = kinds & {"tag", "project"} or ("priority" in kinds and re.search(r"(?:^| )p[1-4]\b", words.low))
    if signs and (doing or reading.due is not None) and not words.low.startswith(("#", "@")):
        return Add((new_task(words, around),))
    if doing or (reading.due is not None and reading.title and len(reading.title.split()) <= 8):
        return OfferAdd(new_task(words, around))
    return None


def _head(words: Phrase, around: Surroundings) -> tuple[Phrase, NewTask, bool, Together] | None:
    """(what stands after the request, shared values, whether it stood alone, whether one task was asked for)."""
    low = words.low
    if (match := _NOUN_HEAD.match(low)) and (found := _after_noun(words, match, around)) is not None:
        return found
    if match := _FORGET_HEAD.match(low):
        return words.group(match, "rest"), NewTask(""), False, "errands"
    dated = _REMIND_WHEN_TO.match(low)
    if dated is not None and around.moment(words.group(dated, "when").text) is None:
        dated = None
    if match := dated or _REMIND_HEAD.match(low):
        when = words.group(match, "when")
        said = re.match(r"^(?:remember|make a note|take a note)", low)
        if not when or around.moment(when.text) is not None:
            if re.match(r"^(?:remember|take a note|make a note)(?: that| of| about| for)", low) or (
                said and not re.match(r"^(?:remember to|(?:make|take) a note to|remember ?:)", low)
            ):
                return None
            rest = words.group(match, "rest")
            if re.match(r"^(?:remind me|remind us) (?:about|of|that)\b", low) and re.match(
                r"^(?:my|the|all)? ?(?:tasks|todos|list|everything|it|that|this|them)$", rest.low
            ):
                return None
            return rest, NewTask("", when=when.text), False, "errands"
    if (match := _REMIND_BARE.match(low)) and not re.match(
        r"^(?:what|which|how|who|when|where|why|if|whether|later|again)\b", words.group(match, "rest").low
    ):
        rest = words.group(match, "rest")
        return rest, NewTask(""), False, "errands"
    if match := _LABEL_HEAD.match(low):
        return words.group(match, "rest"), NewTask(""), not low.startswith("add"), "list"
    if match := _TO_LIST_HEAD.match(low):
        return words.group(match, "rest"), NewTask(""), False, "list"
    if match := _LIST_HEAD.match(low):
        rest = words.group(match, "rest")
        if rest and not re.match(r"^(?:it|that|this|them|the (?:last|first)|task \d)\b|.* back$", rest.low):
            return rest, _list_values(low, around), True, "list"
    if (match := _LIST_DATED.match(low)) and around.moment(words.group(match, "when").text) is not None:
        return words.group(match, "rest"), NewTask("", when=words.group(match, "when").text), True, "list"
    if match := _ADD_HEAD.match(low):
        rest = words.group(match, "rest")
        if _NOT_ADDED.match(rest.low):
            return None
        return _off_list(rest, around), _list_values(low, around), True, "list"
    if re.match(rf"^{v.ADD_ANY}$", low) or re.match(
        rf"^(?:add|create|new)(?: (?:a|new|another|one))* ?{v.TASK}?$", low
    ):
        return words.cut(len(low)), NewTask(""), True, "one"
    if match := _CREATE_HEAD.match(low):
        rest = words.group(match, "rest")
        if leads_with_doing(rest, strict=True) and low.startswith(("create", "new")):
            return rest, NewTask(""), False, "errands"
    if (match := _SCHEDULE_HEAD.match(low)) and not low.startswith("plan the"):
        rest = words.group(match, "rest")
        indefinite = re.match(r"^(?:a|an|another|some|time for|time to)\b", rest.low) or leads_with_doing(
            rest, strict=True
        )
        if around.read(rest.text).due is not None and indefinite:
            if gone := re.match(r"^(?:a|an|another|some|time for|time to) (?:time (?:for|to) )?", rest.low):
                rest = rest.cut(gone.end())
            return rest, NewTask(""), False, "errands"
    return None


def _off_list(rest: Phrase, around: Surroundings) -> Phrase:
    """Without "to my list", at the end or before a date."""
    if tail := _LIST_TAIL.search(rest.low):
        return rest.cut(0, tail.start())
    found = _LIST_INSIDE.search(rest.low)
    if found is not None and around.moment(rest.cut(found.end()).text) is not None:
        return rest.without(found.start(), found.end())
    return rest


def _list_values(low: str, around: Surroundings) -> NewTask:
    """ "today's list" dates what goes on it."""
    match = re.search(r"\b(?P<name>[\w-]+)(?P<own>'s)? " + v.LIST + "$", low)
    if match is None:
        return NewTask("")
    if match["own"]:
        return NewTask("", when=match["name"]) if around.moment(match["name"]) is not None else NewTask("")
    return NewTask("", project=around.project(match["name"]))


def _after_noun(
    words: Phrase, match: re.Match[str], around: Surroundings
) -> tuple[Phrase, NewTask, bool, Together] | None:
    low = words.low
    noun, link = match["noun"], (match["link"] or "").strip()
    before = low[: match.start("noun")]
    end = match.end() - (len(match["link"]) if QUOTE in link or not link else 0)
    rest = words.cut(end)
    plain = re.match(r"^(?:add|create|new)(?: in)? (?:task|todo|to do|reminder|item)$", low[: match.end("noun")])
    if (
        link == ""
        and rest
        and not plain
        and not match["priority"]
        and not match["priority2"]
        and not re.search(
            r" (?:a|an|another|new|one more|one|some|following|more|\d+|two|three) |^new ",
            f" {before}".replace("  ", " "),
        )
    ):
        return None  # "add task manager demo": the noun belongs to the title
    if re.match(
        r"^(?:do|make|open|start|schedule|note|file|put|set|get|build|compose) (?:the|my|all|both|these|those) ", low
    ) and link in ("", "to", "for", "of"):
        return None
    if link == "of" or (link == "that" and not re.match(r"^i (?:need|have|should|must)", rest.low)):
        return None
    if gone := re.match(r"^(?:that )?(?:i|we) (?:need|have|should|must|ought)(?: to)? ", rest.low):
        rest = rest.cut(gone.end())
    if tail := _LIST_TAIL.search(rest.low):
        rest = rest.cut(0, tail.start())
    word = match["priority"] or match["priority2"]
    shared = NewTask(
        "", priority=v.PRIORITIES[re.sub(r"[ -]priority$", "", word)] if word else None, when=match["repeat"] or ""
    )
    if link in ("for", ""):
        rest, shared = _leading_when(rest, shared, around)
        if gone := re.match(rf"^(?:{_INTRO}|to) ", rest.low):
            rest = rest.cut(gone.end())
    plural = noun.endswith("s") and not noun.endswith("ss")
    return rest, shared, plural and link != "to", "list" if plural else "one"


def _leading_when(rest: Phrase, shared: NewTask, around: Surroundings) -> tuple[Phrase, NewTask]:
    """ "… for tomorrow: call mom", "… for friday to call mom": the date goes with every title that follows."""
    for match in _every_cut(_FOR_WHEN, rest.low):
        when = rest.group(match, "when")
        if when and around.moment(when.text) is not None:
            return rest.group(match, "rest"), replace(shared, when=f"{shared.when} {when.text}".strip())
    return rest, shared


def _every_cut(pattern: re.Pattern[str], low: str) -> list[re.Match[str]]:
    match = pattern.match(low)
    return [match] if match else []


def _items(rest: Phrase, shared: NewTask, bare: bool, how: Together, around: Surroundings) -> Add:
    """The titles in `rest`, each with its own attributes; what was said for all goes to all."""
    if gone := re.match(r"^(?:that )?(?:i|we) (?:need|have|should|must|ought|got)(?: to)? |^that ", rest.low):
        rest = rest.cut(gone.end()) or rest
    rest, shared = _leading_date(rest, shared, around)
    if (match := _EACH.search(rest.low)) and match.start() > 0:
        when = rest.group(match, "when")
        if when and around.moment(when.text) is not None:
            rest, shared = rest.cut(0, match.start()), replace(shared, when=when.text)
    described, rest = _description(rest, around)
    pieces = split_tasks(rest, how)
    items = [new_task(piece, around, shared) for piece in pieces]
    items = [item for item in items if item.text.strip()]
    if len(items) > 1 and not shared.when and not any(leads_with_doing(piece, strict=True) for piece in pieces):
        items = _share_trailing_date(items, around)
    if described and items:
        items[-1] = replace(items[-1], description=described)
    return Add(tuple(items[:MAX_ITEMS]), bare=bare, overflow=max(0, len(items) - MAX_ITEMS))


def as_list(rest: Phrase, shared: NewTask, around: Surroundings) -> Add:
    """The tasks of a list behind its head; what `shared` holds goes to all."""
    return _items(rest, shared, bare=True, how="list", around=around)


def _leading_date(rest: Phrase, shared: NewTask, around: Surroundings) -> tuple[Phrase, NewTask]:
    match = re.match(r"^(?P<when>[^:\n]{2,60}?) : (?P<rest>.+)$", rest.low, re.DOTALL)
    if match and (when := rest.group(match, "when")) and around.moment(when.text) is not None:
        return rest.group(match, "rest"), replace(shared, when=f"{shared.when} {when.text}".strip())
    return rest, shared


def _share_trailing_date(items: list[NewTask], around: Surroundings) -> list[NewTask]:
    """ "milk, eggs and bread for tomorrow": a date behind a list of bare things belongs to all of them."""
    readings = [None if item.literal else around.read(item.text) for item in items]
    if any(reading is not None and reading.due for reading in readings[:-1]):
        return items
    last = readings[-1]
    if last is None or last.due is None or last.rrule is not None:
        return items
    text = " ".join(span.text for span in last.spans if span.kind in ("due", "time", "deadline"))
    return [replace(item, when=text) for item in items[:-1]] + items[-1:]


def _description(rest: Phrase, around: Surroundings) -> tuple[str, Phrase]:
    """An explanation or an explicit description behind the title: (its text, what is left)."""
    sign = _DESCRIBED_SIGN.search(rest.low)
    if sign and (match := _DESCRIBED.search(rest.low, max(0, sign.start()))) and match.start() > 0:
        inner = rest.group(match, "text")
        title = rest.cut(0, match.start())
        if inner and title:
            return inner.literal or inner.text, title
    match = _EXPLAINS.search(rest.low)
    if match and not ((said := _PRIORITY.search(rest.low)) and said.start() <= match.start()):
        group = "clause" if match["clause"] else "why"
        inner = rest.group(match, group)
        title = rest.cut(0, match.start())
        if title and len(inner) >= 2 and (group == "clause" or len(title) >= 2):
            return inner.text, title
    return "", rest


def attributes(words: Phrase, around: Surroundings) -> NewTask | None:
    """What stands in front of a request when it is wholly a date, a priority, a project or a tag; else None."""
    if around.moment(words.text) is not None:
        return NewTask("", when=words.text)
    if match := re.match(rf"^(?:with |as |at )?(?:a )?(?P<p>{v.PRIORITY})(?:[ -]priority)?$", words.low):
        return NewTask("", priority=v.PRIORITIES[match["p"]])
    project = re.match(
        rf"^(?:in|under|to|into|for|on|inside|within) (?:my |the |our )?(?:(?:project|folder) (?P<a>{QUOTE}|[\w/-]+)|"
        rf"(?P<b>{QUOTE}|[\w/-]+(?: [\w/-]+)?) (?:project|list|folder)|(?P<c>[\w/-]+(?: [\w/-]+)?))$",
        words.low,
    )
    if project:
        name = words.group(project, next(key for key in "abc" if project[key]))
        known = around.project(name.literal or name.text)
        if known or (not project["c"] and "list" not in words.low.split()):
            return NewTask("", project=known or name.literal or name.text)
    return None


def _dated_tail(words: Phrase, around: Surroundings) -> tuple[Phrase, str]:
    """(the words, the date at their end) when something else that new_task takes stands before it: "… in the Office
    project for Friday"."""
    if not _ATTRIBUTE.search(words.low) or around.moment(words.text) is not None:
        return words, ""
    cut = len(words.tokens)
    for first in range(len(words.tokens) - 1, max(0, len(words.tokens) - _DATE_MOST), -1):
        if around.moment(words.raw[words.tokens[first].start : words.tokens[-1].end]) is not None:
            cut = first
    head = Phrase(words.raw, words.tokens[:cut])
    if cut == len(words.tokens) or not any(p.search(head.low) for p in (_PRIORITY, _TAGS, _TAG_AFTER, _PROJECT)):
        return words, ""
    return head, Phrase(words.raw, words.tokens[cut:]).words


_ATTRIBUTE = re.compile(r"\b(?:project|list|folder|tag|tagged|label|labell?ed|priority|urgent|critical|important)\b")
_DATE_MOST = 8  # words of a date


def new_task(words: Phrase, around: Surroundings, shared: NewTask | None = None) -> NewTask:
    """One title with the attributes that chat says in words ("high priority", "tagged work", "in my Home project")."""
    shared = shared or NewTask("")
    described, words = ("", words) if shared.description else _description(words, around)
    words, dated = _dated_tail(words, around)
    priority, tags, project = shared.priority, list(shared.tags), shared.project
    for _ in range(3):
        if (match := _PRIORITY.search(words.low)) and words.cut(0, match.start()):
            word = match["before"] or match["after"] or match["alone"] or match["as"]
            priority = v.PRIORITIES[word] if word else "urgent"
            words = words.without(match.start(), match.end()).trimmed()
        elif (match := _TAGS.search(words.low) or _TAG_AFTER.search(words.low)) and words.cut(0, match.start()):
            inner = words.group(match, "tags" if "tags" in match.re.groupindex else "tag")
            tags += [
                name.strip("#@ ")
                for name in re.split(r"\s*(?:,|\band\b|&)\s*", inner.literal or inner.text)
                if name.strip("#@ ")
            ]
            words = words.cut(0, match.start())
        elif (match := _PROJECT.search(words.low)) and words.cut(0, match.start()):
            name = next((words.group(match, key) for key in "abc" if match[key]), None)
            known = around.project(name.literal or name.text) if name else None
            explicit = "project" in match[0].split()
            if known is None and not (explicit and name and not match["c"]):
                break
            project = known or (name.literal or name.text if name else None)
            words = words.cut(0, match.start())
        else:
            break
    if words.low.startswith("to ") and leads_with_doing(words, strict=True):
        words = words.cut(3)
    if gone := _DETERMINED.match(words.low):
        shorter = words.cut(gone.end())
        if (
            shorter
            and not leads_with_doing(words, strict=True)
            and words.low.startswith(("the ", "some ", "a ", "an "))
            and not _SAYS.search(words.low)
        ):
            words = shorter
    literal = words.literal
    said = words.words if not dated else f"{words.words} {dated}"
    if literal and dated and not shared.when:
        shared = replace(shared, when=dated)
    return replace(
        shared,
        text=literal or said,
        literal=literal is not None,
        description=shared.description or described,
        priority=priority,
        tags=tuple(dict.fromkeys(tags)),
        project=project,
    )

"""Requests that tick, reopen or delete, and reports that amount to one ("I bought the milk", "the report is done")."""

import re

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.intents import Complete, Delete, Intent, Reopen, Undo
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.targets import read_target
from taskora.assistant.builtin.text import Phrase

_MARK = (
    r"(?:mark|set|flag|make|label|put|change|update|turn|move|switch|consider|count|get|have|record|log|"
    r"register|report|treat|call it)"
)
_NOW = r"(?:now |already |all |finally |just |totally |completely |officially |been |basically |actually |also )*"
_MARK_DONE = re.compile(
    rf"^{_MARK}(?: down| off)? (?P<t>.+?)(?: off)? (?:as |to |to be |status to |to status )?(?:being |be |a "
    rf")?{_NOW}{v.DONE}(?: status)?$"
)
_MARK_DONE_FIRST = re.compile(rf"^{_MARK}(?: down)? (?:as )?{v.DONE} ?:? (?P<t>.+)$")
_MARK_NOT_DONE = re.compile(
    rf"^{_MARK}(?: down)? (?P<t>.+?) (?:as |to |to be |back to |back as |back )?(?:being )?(?:still "
    rf")?{v.NOT_DONE}(?: again)?(?: status)?$"
)
_MARK_NOT_DONE_FIRST = re.compile(rf"^{_MARK}(?: down)? (?:as )?{v.NOT_DONE} ?:? (?P<t>.+)$")
_MARK_PAST = re.compile(r"^mark (?P<t>.+?) (?:as )?(?P<verb>[a-z]+)$")
_CAN_GO = re.compile(
    rf"^(?P<t>.+?) can (?:now |just |all )?(?:(?:be )?(?P<done>(?:ticked|checked|crossed|struck|marked) off|marked "
    rf"(?:as )?"
    rf"{v.DONE}|closed(?: off)?|completed)|(?:(?:come|go|be (?:taken|removed|struck)) off|go|be (?:deleted|removed|"
    rf"dropped|"
    rf"scrapped)))(?: now)?(?: (?:of |from )?(?:my|the|our) (?:\w+ )?{v.LIST})?(?: now)?$"
)
_STATUS_OF = re.compile(
    r"^(?:set|change|update|switch|turn) (?:the )?(?:status|state) (?:of|for) (?P<t>.+?) (?:to|as) "
    r"(?P<state>.+)$|^(?:set|change|update|switch|turn) (?P<t2>.+?)(?:'s)? (?:status|state) (?:to|as) "
    r"(?P<state2>.+)$"
)
_COMPLETE = re.compile(rf"^{v.COMPLETE} (?P<t>.+)$")
_OFF = re.compile(
    rf"^(?:check|tick|cross|mark|knock|cut) (?P<t>.+?) off(?: (?:of )?(?:my|the|our) (?:\w+ )?{v.LIST})?$"
)
_REOPEN = re.compile(rf"^{v.REOPEN} (?P<t>.+)$")
_BACK = re.compile(
    rf"^(?:put|move|bring|set|get|add) (?P<t>.+?) back(?: (?:to|on|onto|in|into|as) (?:my |the )?(?:{v.LIST}|"
    rf"{v.NOT_DONE}|active|todo|to do|pending|tasks))?$|^(?:bring|put|move) back (?P<t2>.+)$"
)
_DELETE = re.compile(rf"^{v.DELETE} (?P<t>.+)$")
_DELETE_SPLIT = re.compile(
    rf"^(?:take|strike|get|throw|wipe|scratch|scrub|leave|clear|pull|drop|knock|cut|kick|move) (?P<t>.+?) "
    rf"(?:off|off of|out of|from)(?: of)? (?:my|the|our|that|this) (?:\w+ )?{v.LIST}$|^(?:throw|toss|take|"
    rf"chuck|clear|wipe) (?P<t2>.+?) (?:away|out)$"
)
_UNNEEDED = re.compile(
    r"^(?:(?:i|we) want (?P<g>.+?) (?:gone|removed|deleted|off (?:my|the) list)|(?:don't|do not) need "
    r"(?P<h>.+?) (?:any ?more|any longer)|(?:i|we) (?:don't|do not) (?:really )?(?:need|want|have|care about|"
    r"care for|require|need to see|want "
    r"to see) (?P<a>.+?) (?:any ?more|any longer|now|after all)|(?:i|we) (?:won't|will not) (?:be "
    r")?need(?:ing)? (?P<f>.+?)(?: any ?more| any longer| after all)?|(?:(?:i|we) )?no longer (?:need|want|require|"
    r"care about|have|plan) (?P<b>.+?)(?: any ?more)?|"
    r"(?P<c>.+?) (?:is|are|isn't|is not|aren't|are not|'s)(?: now)? (?:not |no longer )?(?:needed|necessary|"
    r"relevant|required|important|a thing|happening)(?: any ?more| any longer| now)?|(?:there's |there is )?no "
    r"(?:longer (?:any )?|more )?need (?:for|to) (?P<d>.+?) (?:any ?more|any longer|now|after all)|"
    r"(?:i'm|i am|we're) (?:not|no longer) (?:going to|gonna|doing|going to do|planning to) ?(?P<e>.*?) (?:any "
    r"?more|any longer|after all))$"
)
_UNNEEDED_SOFT = re.compile(
    r"^(?:(?:i|we) (?:don't|do not) (?:really )?(?:need|want|have) (?P<a>(?:to|the|my|that) .+)|(?P<b>.+?) "
    r"(?:is|was|got|has been|have been|were|are|just got|'s been) (?:cancell?ed|called off|scrapped|dropped|"
    r"off|abandoned)|(?:i|we)(?:'ve| have)? (?:just |already )?(?:cancell?ed|called off|dropped|scrapped) "
    r"(?P<c>.+)|"
    r"(?:there's |there is )?no (?:longer (?:any )?|more )?need (?:for|to) (?P<d>.+)|(?:i|we) (?:changed my "
    r"mind|changed our minds?) (?:about|on) (?P<e>.+)|(?:don't|do not) (?:bother|worry) (?:with|about) "
    r"(?P<f>.+)|(?:stop|quit|don't|do not) remind(?:ing)? me (?:about|of|to) (?P<g>.+?)(?: any ?more)?)$"
)
_NEGATIVE_ONLY = re.compile(r"\b(?:not|no longer|isn't|aren't)\b")
_OWN_VERB = re.compile(
    r"^(?:add|create|delete|remove|erase|mark|rename|reschedule|undo|tag|complete|move|change|see|show)\b"
)
_DONE_WITH = re.compile(
    r"^(?:(?:i'm|i am|we're|we are|all|i'm all|i've|i have)? ?(?:now |finally |just |already |all |totally "
    r")*(?:done|finished|through)(?: with)?|done|finished|completed|complete|did it|got it done) ?(?:with|:|,|"
    r"-|–|doing)? (?P<t>.+)$"
)
_IS_DONE = re.compile(
    rf"^(?P<t>.+?)(?: ?[:\-–,])? (?:(?:is|are|was|were|'s|got|has been|have been|has|have|been|task is|status) "
    rf")?{_NOW}{v.DONE}(?: (?:now|already|today|too))?$"
)
_BEEN_DONE = re.compile(
    r"^(?P<t>.+?)(?: (?:has been|have been|was|were|is|are|got|been|already|finally|now))* (?P<verb>[a-z]+)$"
)
# Said of things in the world at least as often as of tasks ("my gym is closed"): worth a question.
_WORLDLY = re.compile(r"\b(?:closed|over|ready|resolved|sorted|good to go|active|open)(?: (?:now|already|today|too))?$")
_ISNT_DONE = re.compile(
    rf"^(?P<t>.+?) (?:isn't|is not|aren't|are not|wasn't|hasn't been|has not been|is still not)(?: (?:actually|"
    rf"really|yet|quite|even|fully))* (?:{v.DONE})(?: (?:yet|after all|actually))?$|^(?:i|we) (?:haven't|have "
    rf"not|didn't|did not)(?: (?:actually|really|quite|even|fully|yet))* (?:done|finish(?:ed)?|complete[d]?|"
    rf"do) (?P<t2>.+?)(?: (?:yet|after all|actually|though))?$"
)
_REPORT = re.compile(
    r"^(?:(?:i|we)(?:'ve|'d| have| had)? |(?:me )?)?(?:(?:have |just |already |finally |also |now |actually |"
    r"went and |went ahead and |successfully |recently |totally |only just |at last "
    r")*)(?P<verb>[a-z]+(?:-[a-z]+)?)(?P<particle> (?:up|off|out|in|away|back|down|over))? (?P<t>.+)$"
)
_REPORT_HAD = re.compile(
    r"^(?:i|we) (?:just |already |finally |also )*(?P<verb>had|got)(?P<particle> (?:up|off|out))? (?P<t>.+)$"
)
_GOT_DONE = re.compile(
    rf"^(?:(?:i|we)(?:'ve)? )?(?:(?:just|already|finally) )*(?:got|have|had|gotten) (?P<t>.+?) {v.DONE}$"
)
_ALMOST = re.compile(
    r"\b(?:almost|nearly|half|halfway|partly|partially|kind of|sort of|not|never|haven't|didn't|hasn't|isn't|"
    r"about to|trying to|tried to|started|starting|barely|hardly|mostly|no one|nobody|failed to|forgot|wish)\b"
)
# "I managed to fix the fence", "I got round to fixing it": the verb that follows has been done.
_MANAGED = re.compile(
    r"^(?:i|we|i've|we've|just|finally) (?:have |just |already |finally |also |now |actually |even )*(?:managed to|"
    r"remembered "
    r"to|was able to|were able to|been able to|(?:got|gotten) (?:a)?round to|made time to|took the time to|succeeded "
    r"in)"
    r"(?: (?:just|finally|also))? (?P<verb>[a-z]+) (?P<t>.+)$"
)
_UNDERGONE = re.compile(r"^(?P<t>.+) (?P<verb>[a-z]+)$")
_SPARED = re.compile(r" , (?:but )?not [^,]+$")  # "done with A and B, not C"
_TIMES = re.compile(
    r"(?: ?,?(?: (?:today|yesterday|already|earlier(?: today)?|this (?:morning|afternoon|evening|week)|last "
    r"night|just now|(?:a (?:few|couple of) |an? |\w+ )?(?:minutes?|hours?|days?) ago|now|at last|finally|"
    r"tonight|on my way home|at the (?:store|shop|supermarket)|from the (?:store|shop|supermarket)|on (?:mon|"
    r"tues|wednes|thurs|fri|satur|sun)day)))+$"
)
_UNDO = re.compile(
    r"^(?:undo|revert|roll ?back|reverse|take back|undelete|unsend|go back|step back|undo it all)(?: ?(?:that|"
    r"it|this|the (?:last|previous|latest|most recent)(?: (?P<n>\d+|two|three|four|five))?(?: (?:one|change|"
    r"changes|action|actions|thing|things|step|steps|edit|operation|command|delete|deletion|update|addition|"
    r"completion|request|move))?(?: (?:i|you) (?:did|made))?|(?:my|your) (?:last|previous|latest)(?: (?:change|"
    r"action|edit|step|request|command))?|what (?:you|i|we) (?:just )?(?:did|done|changed)|the (?:change|"
    r"deletion|delete|update|completion|rename|move|add|addition|edit)|(?P<m>\d+|two|three|four|five) "
    r"(?:changes|actions|steps|things|times)|the change you (?:just )?made|everything you (?:just )?did|all "
    r"(?:of )?(?:that|it)|those|them|these changes|those changes|last|last change|last action|previous|twice|"
    r"once|again|a step|one step))?$"
    r"|^(?:take|put) (?:that|it|this|them) back(?: (?:please|how it was|the way it was|like it was))?$|"
    r"^(?:bring|get) (?:it|that|them|those) back$|^restore (?:it|that|them|those|the (?:last|deleted) (?:one|"
    r"task|tasks)|what (?:you|i) (?:just )?deleted)$|^(?:put|change|set|turn|switch) (?:it|that|them|"
    r"everything|things) back(?: (?:to (?:what|how) (?:it|they) (?:was|were)(?: before)?|the way (?:it|they) "
    r"(?:was|were)(?: before)?|how (?:it|they) (?:was|were)|as (?:it|they) (?:was|were)|to normal))?$"
    r"|^i (?:didn't|did not) (?:mean|want|intend) (?:to (?:do )?)?(?:that|this|it|to do that|for that to "
    r"happen|you to do that|that to happen)$|^(?:ctrl|cmd|control|command) ?[+\-]? ?z$|^undo$|^(?:that was|it "
    r"was) (?:a mistake|an accident|wrong|an error)(?:, undo(?: it| that)?)?$|^(?:can|could) (?:you|we) go "
    r"back$"
)
_REDO = re.compile(
    r"^redo(?: (?:that|it|this|the (?:last|previous)(?: \w+)?))?$|^undo (?:the|that|your|my) undo$|^(?:do|"
    r"apply) (?:it|that) again$|^put (?:it|that) back again$"
)


def read_undo(words: Phrase, around: Surroundings) -> Intent | None:
    """ "undo that", "put it back", "redo"."""
    if _REDO.match(words.low):
        return Undo(redo=True)
    match = _UNDO.match(words.low)
    if match is None:
        return None
    count = match["n"] or match["m"] or ("2" if words.low.endswith("twice") else "1")
    return Undo(times=min(10, int(count) if count.isdigit() else v.NUMBER_WORDS.get(count, 1)))


def read_state(words: Phrase, around: Surroundings) -> Intent | None:
    """Completing and reopening as a request."""
    low = words.low
    if match := _CAN_GO.match(low):
        target = read_target(words.group(match, "t"), around)
        if target.words and not target.definite and not target.literal:
            return None
        return Complete(target) if match["done"] else Delete(target)
    if (match := _STATUS_OF.match(low)) is not None:
        state = (match["state"] or match["state2"]).strip()
        target = read_target(words.group(match, "t" if match["t"] else "t2"), around)
        if re.fullmatch(v.NOT_DONE, state):
            return Reopen(target)
        if re.fullmatch(v.DONE, state):
            return Complete(target)
    for pattern, opens in (
        (_MARK_NOT_DONE, True),
        (_MARK_NOT_DONE_FIRST, True),
        (_MARK_DONE, False),
        (_MARK_DONE_FIRST, False),
        (_OFF, False),
        (_REOPEN, True),
    ):
        if match := pattern.match(low):
            target = read_target(words.group(match, "t"), around)
            return Reopen(target) if opens else Complete(target)
    if (match := _MARK_PAST.match(low)) and (lemma := past_lemma(match["verb"])) is not None:
        return Complete(read_target(words.group(match, "t"), around), verb=lemma, verb_text=match["verb"])
    if match := _BACK.match(low):
        group = "t" if match["t"] else "t2"
        return Reopen(read_target(words.group(match, group), around))
    if match := _COMPLETE.match(low):
        rest = words.group(match, "t")
        target = read_target(rest, around)
        # "finish the report by friday" names a new duty more likely than a thing that is done.
        return Complete(target, sure=around.read(rest.words).due is None or target.plural or bool(target.where))
    return None


def read_delete(words: Phrase, around: Surroundings) -> Intent | None:
    """Deleting as a request, and "I don't need X anymore"."""
    low = words.low
    if match := _DELETE_SPLIT.match(low):
        return Delete(read_target(words.group(match, "t" if match["t"] else "t2"), around))
    if match := _DELETE.match(low):
        rest = words.group(match, "t")
        if re.match(r"^(?:off|by|out|in|up|over) ", rest.low) or not rest:
            return None
        return Delete(read_target(rest, around))
    if (match := _UNNEEDED.match(low)) and (not match["c"] or _NEGATIVE_ONLY.search(low)):
        return _unneeded(words, match, around, sure=True)
    if match := _UNNEEDED_SOFT.match(low):
        return _unneeded(words, match, around, sure=False)
    return None


def _unneeded(words: Phrase, match: re.Match[str], around: Surroundings, *, sure: bool) -> Intent | None:
    group = next(name for name, value in match.groupdict().items() if value is not None)
    rest = words.group(match, group)
    doing = re.match(r"^to (?:have to |do )?", rest.low)
    if doing:
        rest = rest.cut(doing.end())
    elif group in ("d", "g", "e", "b") and rest.low:
        doing = None
    if doing and _OWN_VERB.match(rest.low):
        return None  # "I don't want to delete X" speaks of us, not of an errand
    return Delete(read_target(rest, around), sure=sure, doing=bool(doing))


def read_report(words: Phrase, around: Surroundings) -> Intent | None:
    """ "I bought the milk", "the report is done", "done with laundry": ticks one task when it is clear which."""
    low = words.low
    if match := _ISNT_DONE.match(low):
        return Reopen(read_target(words.group(match, "t" if match["t"] else "t2"), around), sure=False)
    spared = _SPARED.search(low)
    if _ALMOST.search(low[: spared.start()] if spared else low):
        return None
    if tail := _TIMES.search(low):
        shorter = words.cut(0, tail.start())
        if shorter:
            words, low = shorter, shorter.low
    if (match := _MANAGED.match(low)) and (lemma := _lemma_of(match["verb"])) is not None:
        rest = words.group(match, "t")
        undergone = _UNDERGONE.match(rest.low) if lemma in ("get", "have") else None
        if undergone and (done := past_lemma(undergone["verb"])) is not None:
            return Complete(read_target(rest.group(undergone, "t"), around), verb=done, verb_text=undergone["verb"])
        return Complete(read_target(rest, around), verb=lemma, verb_text=match["verb"])
    if match := _GOT_DONE.match(low):
        return Complete(read_target(words.group(match, "t"), around), verb="do")
    if match := _DONE_WITH.match(low):
        return Complete(read_target(words.group(match, "t"), around), verb="do")
    if match := _IS_DONE.match(low):
        rest = words.group(match, "t")
        if not re.match(r"^(?:i|we|you|he|she|they|who|what|how|this app|the app|dinner|lunch|all)$", rest.low):
            return Complete(read_target(rest, around), verb="do", sure=not _WORLDLY.search(low))
        return None
    if (match := _BEEN_DONE.match(low)) and (lemma := past_lemma(match["verb"])) is not None and lemma in v.ACTIONS:
        rest = words.group(match, "t")
        if not re.match(r"^(?:i|we|you|he|she|they|it|who|i'm|i've|just|already|finally)\b", rest.low):
            return Complete(read_target(rest, around), verb=lemma, verb_text=match["verb"])
    if low.startswith(("to ", "the ", "a ")):
        return None
    match, lemma = None, None
    for pattern in (_REPORT, _REPORT_HAD):
        match = pattern.match(low)
        lemma = past_lemma(match["verb"]) if match is not None else None
        if lemma is not None:
            break
    if match is None:
        return None
    said_who = re.match(r"^(?:i|we)\b|^(?:just|already|finally)\b", low) is not None
    if lemma is None or (match["verb"] in ("put", "cut", "read", "set", "run", "let") and not said_who):
        return None
    rest = words.group(match, "t")
    verb_text = match["verb"] + (match["particle"] or "")
    return Complete(read_target(rest, around), verb=lemma, verb_text=verb_text)


def _lemma_of(verb: str) -> str | None:
    """The doing behind an infinitive or an -ing form, or None."""
    if verb in v.ACTIONS:
        return verb
    if not verb.endswith("ing"):
        return None
    stems = (verb[:-3], verb[:-3] + "e", verb[:-4] if len(verb) > 5 and verb[-4] == verb[-5] else "")
    return next((stem for stem in stems if stem in v.ACTIONS), None)


def past_lemma(verb: str) -> str | None:
    """The lemma of a past form of a doing ("bought" → "buy", "called" → "call"), or None when it isn't one."""
    if verb in v.PAST:
        return v.PAST[verb]
    if not verb.endswith("ed") or len(verb) < 5:
        return None
    for stem in (
        verb[:-2],
        verb[:-1],
        verb[:-3] if len(verb) > 5 and verb[-3] == verb[-4] else "",
        verb[:-3] + "y" if verb.endswith("ied") else "",
    ):
        if stem in v.ACTIONS or stem in ("finish", "complete", "attend", "visit", "handle", "resolve", "settle"):
            return stem
    return None

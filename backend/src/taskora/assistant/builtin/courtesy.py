"""Politeness and framing around a request: taken off before the grammar looks; and the frames that forbid acting.

"could you please delete X" is a request to delete X; "should I delete X?", "if I deleted X", "don't delete X" and "he
said delete X" are not, whatever comes after.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.text import QUOTE, Phrase

_NAMES = r"(?:kora|taskora|assistant|bot|buddy|there|friend|mate|man|dude|pal|robot|ai|everyone|team|folks)"
_HELLO = (
    rf"(?:hi|hello|hey|hiya|yo|howdy|greetings|good (?:morning|afternoon|evening|day)|morning|evening|salam|"
    rf"assalam ?o ?alaikum|hola|sup)(?: {_NAMES})?"
)
_LEAD = re.compile(
    rf"^(?:(?:{_HELLO}(?= ?[,!.\-–])|(?:ok|hey) {_NAMES}|{_NAMES}(?= ?,)|please|kindly|ok|alright|all right|so|"
    rf"um+|uh+|er+|hmm+|oh|ah|and|also|then|now|firstly|secondly|finally|lastly|"
    r"(?:first|next|second|third|look|see|like|right|listen|quick question|well|you know)(?= ?,)|actually|"
    r"basically|just|quickly|simply|go ahead and|go and|go on and|feel free to|be a dear and|yes|yeah|yep|sure|"
    r"great|perfect|cool|nice|thanks|thank you|awesome|"
    r"(?:good|great|bad|sad) news(?= ?[,!:])|fyi|for your information|just so you know|guess what|heads up|"
    r"btw|by the way|additionally|in addition|besides that|after that|afterwards|meanwhile|oops|whoops|sorry|"
    r"excuse me|hey|one more thing|another thing|another one|same time|"
    r"would you mind|do you mind|no(?= ?,)|kora|taskora|yay|woohoo|phew|hooray|we can|would you be so kind as "
    r"to|would you be kind enough to|be so kind "
    r"and|do me a favou?r and|do me a favou?r ?[,:]|if you don't mind|if possible|if you can|if you could|when "
    r"you can|when you get a chance|for me|let's|let us|"
    r"you should|you can|you may|you could|you need to|you have to|i need you to|i want you to|i'd like you to|"
    r"i would like you to|i'd love you to|i want to ask you to|i'd appreciate it if you could|"
    r"can i ask you to|could i ask you to|may i ask you to|can you|could you|would you|will you|can u|can we|"
    r"could we|may we|shall we|might you|"
    r"i want to|i'd like to|i would like to|i'd love to|i wish to|i'm going to need to|i need help to|help me "
    r"to|help me|let me|allow me to|may i|can i|could i|might i|"
    r"i'd rather|i would rather|i'd prefer to|it's time to|it is time to|time to|why don't you|why not|how "
    r"about you|how about we|how about|what about|make sure to|be sure to|you know what|remember to "
    r"please)(?![\w']) ?[,:!.\-–]* ?)+"
)
_TAIL = re.compile(
    r"(?: ?[,\-–]* ?(?<![\w'])(?:please|pls|thanks|thank you(?: (?:so|very) much)?|thanks (?:a lot|so much|a "
    r"ton|in advance)|cheers|kindly|for me(?: please)?|if you can|if you could|if possible|if you don't mind|"
    r"would you|will you|could you|can you|ok|alright|right|yeah|ya|when you can|when you get a chance|when "
    r"you have a (?:moment|minute|second)|as well|too|lol|haha|kora|:\)|;\)|my friend|buddy|mate|"
    r"that'd be great|that would be great|i guess))+$"
)
_LET_BE = re.compile(r"^(?:that's (?:it|all)|that is all|nothing else|no more|that will be all|that'll be all)$")


_POLITE_IF = re.compile(
    r"^if (?:(?:it's|that's|it is|that is|it isn't|this is) (?:not too much trouble|not a problem|no trouble|"
    r"no bother|ok|alright|"
    r"all right|possible|fine|too much)(?: with you| for you)?|you (?:don't mind|can|could|have (?:a moment|"
    r"time)|get a chance|"
    r"would|please)|possible) ?,? (?=\w)"
)


_HOPED = re.compile(
    r"^(?:(?:hi|hey|hello|ok|so|please|well|and|also|but) ?,? )*(?:(?:i (?:was|am)|i'm|we were|just) (?:just "
    r")?(?:wondering|"
    r"hoping)(?: if| whether| that)? you(?:'d| (?:could|can|would|might))(?: be able to| mind)?|(?:it|that) (?:would|"
    r"'d) be "
    r"(?:so |really |very )?(?:great|nice|good|lovely|helpful|awesome|amazing|wonderful|fantastic|handy|cool|super|"
    r"brilliant) "
    r"if you(?:'d| (?:could|can|would|were to))|(?:would|will|are|might) you (?:be )?able to|(?:is|would) it (?:be "
    r")?possible "
    r"(?:for you )?to|(?:is there )?any chance (?:that )?you(?:'d| (?:could|can|would))|do you think you(?:'d| "
    r"(?:could|can|"
    r"would))|i(?:'d| would) (?:be grateful|appreciate it) if you(?:'d| (?:could|would))|(?:would|do) you mind if i "
    r"asked "
    r"you to|if you(?:'d| (?:could|would)) (?:just )?(?!like|mind|please|be))(?: (?:just|please|kindly|"
    r"quickly|also))* (?=\w)"
    r"|^what i(?:'d like| would like| need| want)(?: now| most)? is (?:for you to )?(?=\w)"
)
_ASIDE = re.compile(
    r" , (?:if you (?:would|could|can|don't mind|please|like|have (?:a )?(?:time|moment|minute|sec|second))|please|"
    r"when you "
    r"(?:can|get a chance|have a (?:moment|minute|sec|second))|if (?:that's|it's) (?:ok|alright|all right|possible)|"
    r"you know|"
    r"by the way|kindly) ,(?= )"
)


def without_polite_if(words: Phrase) -> Phrase:
    """ "if it's not too much trouble, …", "I was wondering if you could …" are no conditions and no suppositions."""
    if aside := _ASIDE.search(words.low):
        words = words.without(aside.start(), aside.end())
    if hoped := _HOPED.match(words.low):
        words = words.cut(hoped.end())
    polite = _POLITE_IF.match(words.low)
    return words.cut(polite.end()) if polite else words


def strip_courtesy(words: Phrase) -> Phrase:
    """Without politeness and hesitation at both ends. A phrase of nothing else is returned as it is."""
    words = without_polite_if(words.trimmed())
    if tail := _TAIL.search(words.low):
        shorter = words.cut(0, tail.start())
        if shorter:
            words = shorter
    if lead := _LEAD.match(words.low):
        shorter = words.cut(lead.end())
        if shorter and lead.end() < len(words.low):
            words = _imperative(shorter) if _ASKS_FOR_ING.search(lead[0]) else shorter
    return words


def _imperative(words: Phrase) -> Phrase:
    """ "would you mind deleting X" asks to delete X."""
    head = words.tokens[0]
    if head.norm not in _ING:
        return words
    return Phrase(words.raw, (replace(head, norm=_ING[head.norm]), *words.tokens[1:]))


# Frames that forbid an effect ---------------------------------------------------------------------------------------
Reason = Literal["negated", "supposed", "question", "reported", "almost"]
_OPERATION = (
    rf"(?:{v.ADD_ANY}|create|make|{v.DELETE}|{v.COMPLETE}|mark|{v.RENAME}|{v.CHANGE}|{v.RESCHEDULE_STRONG}|"
    rf"move|{v.REOPEN}|undo|remind|tag|label|"
    r"touch|do anything|do that|do it|schedule|put|assign|prioriti[sz]e|note|save|log|store|act on|start|"
    r"bother|worry|execute|run|follow)"
)
_WANTLESS = (
    r"(?:want|wanna|wish|mean|intend|need|plan|like|care|think (?:you|we|i) (?:should|need to|have to)|think "
    r"it's (?:time|right) to)"
)
_HEDGES = (
    r"(?:(?:just|ever|please|yet|even|actually|really|go|go and|go ahead and|you dare|you|try to|accidentally|"
    r"under any circumstances) )*"
)
_FORGET = r"(?:forget|let me forget|fail)"
_FRAMES: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (
        "negated",
        re.compile(
            rf"^(?:please |but |and |ok |so |no ?,? ?|also |just )*(?:(?:you |i |we )?(?:don't|do not|never|"
            rf"shouldn't|should not|mustn't|must not|can't|cannot|won't|will not|needn't|need not|wouldn't|"
            rf"better not|ought not to|oughtn't to|dare not)|let's not|let us not|not|no,? don't)"
            rf" {_HEDGES}(?:(?:to|be|have to|need to|want to|want you to|have you|let|allow) "
            rf")*{_HEDGES}(?!{_FORGET}\b){_OPERATION}(?:ing|ting|d|ed)?\b"
        ),
    ),
    (
        "negated",
        re.compile(
            rf"\b(?:i|we) (?:don't|do not|didn't|did not|never|wouldn't|would not|no longer) (?:really |"
            rf"actually |ever )?{_WANTLESS}(?:ed)? (?:you |u |it |anyone |for you |us |me |anything )?(?:to "
            rf")?(?:be )?(?:{_OPERATION}|any|another|a)(?:ing|ting|d|ed)?\b(?!.*(?:any ?more|any longer)$)"
        ),
    ),
    (
        "negated",
        re.compile(
            rf"^(?:there's |there is |you have |i have |we have |i see |i've )?no (?:need|reason|point) (?:to|"
            rf"for|in)(?: you)?(?: to)? {_OPERATION}(?:ing|ting|d|ed)?\b"
        ),
    ),
    (
        "negated",
        re.compile(
            rf"^(?:without|instead of|rather than|except|avoid|stop|refrain from|quit|hold off|keep from) "
            rf"{_OPERATION[:-1]}|delet|remov|add|mak|creat|renam|mov|chang|updat|complet|schedul|cancel|eras|"
            rf"purg|trash)(?:ing|ting)\b"
        ),
    ),
    (
        "supposed",
        re.compile(
            r"^(?:but |and |so |well |ok |hmm )*(?:if|unless|suppose|supposing|assuming|assume|imagine|"
            r"imagining|what if|let's say|lets say|say i|pretend|hypothetically|in case|in theory|"
            r"theoretically|even if|as if|whether|provided|until|before (?:you|we|i(?! forget\b))|once (?:i|you|we|"
            r"the|my)|"
            r"as soon as|when(?:ever)? (?:i|you|we|he|she|they|the|my|it)|while (?:i|you|we)|after (?:i|you|"
            r"we))\b"
        ),
    ),
    (
        "supposed",
        re.compile(
            rf"^(?:i|we|you|one|he|she|they|it)(?:'d| would| could| might| may|'ll| will| should have| could "
            rf"have| would have|'d have) (?:probably |maybe |perhaps |possibly |never |have |not |just |be "
            rf")*(?!like\b|love\b|appreciate\b|need you\b|rather\b|prefer\b|remember\b){_OPERATION}(?:ing|d|"
            rf"ed)?\b"
        ),
    ),
    (
        "supposed",
        re.compile(
            r"\b(?:i|we|i'm|i am|we're|i was|i've been|we are) (?:just |only |still |also )*(?:wonder(?:ing|"
            r"ed)?|thinking|thought|considering|contemplating|debating|not sure|unsure|tempted|afraid|scared|"
            r"worried|curious|hesitant|wish(?:ing)?|hoping|planning|undecided|torn)\b"
        ),
    ),
    (
        "supposed",
        re.compile(
            rf"^(?:maybe|perhaps|possibly|probably|someday|one day|eventually|might) (?:i|we|you|he|she|they|"
            rf"it|one|{_OPERATION})\b"
        ),
    ),
    (
        "supposed",
        re.compile(
            r"^i (?:think|guess|suppose|believe|feel like|figure) (?:i|we|you|it|that|maybe|he|she|"
            r"they)\b(?!.* (?:is|are) done$)"
        ),
    ),
    (
        "reported",
        re.compile(
            r"^(?:(?:my|his|her|the|our|their|your|a|some|this|that) (?:\w+ ){1,3}|he |she |they |someone |"
            r"somebody |everyone |everybody |people |nobody |who(?:ever)? |[a-z]+ (?=(?:said|told|asked|says|"
            r"wants|wanted|texted|wrote|mentioned)\b))(?:(?:just|already|also|always|never|once|kindly|has|"
            r"have|had|may have|might have|keeps?|kept) )*(?:said|says|(?<!should )(?<!must )(?<!to )say|told|tells|"
            r"asked|asks|wants?|wanted|"
            r"wrote|writes|texted|mentioned|suggest(?:s|ed)?|recommend(?:s|ed)?|deleted|deletes|removed|added|"
            r"adds|remind(?:s|ed)|telling|saying|asking|thinks?|thought|claims?|claimed|insist(?:s|ed)?|"
            r"order(?:s|ed) me|instruct(?:s|ed)?|recommended|tend|tends|used to|likes?|loves?|hates?|need me|"
            r"needs me)\b"
        ),
    ),
    (
        "reported",
        re.compile(
            r"^(?:i|we|you|it)(?:'ve|'d| have| had)? (?:just |already |recently |accidentally |also |once |"
            r"even |previously |then |mistakenly )*(?:deleted|erased|removed|added|created|renamed|moved|"
            r"rescheduled|postponed|changed|updated|tagged|marked|undid|reopened|purged|trashed|scheduled|"
            r"edited|prioriti[sz]ed|snoozed|asked|told|said|tried|wanted|meant to|used to|saw|read|heard|"
            r"noticed|dreamt|dreamed)\b"
        ),
    ),
    ("question", re.compile(r"^(?:should|shall|must|ought|need|dare) (?:i|we|you|they|he|she)\b")),
    (
        "question",
        re.compile(
            r"^(?:(?:but |and |so |wait ?,? |hey |ok |um )*)(?:did|does|was|were|is|are|am|has|had|isn't|"
            r"aren't|wasn't|hasn't|didn't|doesn't|do (?:i|you|we|they|any|not you)|don't (?:i|we)|haven't (?:i|"
            r"we)|have (?:i|you|we|they)|would (?:it|that|this|they|deleting|removing)|will (?:it|that|this|"
            r"they)|(?:can|could|might|may|won't) (?:it|they|someone|anyone|one))\b"
        ),
    ),
    (
        "question",
        re.compile(
            r"^(?:(?:but |and |so |wait ?,? |hey |ok |um )*)(?:why|how|what|who|whom|whose|when|where|"
            r"which)(?:'s|'re|'d|'ll|'ve)?\b(?! (?:about|don't you)\b)"
        ),
    ),
)
_CONDITION = re.compile(
    r" (?:if|unless|in case|as long as|provided(?: that)?|only when|when|once|until|as soon as) (?:i|it|he|she|"
    r"they|we|you|there|the \w+|my \w+|this|that)(?:'s|'re|'m)? (?!want\b|like\b|can\b|could\b|may\b|please\b|"
    r"have time\b|get a chance\b|don't mind\b)(?:\w+ )?(?:is|are|was|were|rains?|snows?|has|have|will|gets?|"
    r"got|comes?|calls?|says?|said|do|does|did|don't|doesn't|isn't|aren't|am|agree[sd]?|need|needs|fail[sd]?|"
    r"works?|cancels?|pass(?:es)?|reply|replies|answers?|can't|cannot|happens?|finish(?:es)?|arrives?)\b"
)
_AFFIRMATIVE_NOT = re.compile(
    rf"^(?:please |and |also |but )*(?:you |i |we )?(?:don't|do not|never|mustn't|must not|can't|cannot|"
    rf"shouldn't|should not|let's not|don't want to|do not want to) (?:you )?(?:{_FORGET})\b"
)


_ASKS_FOR_ING = re.compile(r"(?:mind|about|not|by) ?$")
_ING = {
    verb[:-1] + "ing" if verb.endswith("e") else verb + "ing": verb
    for verb in [
        "add",
        "create",
        "delete",
        "remove",
        "erase",
        "trash",
        "discard",
        "complete",
        "finish",
        "mark",
        "tick",
        "check",
        "show",
        "list",
        "display",
        "rename",
        "change",
        "update",
        "edit",
        "modify",
        "reschedule",
        "postpone",
        "push",
        "move",
        "delay",
        "remind",
        "reopen",
        "uncheck",
        "undo",
        "revert",
        "cancel",
        "clear",
        "tag",
        "label",
        "append",
        "drop",
        "postpone",
        "snooze",
        "defer",
        "schedule",
        "prioritize",
        "set",
        "put",
        "cross",
        "close",
        "make",
        "note",
        "scratch",
        "bump",
    ]
} | {
    "setting": "set",
    "putting": "put",
    "tagging": "tag",
    "dropping": "drop",
    "cancelling": "cancel",
    "labelling": "label",
}


def has_condition(words: Phrase) -> bool:
    """Whether the clause hangs on a condition at its end ("… if it rains")."""
    return bool(_CONDITION.search(words.low))


@dataclass(frozen=True)
class Frame:
    """A frame that forbids acting, and why."""

    reason: Reason


def forbidding_frame(words: Phrase) -> Frame | None:
    """The frame around a clause that makes it no request, or None. "Don't forget to …" asks for something and is
    none."""
    low = words.low
    if _AFFIRMATIVE_NOT.match(low):
        return None
    for reason, pattern in _FRAMES:
        if pattern.search(low):
            return Frame(reason)
    return None


def is_closing(words: Phrase) -> bool:
    """ "That's all": the end of a request, nothing to do."""
    return bool(_LET_BE.match(words.low))


def has_quote(words: Phrase) -> bool:
    """Whether some quoted text is in the phrase."""
    return QUOTE in words.low

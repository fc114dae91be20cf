"""A message → clauses → intents.

A message is cut into sentences, a sentence into clauses; a connecting word cuts only when what follows it is a
request by itself, so that titles keep their "and". Frames that forbid acting (negation, supposition, report,
question) are looked at before any request is.
"""

import re
from dataclasses import replace

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.acting import past_lemma, read_delete, read_undo
from taskora.assistant.builtin.adding import new_task, read_add
from taskora.assistant.builtin.anaphora import with_days
from taskora.assistant.builtin.asking import read_question
from taskora.assistant.builtin.changing import read_change
from taskora.assistant.builtin.corrections import (
    amended,
    corrected_value,
    read_correction,
    split_correction,
    taken_back,
)
from taskora.assistant.builtin.courtesy import (
    forbidding_frame,
    has_condition,
    is_closing,
    strip_courtesy,
    without_polite_if,
)
from taskora.assistant.builtin.fronting import made_active, with_topic
from taskora.assistant.builtin.intents import (
    ACTS,
    Add,
    Cancel,
    Change,
    Complete,
    Decline,
    Delete,
    Intent,
    Nothing,
    OfferAdd,
    Reopen,
    Talk,
    Target,
    Unclear,
    Understanding,
    Undo,
    Update,
)  # fmt: skip
from taskora.assistant.builtin.items import leads_with_doing
from taskora.assistant.builtin.joining import join, prefixed
from taskora.assistant.builtin.one_clause import ANOTHER, mended_head, read_clause, read_request
from taskora.assistant.builtin.placing import read_it_on_list, read_list
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.talking import read_ability, read_cancel, read_foreign, read_talk
from taskora.assistant.builtin.targets import read_target
from taskora.assistant.builtin.text import BREAK, QUOTE, Phrase, Token, phrase

MAX_CLAUSES = 25
_MAX_TRIES = 40  # connectors of one sentence that are looked at closely
_WINDOW = 40  # words behind a connector that are looked at

_CONNECTOR = re.compile(
    r" (?:,|;)? ?(?:and then|then also|then|and also|and after that|after that|afterwards|and afterwards|also|"
    r"plus|and|but|but also|as well as|followed by|before you|next|finally|and finally|and please|oh and|"
    r"however|just|only|so|,|;|-|–|—) (?:,|;)? ?(?:then |also |please |just |instead |could you |can you )*"
)
_ENDERS = frozenset((".", "!", "?", "..."))
_INLINE_NUMBER = re.compile(r"(?:(?<=\s)|(?<=:)|^)\(?([1-9]\d?)[.)]\s+(?=\S)")
_EXISTING = re.compile(
    rf"\b(?:{v.TASK}|ones?|it|them|that|everything|all|list|#\d+)\b|{QUOTE}|^\w+ (?:\d+|the (?:first|second|"
    rf"third|last)\b)"
)
_STRONG = re.compile(
    r"^(?:delete|remove|erase|add|undo|show|list|mark|rename|reschedule|postpone|remind me|create (?:a|an|"
    r"another|new|two|\d)|tick|check off|cross off|reopen|uncheck|prioriti[sz]e|tag|what|how many|which|don't "
    r"forget|when|snooze)\b"
)
_KEEPS_SCOPE = re.compile(r"\b(?:and|or|then|also|plus|as well)\b")
_SPEAKS_OF_TASKS = re.compile(
    r"^(?:add|remind me|undo|show|list|mark|what|how many|don't forget|reschedule|postpone|rename)\b"
)


def understand(text: str, around: Surroundings, *, after: str = "") -> Understanding:
    """What a message asks for. Pure; never raises for any text. `after` is what the last turn did ("add": "and eggs"
    goes on)."""
    whole = phrase(with_days(_with_lines(text), around))
    found: list[Intent] = []
    if after in _REPEATABLE and len(whole) <= 8 and (match := _SAME_AGAIN.match(whole.low)):
        target = read_target(whole.cut(match.start("rest")), around)
        if target.numbers or target.ordinals or target.first or target.last or target.pronoun:
            return Understanding(whole, (_REPEATABLE[after](target),))
    bare = strip_courtesy(whole) if after == "add" and len(whole) <= 8 else None
    if (
        bare
        and (spoken := _OF_ALL.match(bare.low))
        and (rest := _said_of_it(bare.cut(spoken.end()), around)) is not None
    ):
        many = Target(source=bare.words, pronoun="one" if bare.low.startswith("it ") else "many")
        return Understanding(whole, (Update(((many, rest),)),))
    if after == "add" and len(whole) <= 8 and (more_said := _said_of_it(strip_courtesy(whole), around)) is not None:
        return Understanding(whole, (Update(((Target(pronoun="one"), more_said),)),))
    if after == "add" and len(whole) <= 8 and (match := _GOES_ON.match(whole.low)):
        more = read_add(prefixed(strip_courtesy(whole.cut(match.start("rest")))), around)
        if isinstance(more, Add) and more.items and _sounds_like_item(whole.cut(match.start("rest")), around):
            return Understanding(whole, (more,))
    for sentence in _sentences(whole, around):
        intents = _sentence(sentence, around)
        if not any(isinstance(intent, ACTS) for intent in intents) and _mends(found, sentence, around):
            continue
        for intent in intents:
            join(found, intent, sentence, around)
        if len(found) >= MAX_CLAUSES:
            break
    if after == "add" and len(found) == 1 and isinstance(found[0], Add) and not found[0].items and found[0].when:
        return Understanding(whole, (Update(((Target(pronoun="one"), Change(when=found[0].when)),)),))
    if after == "complete":  # "no wait, it isn't done" right behind a completion
        undone = [intent for intent in found if isinstance(intent, Reopen) and intent.target.pronoun == "one"]
        found = [replace(undone[0], sure=True)] if undone else found
    if (after and taken_back(whole)) or (
        after and (not any(isinstance(intent, ACTS) for intent in found) or _only_corrects(found))
    ):
        mended = read_correction(whole, around, after)
        found = list(mended) if mended is not None else found
    return Understanding(whole, tuple(found[:MAX_CLAUSES]))


def _only_corrects(found: list[Intent]) -> bool:
    """Whether nothing but "I meant X" was understood: what it corrects depends on the turn before."""
    acting = [intent for intent in found if not isinstance(intent, (Unclear, Cancel, Nothing))]
    return len(acting) == 1 and all(
        isinstance(intent, Update)
        and all(target.pronoun == "one" and change.correction is not None for target, change in intent.options)
        for intent in acting
    )


def _mends(found: list[Intent], sentence: Phrase, around: Surroundings) -> bool:
    """Whether a sentence puts right the request before it ("Add gym at 6. No wait, 7."); `found` then holds the mended
    one."""
    opened = re.match(r"^(?:and|also|then|and then|plus) (?=\w)", sentence.low)
    if opened and found and (verb := _gapped(found[-1], sentence.cut(opened.end()), around)) is not None:
        more = read_clause(Phrase(sentence.raw, (verb, *sentence.cut(opened.end()).tokens)), around)
        if isinstance(more, (Update, Add)):
            found.append(more)  # "Move the gym to Friday. And the yoga to Saturday."
            return True
    said = corrected_value(sentence, around) if found and isinstance(found[-1], ACTS) else None
    better = amended(found[-1], said.value, around) if said is not None and said.sure else None
    if better is not None:
        found[-1] = better
    return better is not None


def _with_lines(text: str) -> str:
    """ "Add: 1. milk 2. eggs" written in one line becomes a list of lines."""
    marks = list(_INLINE_NUMBER.finditer(text))
    if len(marks) < 2 or [int(mark[1]) for mark in marks] != list(range(1, len(marks) + 1)):
        return text
    return _INLINE_NUMBER.sub("\n", text)


# Sentences ----------------------------------------------------------------------------------------------------------
def _sentences(whole: Phrase, around: Surroundings) -> list[Phrase]:
    """Cut at sentence ends. Lines that follow a request for tasks ("add:") stay with it: they are its items."""
    pieces: list[list[Token]] = [[]]
    lines = [index for index, token in enumerate(whole.tokens) if token.norm == BREAK]
    listed = bool(lines) and _opens_list(Phrase(whole.raw, whole.tokens[: lines[0]]), around)
    for token in whole.tokens:
        if token.norm == BREAK and listed:
            pieces[-1].append(token)
        elif token.norm == BREAK:
            pieces.append([])
        else:
            pieces[-1].append(token)
            if token.norm in _ENDERS and not listed and not token.quoted:
                pieces.append([])
    sentences = []
    for piece in pieces:
        sentence = Phrase(whole.raw, tuple(piece)).trimmed()
        if sentence:
            sentences.append(sentence)
    return sentences


def _opens_list(first: Phrase, around: Surroundings) -> bool:
    head = strip_courtesy(first)
    if head and (_OPENS.match(head.low.rstrip(" :")) or read_list(phrase(f"{head.text}: x"), around) is not None):
        return True
    return bool(head) and isinstance(read_clause(head, around), Add)


_OPENS = re.compile(
    rf"^(?:add|(?:(?:i|we)(?:'ve| also| still)* )?(?:need|have|got|must|want|remember)(?: to)?(?: (?:do|get|buy|"
    rf"remember))?"
    rf"(?: (?:the following|these|this|some things|a few things|several things))?|don't forget(?: to)?|remind me(?: "
    rf"to)?|"
    rf"(?:(?:the|my|our|these|some|new|following|more|few|a|\d+|two|three|four|five|six) )*{v.LIST_NOUN}"
    rf"(?: (?:to do|to add|i need to do|for (?:today|tomorrow)))?)$"
)


# Clauses ------------------------------------------------------------------------------------------------------------
def _sentence(sentence: Phrase, around: Surroundings, left_over: int = MAX_CLAUSES) -> list[Intent]:
    if left_over <= 0:
        return []
    if is_closing(sentence):
        return []
    if (early := read_cancel(sentence) or read_ability(sentence) or read_talk(sentence)) is not None:
        return [early]
    sentence = without_polite_if(sentence)
    if (then := _THEN.search(sentence.low)) and then.start():  # "… and once that's in, …" is an order of steps
        first, second = sentence.cut(0, then.start()), sentence.cut(then.end())
        if isinstance(read_request(strip_courtesy(first), around), Add):
            return _sentence(first, around, left_over) + _sentence(second, around, left_over - 1)
    bare = strip_courtesy(sentence)
    if (early := read_undo(bare, around) or read_cancel(bare)) is not None:
        return [early]
    if (spoken := with_topic(bare) or made_active(bare) or made_active(sentence)) is not None and (
        about := read_request(spoken, around)
    ) is not None:
        return [about] if forbidding_frame(spoken) is None else [Nothing("negated", sentence.words)]
    frame = forbidding_frame(sentence) or forbidding_frame(bare)
    if frame is not None and frame.reason != "negated":
        return _framed(sentence, bare, frame.reason, around)
    if frame is None and (owed := _OWED.search(bare.low)) is not None:  # "my flight is at 6 so I must pack"
        remark = bare.cut(0, owed.start())
        if remark and not any(_acts_for_sure(intent) for intent in _sentence(remark, around)):
            return _sentence(bare.cut(owed.end()), around, left_over - 1)
    if (said := split_correction(bare)) is not None and frame is None:
        firsts = _sentence(said[0], around, left_over - 1)
        better = amended(firsts[-1], said[1], around) if firsts and read_request(said[1], around) is None else None
        if better is not None:
            return [*firsts[:-1], better]
    cut = _cut(bare, around)
    if cut is not None:
        left, right, connector = cut
        firsts = _sentence(left, around)
        negated = any(isinstance(intent, Nothing) and intent.reason == "negated" for intent in firsts)
        if negated and _KEEPS_SCOPE.search(connector) and "but" not in connector:
            return [Nothing("negated", sentence.words)]
        return firsts + _sentence(right, around, left_over - 1)
    if frame is not None:
        return [_unwanted(bare, around) or Nothing("negated", sentence.words)]
    return [_single(bare, sentence, around)]


def _single(bare: Phrase, sentence: Phrase, around: Surroundings) -> Intent:
    """One clause that no frame forbids: without its reason, with a slip in its first word mended, never on a
    condition."""
    if (rest := _REST_OPEN.search(bare.low)) and isinstance(read_clause(bare.cut(0, rest.start()), around), Complete):
        bare = bare.cut(0, rest.start())
    intent = read_clause(bare, around)
    reason = _REASON.search(bare.low)
    if reason and isinstance(intent, (Complete, Reopen, Delete, Update)) and not _WEIGHS.search(reason[0]):
        claim = bare.cut(0, reason.start())
        if claim and type(read_clause(claim, around)) is type(intent):
            intent = read_clause(claim, around)
    if isinstance(intent, (Unclear, OfferAdd)) and (mended := mended_head(bare)) is not None:
        reread = read_clause(mended, around)
        intent = reread if isinstance(reread, ACTS) else intent
    if has_condition(bare) and isinstance(intent, ACTS) and not (isinstance(intent, Add) and not intent.bare):
        return Nothing("supposed", sentence.words)
    return intent


_THEN = re.compile(
    r"(?: ?,| and)* (?:when|once|after|as soon as) (?:that|it|this)(?:'s| is| has been)? (?:in|added|there|saved|"
    r"created|"
    r"noted|on (?:the|my) list) ?,? (?=\w)"
)
_REASON = re.compile(
    r" (?:(?:, )?(?:because|since|cause|as) (?:i|we|it|he|she|they|the|my|that|this|there)\b.+|, (?:it's|it is|"
    r"it was|i|i've|i'm|we|we've|that's|"
    r"this is|they're|they|he|she|he's|she's|there's)\b.+)$"
)
_OWED = re.compile(
    r" (?:, )?(?:and )?(?:so|therefore|which means|meaning|that's why|hence) (?=(?:i|we)(?:'ve|'ll)? (?:really |"
    r"still |also )?"
    r"(?:need|have to|must|should|got to|ought|want)\b)"
)


def _acts_for_sure(intent: Intent) -> bool:
    return isinstance(intent, (Add, Undo)) or (
        isinstance(intent, (Complete, Reopen, Delete, Update)) and intent.sure and not _is_remark(intent)
    )


def _is_remark(intent: Intent) -> bool:
    return isinstance(intent, Complete) and bool(intent.verb)


# "… and the run is still open": what wasn't done, said beside what was.
_REST_OPEN = re.compile(
    r" (?:, )?(?:and|but) [^,]{2,50} (?:is|are)(?:n't| not)? (?:still )?(?:open|pending|to do|left|not done|undone)$"
)
_WEIGHS = re.compile(
    rf"^ , (?:it's|it is|that's|this is|they're) (?:a |of )?(?:{v.PRIORITY})(?:[ -]priority)?$"
)  # no reason


def _framed(sentence: Phrase, bare: Phrase, reason: str, around: Surroundings) -> list[Intent]:
    if reason == "question":
        if (foreign := read_foreign(sentence)) is not None and not re.search(rf"\b{v.TASK}\b", sentence.low):
            return [foreign]
        return [read_question(bare if bare.low.split()[0] in ("show", "list") else sentence, around)]
    if reason == "reported" and (match := re.match(r"^i (?:forgot|wanted|meant) to add ", bare.low)):
        return [OfferAdd(new_task(bare.cut(match.end()), around))]
    return [Nothing(reason, sentence.words)]  # type: ignore[arg-type]


def _unwanted(bare: Phrase, around: Surroundings) -> Intent | None:
    """Negations that ask for something all the same: "don't remind me about X anymore", "I don't need X anymore"."""
    found = read_delete(bare, around) or read_change_off(bare, around)
    return found if isinstance(found, (Delete, Update)) else None


def read_change_off(bare: Phrase, around: Surroundings) -> Intent | None:
    """ "don't repeat X": takes the rule away."""
    if not re.match(r"^(?:don't|do not|stop) (?:repeat|recur)", bare.low):
        return None
    return read_change(bare, around)


def _cut(words: Phrase, around: Surroundings) -> tuple[Phrase, Phrase, str] | None:
    """The leftmost connector behind which a request of its own begins: (left, right, connector)."""
    place = tries = 0
    while (match := _CONNECTOR.search(words.low, place)) and tries < _MAX_TRIES:
        left, right = words.cut(0, match.start()), words.cut(match.end())
        place = match.start() + 1
        # A window is enough to tell whether a request begins, and keeps long messages cheap.
        glimpse = Phrase(right.raw, right.tokens[:_WINDOW])
        if not left or not glimpse:
            continue
        if _may_begin(glimpse):
            tries += 1
            if _divides(left, glimpse, match[0], around):
                return left, right, match[0]
        if match[0].strip() in ("and", ",", ", and") and _may_be_gapped(glimpse):
            tries += 1
            if (prefix := _gapped(read_clause(left, around), glimpse, around)) is not None:
                return left, Phrase(right.raw, (prefix, *right.tokens)), match[0]
    return None


def _may_begin(words: Phrase) -> bool:
    """Whether the first word can begin a request, a report or a cancellation: a cheap look before the grammar's."""
    opener = strip_courtesy(words)
    head = opener.tokens[0].norm if opener else ""
    if head in v.FIRST_WORDS or past_lemma(head) is not None or read_cancel(words) is not None:
        return True
    return _STATED.match(opener.low) is not None


_STATED = re.compile(  # "the second can go", "task 3 is done"
    r"^(?:the|my|task|number|#\d+|it|that|this|both|all)\b.{0,40}?(?:'s|\b(?:is|are|can|has|have|should|needs?))\b"
)


def _may_be_gapped(words: Phrase) -> bool:
    return ANOTHER.match(words.low) is not None or re.search(r" (?:to|until|for) ", words.low) is not None


def _divides(left: Phrase, right: Phrase, connector: str, around: Surroundings) -> bool:
    if read_cancel(right) is not None:
        return True
    opener = strip_courtesy(right)
    if forbidding_frame(opener) is not None:
        return not _KEEPS_SCOPE.search(connector) or re.match(r"^(?:don't|do not|never) ", opener.low) is not None
    follower = read_request(opener, around)
    if follower is None:
        return read_it_on_list(opener, around) is not None and _names_errand(strip_courtesy(left), around)
    leader = read_clause(strip_courtesy(left), around)
    whole = read_clause(_joined(left, right), around)
    if isinstance(leader, Unclear) and isinstance(whole, (Complete, Reopen, Delete, Update)):
        return False  # "mark X and Y as done" is one request
    strong = bool(_STRONG.match(opener.low))
    if connector.strip() == "so" and isinstance(leader, Complete) and isinstance(follower, (Complete, Delete)):
        return bool(follower.target.pronoun)  # "I've finished it, so that can come off"
    if connector.strip() in ("-", "–", "—", "just", "only", "next", "before you", "so"):
        return strong
    if isinstance(leader, Add):
        return bool(leader.items) and _leaves_title(leader, follower, opener, connector)
    if isinstance(leader, Update) and any(_open_text(change) for _, change in leader.options):
        about_it = isinstance(follower, Update) and all(target.pronoun for target, _ in follower.options)
        return strong or about_it
    if isinstance(leader, (Talk, Decline, Unclear, Nothing, Cancel)):
        return bool(_STRONG.match(opener.low)) or isinstance(follower, (Add, Delete, Complete, Reopen, Update, Undo))
    return True


def _names_errand(words: Phrase, around: Surroundings) -> bool:
    return isinstance(read_clause(words, around), (Add, OfferAdd))


def _leaves_title(leader: Add, follower: Intent, opener: Phrase, connector: str) -> bool:
    """Whether a request behind "add …" stands outside the title.

    Verbs behind "a task to …", "remind me to …" or another doing belong to the title ("call the bank and cancel my
    card") unless they clearly speak of tasks; "and delete it" speaks of the thing in the title.
    """
    strong = bool(_STRONG.match(opener.low))
    governed = not leader.bare or any(_is_doing(item.text) for item in leader.items[-1:])
    if not governed:
        # Behind a list of things ("milk, eggs and bread") a verb with a new date is no fourth thing.
        moves = isinstance(follower, Update) and any(change.when for _, change in follower.options)
        return strong or moves or bool(_EXISTING.search(opener.low)) or "then" in connector.split()
    if isinstance(follower, (Delete, Complete)) and follower.target.pronoun:
        return False
    if isinstance(follower, Update) and all(target.pronoun for target, _ in follower.options):
        return True
    if "then" in connector.split():
        return True
    return strong and bool(_EXISTING.search(opener.low) or _SPEAKS_OF_TASKS.match(opener.low))


def _open_text(change: Change) -> bool:
    """Whether a change ends in free text, which may hold an "and" of its own."""
    return bool(change.description or change.steps or (change.title and not change.title_literal))


def _gapped(leader: Intent, right: Phrase, around: Surroundings) -> Token | None:
    """ "move the meeting to friday and the report to monday", "add … and another task to …": the verb is said once."""
    if isinstance(leader, Add) and ANOTHER.match(right.low):
        return Token("add", 0, 0)
    if not isinstance(leader, Update) or not any(change.when for _, change in leader.options):
        return None
    for match in re.finditer(r" (?:to|until|for) ", right.low):
        if match.start() and around.moment(right.cut(match.end() - 1).text) is not None:
            return Token("move", 0, 0)
    return None


def _joined(left: Phrase, right: Phrase) -> Phrase:
    """The words from the beginning of one piece to the end of the other."""
    whole = phrase(left.raw)
    start, end = left.tokens[0].start, right.tokens[-1].end
    return Phrase(left.raw, tuple(token for token in whole.tokens if token.start >= start and token.end <= end))


def _is_doing(text: str) -> bool:
    return leads_with_doing(phrase(text), strict=True)


_ITS_DATE = re.compile(r"^(?:for|at|on|by|due|until) ")
_ITS_PRIORITY = re.compile(rf"^(?:with |and )?(?P<p>{v.PRIORITY})[ -]priority$")


_OF_ALL = re.compile(
    r"^(?:both|all|them|these|those|all of them|both of them|it)(?: of them)? (?=(?:for|at|on|by|due|until) )"
)


def _said_of_it(words: Phrase, around: Surroundings) -> Change | None:
    """ "for tomorrow", "high priority": what is said right after an addition belongs to it."""
    if match := _ITS_PRIORITY.match(words.low):
        return Change(priority=v.PRIORITIES[match["p"]])
    if _ITS_DATE.match(words.low) and around.moment(words.text) is not None:
        return Change(when=words.text)
    return None


_REPEATABLE: dict[str, type[Complete] | type[Reopen] | type[Delete]] = {
    "complete": Complete,
    "reopen": Reopen,
    "delete": Delete,
}
_SAME_AGAIN = re.compile(r"^(?:(?:and|also|plus|now|then|and also|and then) )+(?P<rest>.+?)(?: (?:too|as well|also))?$")
_GOES_ON = re.compile(r"^(?:oh )?(?:and|also|plus|and also|as well as)(?: also)? (?P<rest>.+)$")


def _sounds_like_item(rest: Phrase, around: Surroundings) -> bool:
    """Whether "and …" goes on with a list of things and isn't a request or a remark of its own."""
    intent = read_clause(strip_courtesy(rest), around)
    return isinstance(intent, (Unclear, OfferAdd)) and not re.match(
        r"^(?:i|you|he|she|it|they|we|the|that|this|then|what|how|why|now|if|don't|not|no)\b", rest.low
    )


__all__ = ["Target", "read_target", "understand"]

"""Requests that change existing tasks: title, date, priority, tags, project, recurrence, description, steps.

Where a sentence can be cut in several ways ("change call to mom to call to dad"), every sensible cut becomes an
option; the engine takes the first whose target exists.
"""

import re
from dataclasses import replace

from taskora.assistant.builtin import change_patterns as p
from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.attaching import (
    cuts_at,
    field_named,
    for_one,
    read_clearing,
    read_note,
    read_steps,
    read_tagging,
    tag_names,
)
from taskora.assistant.builtin.contrast import moved_from, without_old_value
from taskora.assistant.builtin.intents import Add, Change, Intent, NewTask, Target, Update
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.targets import read_target
from taskora.assistant.builtin.text import Phrase

_NEW_ONE = re.compile(r"^(?:add|put) (?!.* (?:a|an|the) (?:new )?(?:due date|deadline|due time)\b)")
_VALUE_WORDS = 12  # a date has fewer words


def read_change(words: Phrase, around: Surroundings) -> Intent | None:
    """The change that a clause asks for, or None."""
    words = without_old_value(words, around)
    for reader in _READERS:
        found = reader(words, around)
        if found is not None:
            return found
    return None


def read_spared(words: Phrase, around: Surroundings) -> Update | None:
    """ "move all of today's tasks to Friday but not the dentist": an exception behind the new value belongs to the
    tasks."""
    match = p.SPARING.search(words.low)
    if match is None or match.start() == 0:
        return None
    but = read_target(words.group(match, "but"), around)
    rest = words.cut(0, match.start())
    found = read_addition(rest, around) or read_change(rest, around)
    if not isinstance(found, Update) or but.empty:
        return None
    sets = all(t.everything or t.where or t.pronoun == "many" or t.plural or t.every for t, _ in found.options)
    if not sets:
        return None
    return replace(found, options=tuple((replace(t, but=but), change) for t, change in found.options))


def read_addition(words: Phrase, around: Surroundings) -> Intent | None:
    """The changes that begin with "add": to be asked before a new task is thought of."""
    for reader in (read_tagging, read_note, read_steps, _priority_to, _given_due, _into_project, _remind_of_it):
        found = reader(words, around)
        if found is not None:
            return found
    return None


def _priority_to(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.PRIORITY_SET.match(words.low)
    if match is None:
        return None
    number = next(n for n in ("", "2", "3", "4", "5", "6") if match[f"p{n}"])
    if number == "6":
        return Update(((Target(pronoun="one"), Change(priority=v.PRIORITIES[match["p6"]])),))
    if number == "" and re.match(r"^(?:add|put) ", words.low):
        return None
    target = words.group(match, f"t{number}")
    if gone := re.search(r"(?: (?:as|to|to be|with|is|of|a|an|priority|from \w+))+$", target.low):
        target = target.cut(0, gone.start()) or target
    if re.match(r"^(?:it|that|this|them|both|all|those|these|the|my|task|number|#)", target.low) or len(target):
        return for_one(words, target, around, Change(priority=v.PRIORITIES[match[f"p{number}"]]))
    return None


def _priority_other(words: Phrase, around: Surroundings) -> Intent | None:
    if match := p.PRIORITIZE.match(words.low):
        verb = match["up"] or match["up3"]
        key = next(k for k in ("t", "t2", "t3", "t4") if match[k])
        change = Change(priority="low" if match["down"] else "high")
        if verb:
            change = Change(priority_step=-1 if re.match(r"lower|decrease|reduce|drop|downgrade", verb) else 1)
        return for_one(words, words.group(match, key), around, change)
    if match := p.NO_LONGER_URGENT.match(words.low):
        sure = bool(match["now"]) or "no longer" in words.low
        return for_one(words, words.group(match, "t"), around, Change(priority="medium"), sure=sure)
    if match := p.PRIORITY_IS.match(words.low):
        target = words.group(match, "t" if match["t"] else "t2")
        if re.match(r"^(?:i|we|you|he|she|they|life|time|there|who|what)$", target.low):
            return None
        return for_one(
            words,
            target,
            around,
            Change(priority=v.PRIORITIES[match["p"] or match["p2"]]),
            sure=bool(_OBLIGES.search(words.low)),
        )
    return None


def _given_due(words: Phrase, around: Surroundings) -> Intent | None:
    if match := p.ADD_DATE.match(words.low):
        value = words.group(match, "value")
        return (
            for_one(words, words.group(match, "t"), around, Change(when=value.text))
            if around.moment(value.text)
            else None
        )
    for pattern in p.GIVE_DUE:
        match = pattern.match(words.low)
        if match is None:
            continue
        groups = match.groupdict()
        if "c" in groups:
            rest = words.cut(match.start("c"))
            options = tuple(
                (read_target(head, around), Change(when=tail.text))
                for head, tail in _splits(rest)
                if around.moment(tail.text) is not None
            )
            if options:
                return Update(options)
            continue
        if "a" in groups and _NEW_ONE.match(words.low):
            continue  # "add the water bill due on the 25th" is a new task
        value = words.group(match, "value" if "value" in groups else "value2")
        if around.moment(value.text) is not None:
            return for_one(words, words.group(match, "a" if "a" in groups else "b"), around, Change(when=value.text))
    return None


def _splits(rest: Phrase) -> list[tuple[Phrase, Phrase]]:
    """Every cut between two words, the longest value first."""
    return [
        (Phrase(rest.raw, rest.tokens[:i]).trimmed(), Phrase(rest.raw, rest.tokens[i:]).trimmed())
        for i in range(max(1, len(rest.tokens) - _VALUE_WORDS), len(rest.tokens))
    ]


def _due(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.DUE.match(words.low)
    if match is None:
        return None
    number = next(n for n in ("", "2", "3", "4", "5", "6", "7") if match[f"value{n}"])
    value = words.group(match, f"value{number}")
    if around.moment(value.text) is None:
        return None
    sure = number in ("", "2", "5", "6", "7")
    return for_one(words, words.group(match, f"t{number}"), around, Change(when=value.text), sure=sure)


def _field_of(words: Phrase, around: Surroundings) -> Intent | None:
    low = words.low
    if match := p.FIELD_OF.match(low):
        rest = words.group(match, "rest")
        field = field_named(match["field"])
        options = [
            (read_target(head, around), change)
            for head, tail in cuts_at(rest, rf" {p.TO} ")
            if (change := _value(field, tail, around)) is not None
        ]
        if not options and field == "due":
            options = [
                (read_target(head, around), Change(when=tail.text))
                for head, tail in _splits(rest)
                if around.moment(tail.text) is not None
            ]
        if options:
            return Update(tuple(options))
        return Update(((read_target(rest, around), _missing(field)),)) if field != "tags" else None
    for pattern in (p.ITS_FIELD, p.OWN_FIELD):
        if match := pattern.match(low):
            change = _value(field_named(match["field"]), words.group(match, "value"), around)
            if change is None:
                continue
            target = (
                read_target(words.group(match, "t"), around) if "t" in match.re.groupindex else Target(pronoun="one")
            )
            return Update(((target, change),))
    return None


def _missing(field: str) -> Change:
    return {
        "title": Change(title=""),
        "description": Change(description=""),
        "priority": Change(priority=""),
        "project": Change(project=""),
        "recurrence": Change(recurrence=""),
    }.get(field, Change(when=""))


def _value(field: str, value: Phrase, around: Surroundings) -> Change | None:
    """The change of `field` to `value`; None when the value doesn't fit the field."""
    text = value.literal or value.text
    if field == "title":
        return _title(value)
    if field == "description":
        return Change(description=text)
    if field == "priority":
        word = re.sub(r"(?:^(?:a |the )?| ?priority$)", "", value.low).strip()
        return Change(priority=v.PRIORITIES[word]) if word in v.PRIORITIES else None
    if field == "project":
        return Change(project=text.lstrip("#"))
    if field == "tags":
        return Change(add_tags=tag_names(value, around), clear=("tags",))
    if field == "recurrence":
        if re.fullmatch(r"(?:none|never|nothing|no repeat|off)", value.low):
            return Change(clear=("recurrence",))
        return Change(recurrence=text) if around.rule(text) else None
    if re.fullmatch(r"(?:none|never|nothing|no date|empty|unset|someday)", value.low):
        return Change(clear=("due",))
    return Change(when=text) if around.moment(text) is not None else None


def _title(value: Phrase) -> Change:
    while gone := p.VALUE_LEAD.match(value.low):
        value = value.cut(gone.end())
    if (tail := p.INSTEAD_TAIL.search(value.low)) and tail.start():
        value = value.cut(0, tail.start())
    return Change(title=value.literal or value.text, title_literal=value.literal is not None)


def _rename(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.RENAME.match(words.low)
    if match is None:
        return None
    rest = words.group(match, "rest")
    options = [
        (read_target(head, around), _title(tail)) for head, tail in cuts_at(rest, r" (?:to|as|into|->|→|=>|:|-) ")
    ]
    if not options and rest.tokens and rest.tokens[-1].quoted and len(rest) > 1:
        head, tail = Phrase(rest.raw, rest.tokens[:-1]).trimmed(), Phrase(rest.raw, rest.tokens[-1:])
        options = [(read_target(head, around), _title(tail))]
    return Update(tuple(options) or ((read_target(rest, around), Change(title="")),))


def _called(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.CALL.match(words.low)
    if match is None:
        return None
    if match["t2"] and not re.search(
        r"should (?:be|say|read)(?: called| named| titled) |should (?:say|read) ", words.low
    ):
        return None
    key = "" if match["t"] else "2"
    change = _title(words.group(match, f"value{key}"))
    if re.search(r" should (?:say|read) ", words.low) and not change.title_literal:
        change = Change(correction=change.title)
    return for_one(words, words.group(match, f"t{key}"), around, change)


def _shift(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.MOVE.match(words.low)
    if match is None:
        return None
    rest = words.group(match, "rest")
    found = p.SHIFT.match(rest.low)
    if found is None:
        return None
    verb = match["verb"]
    by = found["by"] or found["by2"]
    says_by = found["by"] is not None
    if not says_by and not re.fullmatch(v.RESCHEDULE_STRONG, verb) and not any(found[k] for k in ("dir3", "dir4")):
        return None
    direction = " ".join(found[k] or "" for k in ("dir", "dir2", "dir3", "dir4"))
    earlier = bool(re.search(r"forward|ahead|earlier|\bup\b", f"{verb} {direction}")) and not re.search(
        r"later|back|out", direction
    )
    if re.search(r"push|bump|roll|kick|slide", verb) and re.search(r"forward|ahead", direction) and "bring" not in verb:
        earlier = False  # people who push something forward mean later
    target = rest.group(found, "t" if found["t"] else "t2")
    return for_one(words, target, around, Change(shift=by, earlier=earlier))


def _reschedule(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.MOVE.match(words.low)
    if match is None:
        return None
    rest = without_old_value(words.group(match, "rest"), around)
    strong = re.fullmatch(v.RESCHEDULE_STRONG, match["verb"]) is not None
    options = []
    for cut in p.LINKED.finditer(rest.low):
        head, tail = rest.cut(0, cut.start()), rest.cut(cut.end() - 1)
        if gone := re.search(r" (?:off|back|over|out|forward|up)$", head.low):
            head = head.cut(0, gone.start()) or head
        if head and tail and around.moment(_instead(tail).text) is not None:
            options.append((moved_from(head, around), Change(when=_instead(tail).text)))
    if not options:
        options = [
            (read_target(head, around), Change(when=_instead(tail).text))
            for head, tail in _splits(rest)
            if around.moment(_instead(tail).text) is not None
        ]
        if options and not strong and match["verb"] not in ("move", "change", "make", "set", "do", "put"):
            options = []
        if options and match["verb"] == "do" and not rest.low.endswith("instead"):
            options = []
    if options:
        return Update(tuple(options))
    if (
        strong
        and not re.search(r" (?:to|for|until|on) ", rest.low)
        and re.fullmatch(
            r"reschedule|postpone|delay|defer|put off|snooze|push back|hold off on|bump|rebook|carry over|"
            r"bring forward",
            match["verb"],
        )
    ):
        return Update(((read_target(rest, around), Change(when="")),))
    return None


def _instead(tail: Phrase) -> Phrase:
    found = p.INSTEAD_TAIL.search(tail.low)
    return tail.cut(0, found.start()) if found and found.start() else tail


def _repeat(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.REPEAT.match(words.low)
    if match is None:
        return None
    number = next(n for n in ("", "2", "3", "4") if match[f"t{n}"])
    value = words.group(match, f"value{number}")
    target = words.group(match, f"t{number}")
    if not value:
        return for_one(words, target, around, Change(recurrence=""))
    if around.rule(value.text) is None:
        return None
    return for_one(words, target, around, Change(recurrence=value.text), sure=number != "3")


def _into_project(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.PROJECT.match(words.low)
    if match is None:
        return None
    key = next(k for k in ("n", "n2", "n3") if match[k])
    name = words.group(match, key)
    target = read_target(words.group(match, "t"), around)
    known = around.project(name.literal or name.text.lstrip("#"))
    if known is None and name.low == "inbox":
        known = "Inbox"
    verb = words.low.split()[0]
    existing = bool(
        target.pronoun
        or target.numbers
        or target.ordinals
        or target.first
        or target.last
        or target.everything
        or target.where
        or target.newest
    )
    existing = existing or (
        target.definite and re.search(r"\b(?:task|reminder|todo|one|item)s?$", words.group(match, "t").low) is not None
    )
    if verb == "add" and not existing:
        return None  # "add milk to the shopping project" asks for a new task
    explicit = key in ("n", "n2") and re.search(r"\b(?:project|folder)\b", words.low[match.start("t") :]) is not None
    if known is None and not explicit:
        return None
    if known is None and around.moment(name.text) is not None:
        return None
    into = known or name.literal or name.text.lstrip("#")
    fresh = None
    if verb in ("put", "stick", "get", "place", "drop") and not existing and target.words:
        fresh = Add((NewTask(target.words, literal=target.literal, project=into),))
    return Update(((target, Change(project=into)),), otherwise=fresh)


def _out_of_project(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.UNPROJECT.match(words.low)
    if match is None or around.project(words.group(match, "n").text) is None:
        return None
    return for_one(words, words.group(match, "t"), around, Change(clear=("project",)))


def _change_to(words: Phrase, around: Surroundings) -> Intent | None:
    """ "change X to Y": Y may be a date, a priority, a rule or a new title."""
    match = p.CHANGE_TO.match(words.low)
    if match is None:
        return None
    rest = words.group(match, "rest")
    verb = match["verb"]
    if verb in ("set", "make", "turn", "have", "call"):
        return None
    links = (
        r" (?:to|into|with|for|by|->|→|=>|as) "
        if verb in ("replace", "swap", "switch")
        else r" (?:to|into|to be|to say|to read|->|→|=>|as) "
    )
    options = []
    for head, tail in cuts_at(rest, links):
        if gone := re.match(r"^from (?=.)", head.low):
            head = head.cut(gone.end())
        target, change = read_target(head, around), any_value(_instead(tail), around)
        if change.title is not None and verb in _WITHIN and not re.search(rf"\b{v.TASK}$", head.low):
            change = replace(change, part=target.words)
        options.append((target, change))
    if options:
        return Update(tuple(options))
    if (
        verb in ("change", "edit", "update", "modify", "rename", "fix", "revise", "amend", "correct", "adjust", "alter")
        and rest
    ):
        target = read_target(rest, around)
        return Update(((target, Change()),)) if not target.empty else None
    return None


_WITHIN = frozenset(("change", "replace", "swap", "switch", "correct", "fix"))


def any_value(value: Phrase, around: Surroundings) -> Change:
    if value.literal is None:
        for field in ("priority", "recurrence", "due"):
            if (
                field == "recurrence"
                and around.moment(value.text)
                and not re.match(r"^(?:every|each|daily|weekly|monthly|yearly)\b", value.low)
            ):
                continue
            change = _value(field, value, around)
            if change is not None:
                return change
    return _title(value)


def _make(words: Phrase, around: Surroundings) -> Intent | None:
    """ "Actually make that almond milk": corrects what was just spoken of."""
    match = p.MAKE.match(words.low)
    if match is None:
        return None
    named = words.group(match, "t")
    head = words.low[: match.start("value")]
    if (
        not named
        and re.search(r"\bmake $", head)
        and not re.match(r"^(?:no|oh|oops|wait|sorry|actually|hmm|correction)\b", words.low)
    ):
        return None
    value = words.group(match, "value")
    if not value or re.match(r"^(?:it|that|this|them|all|business|every word|well|no harm)$", value.low):
        return None
    target = read_target(named, around) if named else Target(pronoun="one")
    change = any_value(value, around)
    if change.title is not None:
        change = Change(correction=change.title, title_literal=change.title_literal)
    return Update(((target, change),))


def _arrow(words: Phrase, around: Surroundings) -> Intent | None:
    """ "report -> friday": a task and what it gets."""
    match = p.ARROW.match(words.low)
    change = any_value(words.group(match, "value"), around) if match is not None else Change()
    if match is None or change == Change() or change.title is not None:
        return None
    return for_one(words, words.group(match, "t"), around, change)


def _remind_of_it(words: Phrase, around: Surroundings) -> Intent | None:
    """ "remind me about it tomorrow at 9": dates what was spoken of."""
    match = p.REMIND_OF_IT.match(words.low)
    if match is None or around.moment(words.group(match, "value").text) is None:
        return None
    return for_one(words, words.group(match, "t"), around, Change(when=words.group(match, "value").text))


def _instead_of(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.INSTEAD.match(words.low)
    if match is None:
        return None
    rest = words.cut(match.start("t"), match.end("when"))
    options = tuple(
        (read_target(head, around), Change(when=tail.text))
        for head, tail in _splits(rest)
        if around.moment(tail.text) is not None
    )
    return Update(options, sure=True) if options else None


_OBLIGES = re.compile(r"\b(?:should be|needs to be|has to be|must be)\b| priority(?: now)?$")
_READERS = (
    read_clearing,
    _rename,
    _called,
    read_tagging,
    read_note,
    read_steps,
    _repeat,
    _priority_to,
    _field_of,
    _given_due,
    _due,
    _make,
    _shift,
    _reschedule,
    _instead_of,
    _into_project,
    _out_of_project,
    _change_to,
    _priority_other,
    _arrow,
)

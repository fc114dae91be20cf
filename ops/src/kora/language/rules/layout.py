"""The layout of a written policy as plain sentences: labelled lines, bullets, parameters, abbreviations.

The first step of `language.rules`, on the text itself: "Policy: …" and "Scope: …" lines, a heading with a list below it
and discourse words become what a person would have said in sentences. Nothing is interpreted here.
"""

import re
from collections.abc import Iterator, Sequence

_LABEL = re.compile(
    r"^[ \t]*(?:[-*#>]+[ \t]*)?\**(?P<label>[A-Z][A-Za-z]+(?: [A-Za-z]+){0,2})\**:\**(?:[ \t]+(?P<content>\S.*))?$"
)
_BULLET = re.compile(r"^[ \t]*(?:[-*•–]|\d{1,2}[.)]|\([a-z0-9]\))[ \t]+(?P<content>\S.*)$")
_TITLES = frozenset({"policy", "title", "name", "policy name", "policy title", "control", "check", "id"})
_DETAILS = frozenset(
    {"details", "detail", "description", "rule", "requirement", "statement", "meaning", "task", "question", "request",
     "goal", "objective", "policy description", "rules", "requirements", "policies", "what to check"}
)  # fmt: skip
_APART = frozenset(
    {"rationale", "remediation", "context", "background", "severity", "category", "id", "owner", "author", "version",
     "reference", "references", "fix", "why", "reason", "impact", "status", "output", "format"}
)  # fmt: skip
_PLACES = frozenset(
    {"scope", "applies to", "target", "targets", "kind", "kinds", "objects", "resource kinds", "match", "where"}
)
_SPACES = frozenset({"namespace", "namespaces"})
_EXEMPT = re.compile(
    r"^(?:exceptions?|exemptions?|exempt|excluded?|exempted)(?: (?P<what>namespaces?|images?|containers?|names?))?$"
)
_MODAL_END = re.compile(
    r"\b(?:must|should|shall|may|can|cannot|need to|needs to|has to|have to|must not|should not|may not|shall not|never)$",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"\b(?:must|should|shall|may|can|cannot|need|needs|is|are|has|have|not|no|only|never|at least|at most|required|"
    r"forbidden|allowed|prohibited|disallowed|ensure|use|uses|run|runs|set|sets)\b|[<>=]",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"^(?P<name>\S+)\s*(?:\((?:one of|in|either|allowed:?|values?:?)?\s*(?P<values>[^()]+)\)|:\s*(?P<listed>[^:]+[|,][^:]+))$",
    re.IGNORECASE,
)
_PAIR = re.compile(r"(?P<key>(?:[a-z0-9-]+\.)+[a-z]{2,}/[\w.-]+)`?: ?[\"'`]?(?P<value>[\w.-]*\w)[\"'`]?")
"""A label or annotation as manifests write it."""
_ABBREVIATION = re.compile(r"\b(?P<word>e\.g|i\.e|etc|approx|resp|incl|vs)\.(?=[\s,:;)])", re.IGNORECASE)
_DISCOURSE = re.compile(
    r"\b(?:on the other hand|on the one hand|in addition(?: to that)?|by contrast|in other words|that is to say|"
    r"for the record|as a rule|in short|at the same time|from now on|going forward|as of now|of course|in general|"
    r"by the way|needless to say|as you know|as always|once and for all)\b,?",
    re.IGNORECASE,
)
"""Words that only join sentences."""
_CONTROL = re.compile(
    r"^(?P<lead>[ \t]*)(?:[A-Z]{1,8}[-_ ]?\d[\d.-]*|\d+(?:\.\d+)+)(?:[:.)]|[ \t]+[–—-](?=[ \t])|[ \t]+(?=[A-Z]))[ \t]*(?=[A-Za-z])",
    re.MULTILINE,
)
"""The number of a control in its catalogue ("C-0077:", "5.2.8 Minimize …")."""
_TEMPLATE = re.compile(r"\bpod templates?\b(?:'s)?", re.IGNORECASE)
"""Where a workload says what its pods are like: no pod."""
_NOTHING_BUT = re.compile(
    r"\b(?:nothing|no one|nobody|none|no other than)(?: else)? (?:but|except|other than|than)\b", re.IGNORECASE
)
_BY_SETTING = re.compile(
    r"\b(?:explicitly )?(?:disable|disabling|turn off|switch off|block) (?:plain )?\w+ by setting\b", re.I
)
_IMAGE_NAME = re.compile(r"\bimages whose names? (?:begins?|starts?) with\b", re.IGNORECASE)
_IDENTICAL = re.compile(r"\bidentical to (?:that of )?(?:another|any other)(?:['’]s)?(?: one)?\b", re.IGNORECASE)
_THERE = re.compile(
    r"\b(?:an? )?(?P<what>deployment|workload|target) (?:that|which) (?:actually |really |already )?exists?\b",
    re.IGNORECASE,
)
_APART_BY = re.compile(
    r"\b(?:the |its |their )?max(?:imum|replicas)?(?: replicas| replica count)?(?P<modal> (?:must|should|has to|have to|needs to) be) "
    r"(?:at least )?(?:larger|greater|higher|bigger|more|above) than (?:the |its |their )?min(?:imum|replicas)?"
    r"(?: replicas| replica count)? by\b",
    re.IGNORECASE,
)
_OFF = re.compile(
    r"(?<![-\w\"'`=/.])(?<!back )(?<!kick )(?<!cut )(?<!hand )(?:(?:switch|turn)(?:ed|ing|es|s)? |set to )?off(?![-\w\"'`=/])",
    re.IGNORECASE,
)
_KEYED = re.compile(r"\b(?:labels?|annotations?|labell?ed|annotated|variables?)\b", re.IGNORECASE)
_AT_NOTHING = re.compile(r"\bpoint(?:s|ing)? (?:at|to) (?:nothing|no pods?|nobody)\b", re.IGNORECASE)
_HUB = re.compile(r"\bDocker ?Hub\b", re.IGNORECASE)
_SPACE = re.compile(r"\b(?:network|pid|ipc)\b", re.IGNORECASE)
_HOST_SPACES = re.compile(
    r"\b(?:host|node)(?:['’]s)? (?P<spaces>(?:network|pid|ipc)(?:(?:, (?:and |or )?| and | or |/)(?:network|pid|ipc))+)"
    r"(?: namespaces?)?\b",
    re.IGNORECASE,
)
"""Several namespaces of the host in one breath: "the host's network, PID or IPC namespaces"."""
_ANYTHING_BUT = re.compile(r"\bany(?:thing|one|body) (?:but|except|other than)\b", re.IGNORECASE)
_EVERYWHERE_BUT = re.compile(r"\beverywhere (?:but|except)(?: in)? ", re.IGNORECASE)
_THOUGH = re.compile(r",? (?:although|even though|though) (?:they|it) (?:have|has)\b", re.IGNORECASE)
_IT = r"(?:this|that|it|them|(?:the|this|that|these) (?:policy|rule|requirement|limit)s?)"
_NOT_SUBJECT = re.compile(
    rf"\b(?:(?P<verb>is|are|may be|can be) (?:not (?:subject to|affected(?: by)?|covered by|bound by|concerned by|held to|meant by"
    rf"|counted|considered|in scope)|out of scope|let off|spared|ignored|left out|skipped|disregarded)(?: {_IT})?"
    rf"|(?:don['’]t|doesn['’]t|do not|does not) (?:matter|count)(?: here)?)(?=[.,;)]|$| and\b| but\b)",
    re.IGNORECASE | re.MULTILINE,
)
"""Who owes nothing, however that is said."""
_OTHERWISE = tuple(
    (re.compile(pattern, re.IGNORECASE), said)
    for pattern, said in (
        (r"\bthe only (?P<what>[a-z][\w -]*?) (?:that|which) (?:may|can|are allowed to|is allowed to|should) be "
         r"(?:set|used|added|mounted|named|chosen|referenced|given) (?:is|are)\b", r"\g<what> must only be"),
        (r"\bthe only (?:allowed|permitted|acceptable|approved|valid|accepted) (?P<what>[a-z][\w -]*?) (?:is|are)\b",
         r"\g<what> must only be"),
        (r"\boutside (?:of )?(?=(?:the )?(?:namespaces? [\w-]+|[\w-]+ namespace\b))", "except in "),
        (r"\bmake (?:absolutely |very )?certain\b", "make sure"),
        (r"\b(?:runtime|docker)/default\b", "RuntimeDefault"),
        (r"\bonly the (?P<who>(?:group|user|service ?account)s? [\w:.-]+) (?:may be|can be|is|are|should be|must be) (?:allowed to be )?"
         r"(?:bound to|given|granted) (?:the )?(?:(?:cluster)?role )?(?P<role>[\w:-]+)",
         r"we forbid binding the \g<role> role to anything but the \g<who>"),
        (r"\bmake sure (?=we forbid)", ""),
        (r"\b(?:belong|belongs) to (?:the )?domain (?P<what>\S+?)(?: or (?:to )?(?:one|any) of its sub-?domains)?(?=[.,;]|$| )",
         r"be in the domain \g<what>"),
        (r"\b(?P<modal>must|should|has to|have to) (?:stay|remain)\b", r"\g<modal> be"),
        (r"\bnot counting\b", "excluding"),
        (r"\b(?:give|get|bring|send|hand|fetch) (?:me|us)\b", "show me"),
        (r"\bnot a single\b", "no"),
        (r"\b(?P<verb>include|contain|have|hold)s? the (?:word|string|text|substring) (?P<what>[\w.-]*\w)", r"\g<verb> `\g<what>`"),
        (r"\b(?:is|are) (?:a )?part of (?=an? )", "belong to "),
        (r"(?<=[.;])[ \t]*(?:all|any|every)(?:thing)? (?:others?|else|other [a-z]+) (?:is|are) (?:forbidden|prohibited|not (?:allowed|permitted)|banned|disallowed|denied)"
         r"(?<=only)?[ \t]*(?=[.;]|$)", ""),
        (r"\bmay use the following (?P<what>[\w -]+?) and no (?:others?|more)\b", r"may only use the following \g<what>"),
        (r"(?<=[a-zA-Z]) = (?=[\w\"'`])", " is "),
        (r"\b(?P<verb>check|verify|see|confirm|audit|tell me) (?:whether|if) (?!all|every|each|any|no\b|there)(?=[^?]*\b(?:ones|those|which|them|that|who)"
         r" (?:that |which |who )?(?:don['’]t|doesn['’]t|do not|does not|aren['’]t|isn['’]t|haven['’]t|lack|fail)\b)", r"\g<verb> that all "),
        (r", (?P<last>[^,.;]+?),? or both\b", r" or \g<last>"),
        (r",? (?:\(or both\)|or both)(?=[.,;]|$)", ""),
        (r"\bexceptions? (?:are|is)\b", "except"),
        (r"\bfrom (?:today|now|tomorrow)(?: on)?,? ", ""),
        (r"\bI(?:'d| would)? (?:like|want|need|wish) to (?:know|learn|hear|see) (?:about |of )?(?=any|all|every|each|which)", "find "),
        (r"\b(?:is|are) off[ -]limits\b", "are forbidden"),
        (r"\b(?:is|are) (?:discouraged|frowned upon|a no-go|taboo)\b", "are forbidden"),
        (r"\b(?P<who>workloads?|pods?|deployments?|services?|objects?|anything|anywhere|everything) outside (?:of )?(?=[a-z0-9-]+(?:[.,;]|$))",
         r"\g<who> except in the namespace "),
        (r"\((?:the )?(?P<who>[\w -]+?) (?:are |is )?not (?:included|counted)\)", r"(excluding \g<who>)"),
        (r"(?:^|(?<=\. ))(?P<how>(?:at most|no more than|at least|exactly) [\w-]+ [a-z -]+?) (?P<but>\([^()]*\) )?(?:per|in each|in every) (?P<who>pod|service|ingress|deployment)\b",
         r"every \g<who> must have \g<how> \g<but>"),
        (r",? (?:although|even though|though) (?:they|it) (?P<verb>use|uses|run|runs|mount|mounts|are|is)\b", r" that \g<verb>"),
        (r"\bthere (?P<modal>must|may|can|should|shall) (?P<no>not )?be (?P<how>(?:at most|at least|no more than|exactly|more than|up to|only)"
         r" [\w-]+ [a-z -]+?) (?:per|for each|for every|in each|in every) (?P<who>[A-Za-z]+)",
         r"every \g<who> must \g<no>have \g<how>"),
        (r"^[ \t]*pod security(?: standards?| admission)?[ \t]*[:–-][ \t]*", ""),
        (r"\bas soon as\b", "if"),
        (r"\b(?P<verb>is|are|be) (?:limited|restricted|confined) to (?=[^\d\s])", r"\g<verb> only "),
        (r"\bwe (?:will )?(?:only|exclusively) (?:accept|allow|admit|permit|tolerate) (?P<what>\w+) (?:that|which) (?:have|has)\b",
         r"\g<what> must have"),
        (r"\bwe (?:will )?(?:only|exclusively) (?:accept|allow|admit|permit|tolerate) (?P<what>\w+) (?:that|which) (?:are|is)\b",
         r"\g<what> must be"),
        (r"\bwe (?:will )?(?:only|exclusively) (?:accept|admit) (?P<what>\w+) with\b", r"\g<what> must have"),
        (r"(?<!label )(?<!labels )(?<!labelled )(?<!annotation )(?<!with )(?<![`\"'])(?=pod-security\.kubernetes\.io/(?:enforce|audit|warn))", "the label "),
    )
)  # fmt: skip
"""Turns of phrase, and the words that say the same."""
_NOT_FOR = re.compile(
    r"\b(?:this|that|it|(?:the|this|that) (?:policy|rule|requirement)) (?:does not|doesn't|do not) apply to\b",
    re.IGNORECASE,
)
_THAT_IS = re.compile(r", (?:that is|which means that|which means|meaning that|in short),? ", re.IGNORECASE)
_OPERAND = r"[ \t]*(?=[\d`\"']|(?<=[ \t])[a-z]+[A-Z.])"
_SYMBOLS = tuple(
    (re.compile(rf"(?:{sign}){_OPERAND}"), f" {words} ")
    for sign, words in (
        ("<=|≤|=<", "at most"), (">=|≥|=>", "at least"), ("!=|≠", "not equal to"), ("==", "equal to"),
        ("(?<![<>=])<(?![=<])", "less than"), ("(?<![<>=-])>(?![=>])", "more than"),
    )
)  # fmt: skip
"""Signs of comparison before a number or a field."""
_PARAGRAPH = re.compile(r"(?<=[^\s.?!:;,])[ \t]*\n[ \t]*\n")
"""Where a paragraph ends without a full stop: no phrase goes on behind it."""
_BUT_NOT = re.compile(
    r"\b(?:but|yet) (?=(?:not|no) (?:more|less|fewer|greater|higher|lower|above|below|over|under|larger|smaller|exceed))",
    re.IGNORECASE,
)
"""A bound that goes on, no exception."""


def plain(text: str) -> str:
    """A text as sentences: labels, bullets and abbreviations resolved, words that only join sentences left out."""
    text = _BUT_NOT.sub("and ", text)
    text = _DISCOURSE.sub(" ", text)
    text = _TEMPLATE.sub("podtemplate", text)
    text = _CONTROL.sub(lambda match: match["lead"], text)
    text = _NOTHING_BUT.sub("only", text)
    text = _NOT_SUBJECT.sub("are exempt", text)
    for turn, said in _OTHERWISE:
        text = turn.sub(said, text)
    text = _BY_SETTING.sub("set", text)
    text = _IMAGE_NAME.sub("images starting with", text)
    text = _IDENTICAL.sub("the same as that of another", text)
    text = _THERE.sub(lambda match: f"an existing {match['what']}", text)
    text = _APART_BY.sub(
        lambda match: f"the difference between minReplicas and maxReplicas{match['modal'].replace('have', 'has')}", text
    )
    text = text if _KEYED.search(text) else _OFF.sub("disabled", text)
    text = _AT_NOTHING.sub("select no pods", text)
    text = _HUB.sub("docker.io", text)
    text = _HOST_SPACES.sub(lambda match: _SPACE.sub(r"host \g<0>", match["spaces"]), text)
    text = _ANYTHING_BUT.sub("any other than", text)
    text = _EVERYWHERE_BUT.sub("except in ", text)
    text = _THOUGH.sub(" with", text)
    text = _NOT_FOR.sub("exempt", text)
    text = _THAT_IS.sub(", i.e ", text)
    text = _ABBREVIATION.sub(lambda match: match["word"], text)
    text = _PAIR.sub(lambda match: f"{match['key']}={match['value']}", text)
    for symbol, words in _SYMBOLS:
        text = symbol.sub(words, text)
    lines = _with_parameters(text.split("\n"))
    return _PARAGRAPH.sub(" .\n\n", "\n".join(_lists(list(_labelled(lines)))))


_PARAMETERS = re.compile(
    r"^[ \t#*]*(?:(?:policy|rule)\**:\**[ \t]*)?(?:parameters?|values|list|allow-?list|allowlist"
    r"|(?:allowed|permitted|approved|accepted|trusted)(?: [a-z]+){0,3})\**:?\**[ \t]*(?P<inline>(?<=[: ])\S+(?:, ?\S+)*)?$",
    re.IGNORECASE,
)
_REFERRING = re.compile(
    r"\b(?:(?:one of |any of |from )?(?:these|those|the above|the listed|the following|the given|the approved|the allowed|"
    r"the permitted|the parameter|the trusted|the accepted) (?P<noun>[a-z]+(?: [a-z]+)?)"
    r"|(?:one|any) of (?:these|them|those))(?=[.,;]|$| only| above| below)",
    re.IGNORECASE,
)


def _with_parameters(lines: Sequence[str]) -> list[str]:
    """Lines with the values of a list of parameters put where the policy refers to them ("one of these registries")."""
    start = next((i for i, line in enumerate(lines) if _PARAMETERS.match(line)), None)
    if start is None:
        return list(lines)
    match = _PARAMETERS.match(lines[start])
    end = start + 1
    values = [part.strip() for part in (match["inline"] or "").split(",") if part.strip()] if match else []
    while end < len(lines) and (bullet := _BULLET.match(lines[end])):
        values.append(bullet["content"].strip().rstrip(";,"))
        end += 1
    rest = [*lines[:start], *lines[end:]]
    simple = values and all(" " not in value for value in values)
    found = next((i for i, line in enumerate(rest) if _REFERRING.search(line)), None)
    if not simple or found is None:
        return list(lines)
    listed = f"{', '.join(values[:-1])} or {values[-1]}" if len(values) > 1 else values[0]
    rest[found] = _REFERRING.sub(
        lambda each: f"the {each['noun']} {listed}" if each["noun"] else listed, rest[found], count=1
    )
    return rest


def _labelled(lines: Sequence[str]) -> Iterator[str]:
    """Lines without their labels: a title above its details is a name, no rule; why and how to mend it are none."""
    labels = [(match, match["label"].lower()) for line in lines if (match := _LABEL.match(line))]
    known = {label for _, label in labels} & (_TITLES | _DETAILS | _PLACES | _SPACES)
    if not known and not any(_EXEMPT.match(label) for _, label in labels):
        yield from lines
        return
    detailed = bool({label for _, label in labels} & (_DETAILS - _APART))
    skipping = False
    for index, line in enumerate(lines):
        match = _LABEL.match(line)
        label = match["label"].lower() if match else ""
        content = (match["content"] or "") if match else ""
        if match is None:
            if not line.strip():
                skipping = False
            yield "" if skipping else line
            continue
        skipping = label in _APART and not content
        exempt = _EXEMPT.match(label)
        if label in _APART:
            yield ""
        elif label in _TITLES:
            more = any(other.strip() for other in lines[index + 1 :]) and not _STATES.search(content)
            yield "" if detailed or more else _ended(content)
        elif label in _DETAILS:
            yield _ended(content)
        elif label in _PLACES:
            yield f"Look at {content.rstrip('.')}." if content else line
        elif label in _SPACES:
            yield f"Look at the {label} {content.rstrip('.')}." if content else line
        elif exempt and content and content.strip(" .").lower() not in {"none", "-", "n/a"}:
            yield f"Exempt the {exempt['what'] or ''} {content.rstrip('.')}."
        elif exempt:
            yield "" if content else line
        else:
            yield line


def _ended(content: str) -> str:
    """A line as a sentence of its own."""
    content = content.strip()
    return content if not content or content[-1] in ".?!:" else f"{content}."


def _lists(lines: Sequence[str]) -> Iterator[str]:
    """A heading with bullets below it as sentences; other lines as they are."""
    index = 0
    while index < len(lines):
        heading = lines[index].rstrip()
        if not heading.endswith(":"):
            yield lines[index]
            index += 1
            continue
        start = index + 1
        while start < len(lines) and not lines[start].strip():
            start += 1
        end = start
        while end < len(lines) and _BULLET.match(lines[end]):
            end += 1
        if end == start or heading.lower().lstrip("\"'` ").startswith("violating"):
            yield lines[index]
            index += 1
            continue
        bullets = [match["content"].strip() for line in lines[start:end] if (match := _BULLET.match(line))]
        yield from _listed(heading.rstrip(":").strip(), bullets)
        index = end


def _noun_last(heading: str) -> tuple[str, str]:
    """A heading that ends in what its list names, and what stood behind it: "required labels" + "for pods"."""
    match = re.match(r"(?P<noun>.*\b(?:labels|annotations|images|registries))(?P<behind> (?:for|on|of) .+)$", heading)
    return (match["noun"], match["behind"]) if match else (heading, "")


def _listed(heading: str, bullets: Sequence[str]) -> Iterator[str]:
    bare = [bullet.rstrip(".;,") for bullet in bullets]
    if _MODAL_END.search(heading):
        yield from (f"{heading} {bullet}\n" for bullet in bare)
        return
    choices = [_CHOICE.match(bullet) for bullet in bare]
    names = [match["name"] if match else bullet for match, bullet in zip(choices, bare, strict=True)]
    if any(_STATES.search(name) or len(name.split()) > 4 for name in names):
        yield f"{heading}:" if _STATES.search(heading) else ""
        yield from (f"{bullet}\n" for bullet in bare)
        return
    heading, behind = _noun_last(heading)
    head, last = names[:-1], names[-1]
    yield f"{heading} {', '.join(head)} and {last}{behind}." if head else f"{heading} {last}{behind}."
    noun = "annotation" if "annotation" in heading.lower() else "label"
    for match in choices:
        if match:
            values = (match["values"] or match["listed"]).replace("|", ",")
            yield f"The {noun} {match['name']} must be one of {values.strip()}."

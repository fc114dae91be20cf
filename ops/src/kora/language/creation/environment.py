"""The environment of a container: values as said, keys of secrets and config maps, what a pod knows of itself.

What comes from a secret or config map is read from pieces (variables, keys, objects) that are joined in the order in
which they were said: "DB_PASS from key pass of secret db", "key pass in secret db as DB_PASS", "all keys of config map c".
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from kora.language.creation.layout import sentences
from kora.language.creation.metadata import PAIR, is_name
from kora.language.creation.plain import begins_more, is_plain
from kora.language.creation.scan import Scan, compiled, unquoted

Source = Literal["secret", "config_map"]
_VARIABLE = r"[\"'`]?(?P<var>[A-Za-z_][\w.-]*)[\"'`]?"
ENV_WORD = r"(?:env(?:ironment)?(?:[ -]?var(?:iable)?s?)?|env-?vars?|variables?)"
_GIVEN = r"(?! (?:(?:is |be )?set to|with (?:the )?value|equal to|having value) )"
_CAPS = rf"[\"'`]?(?P<var>(?-i:[A-Z][A-Z0-9_]*[A-Z0-9]))[\"'`]?(?![\w=]){_GIVEN}"
_ACRONYMS = frozenset(
    [
        "CPU",
        "TCP",
        "UDP",
        "HTTP",
        "HTTPS",
        "TLS",
        "SSL",
        "GET",
        "POST",
        "RWO",
        "RWX",
        "ROX",
        "DNS",
        "API",
        "IP",
        "JSON",
        "YAML",
        "ID",
        "URL",
        "PVC",
        "PV",
        "SA",
        "CM",
        "ENV",
        "OK",
        "RAM",
        "NFS",
        "TTL",
        "UTC",
        "ALL",
        "AND",
        "OR",
        "FROM",
        "KEY",
    ]
)
_SOURCE = r"(?:config ?-?maps?|cm|secrets?)"
_JOINED = r"(?P<{0}>{1}(?:(?:, and |,? and |, ){1})*)"
_KEY = r"[\"'`]?[A-Za-z0-9_](?:[\w.-]*\w)?[\"'`]?"
_PIECES: tuple[tuple[str, str], ...] = (
    ("all", r"(?:inject(?:s|ing)?|load(?:s|ing)?|expos(?:e|es|ing)|import(?:s|ing)?|consum(?:e|es|ing)|us(?:e|es|ing)|get(?:s|ting)?|with|and)? ?(?:all|both|every|each|any)(?: (?:of|the|its|of the|single))* (?:keys?|values?|variables?|entries|entry|pairs?|data|key-value pairs|contents?|env(?:ironment)?(?: ?-?var(?:iable)?s?)?)|everything|env ?-?from(?: (?:secret|config ?map) ?-?ref)?(?: ?[:=])?"),
    ("source", rf"<the>(?P<kind>{_SOURCE})(?: ?-?ref)?(?: (?:named|called)| ?[:=])? <name:object>"),
    ("source", rf"<the><name:object>(?:'s)? (?P<kind>{_SOURCE})"),
    ("keys", r"<the>(?:same )?keys?\b(?: (?:named|called))? ?:? ?" + _JOINED.format("keys", _KEY)),
    ("keys", r"<the>" + _JOINED.format("keys", _KEY) + r" keys?(?! ?:)"),
    ("var", rf"<the>(?:{ENV_WORD}) (?:(?:named|called) )?{_VARIABLE}(?![\w=]){_GIVEN}"),
    ("var", _CAPS),
    ("env", rf"(?:as|into|for|in|to|its|with)? ?<the>{ENV_WORD}"),
    ("as", r"(?:as|into|to|in|available as|exposed as|under|called|named)"),
    ("from", r"(?:from|of|by|using|out of|taken|sourced)"),
)  # fmt: skip


@dataclass
class _Piece:
    name: str
    start: int
    end: int
    words: list[str] = field(default_factory=list)
    kind: Source = "secret"


def source_of(word: str) -> Source:
    """``Secret`` or ``config map``."""
    return "secret" if word.lower().startswith("secret") else "config_map"


def _pieces(scan: Scan, start: int, end: int) -> list[_Piece]:
    table = [(name, compiled(pattern)) for name, pattern in _PIECES]
    ahead: list[re.Match[str] | None] = [pattern.search(scan.rest, start, end) for _, pattern in table]
    made: list[_Piece] = []
    position = start
    while position < end:
        best: tuple[re.Match[str], str] | None = None
        for at, (name, pattern) in enumerate(table):
            found = ahead[at]
            while found is not None and (found.start() < position or not _fits(name, found)):
                found = ahead[at] = pattern.search(scan.rest, max(position, found.start() + 1), end)
            if found is not None and (best is None or found.start() < best[0].start()):
                best = found, name
        if best is None:
            break
        found, name = best
        position = found.end()
        groups = found.groupdict()
        piece = _Piece(name, found.start(), found.end())
        if name == "source":
            piece.words, piece.kind = [groups["object"]], source_of(groups["kind"])
        elif name == "keys":
            piece.words = [each.strip("\"'`") for each in re.split(r",? and |, ", groups["keys"])]
        elif name == "var":
            piece.words = [groups["var"]]
        made.append(piece)
    return made


def _fits(name: str, found: re.Match[str]) -> bool:
    groups = found.groupdict()
    if name == "source":
        word = groups["object"]
        return (
            is_name(word)
            and not begins_more(word)
            and word.lower() not in {"key", "keys", "ref", "at", "volume", "mount", "mounted", "values", "all", "pull"}
        )
    if name == "keys":
        words = [each.strip("\"'`") for each in re.split(r",? and |, ", groups["keys"])]
        return all(
            is_name(each)
            and not (
                is_plain(each)
                and len(words) == 1
                and each.lower() in {"the", "all", "every", "each", "from", "value", "values"}
            )
            for each in words
        )
    if name == "var":
        word = groups["var"]
        return (
            word not in _ACRONYMS
            and is_name(word)
            and not (word.islower() and is_plain(word))
            and word.lower()
            not in {"variable", "variables", "vars", "var", "named", "from", "loaded", "taken", "value", "values"}
        )
    return found.end() > found.start()


Keys = tuple[tuple[str, Source, str, str], ...]


def read_sources(scan: Scan) -> tuple[Keys, tuple[tuple[Source, str], ...]]:
    """Variables from keys: (variable, source, object, key); and objects all of whose keys become variables."""
    keyed: list[tuple[str, Source, str, str]] = []
    whole: list[tuple[Source, str]] = []
    scan.take_all(
        r"<the>(?:root |admin |database |db |user )*(?:password|passwd|user ?name|credentials?|token)(?= (?:taken |read |coming |comes )?from (?:the )?(?:key|secret|config))"
    )
    for start, end in list(sentences(scan.rest)):
        if re.search(r"secret|config ?-?map|\bcm\b", scan.rest[start:end], re.IGNORECASE) is None:
            continue
        pieces = _pieces(scan, start, end)
        known = len(keyed)
        at = 0
        fresh = 0  # the first piece that no object has taken yet
        while at < len(pieces):
            if pieces[at].name != "source":
                at += 1
                continue
            end_at = _one_source(scan, pieces, fresh, at, keyed, whole)
            fresh = at = max(end_at, at + 1) if end_at else at + 1
            if not end_at:
                fresh = at
        names = [each for each in pieces[fresh:] if each.name == "var"]
        keys = [each for each in pieces[fresh:] if each.name == "keys"]
        if len(keyed) > known and len(names) == len(keys) == 1 and len(names[0].words) == len(keys[0].words):
            _, kind, name, _ = keyed[-1]  # "… and PASS from its password key"
            keyed += [(variable, kind, name, key) for variable, key in zip(names[0].words, keys[0].words, strict=True)]
            for each in (*names, *keys):
                scan.claim(each.start, each.end)
    return tuple(keyed), tuple(dict.fromkeys(whole))


def _is_mount(scan: Scan, start: int, end: int) -> bool:
    """``mounts all keys of config map c under /etc``: files, and no variables."""
    return (
        re.search(r"\bmount\w*\s+(?:the\s+)?$", scan.rest[:start], re.IGNORECASE) is not None
        or re.match(
            r"\s*(?:volume\s+)?(?:(?:is|are|be|should|must|shall|gets?|to|available|visible|mounted)\s+)*(?:at|under|below|beneath|in|into|to|on|as files)\s+(?:the\s+)?(?:path\s+|directory\s+|folder\s+)?[\"'`]?/",
            scan.rest[end:],
            re.IGNORECASE,
        )
        is not None
    )


def _one_source(
    scan: Scan,
    pieces: list[_Piece],
    fresh: int,
    at: int,
    keyed: list[tuple[str, Source, str, str]],
    whole: list[tuple[Source, str]],
) -> int:
    """What is taken from the object at `at`; the first piece behind it, or 0 when nothing is."""
    before, after = pieces[fresh:at], pieces[at + 1 :]
    stop = next((number for number, each in enumerate(after) if each.name == "source"), len(after))
    if stop < len(after):  # "all keys of" the next one is about that
        stop = next((number for number, each in enumerate(after[:stop]) if each.name == "all"), stop)
    after = after[:stop]
    names = [each for each in before if each.name == "var"]
    keys = [word for each in before if each.name == "keys" for word in each.words]
    variables = [word for each in names for word in each.words]
    source = pieces[at]
    used = 0
    if (keys and not variables) or (not keys and not variables):
        # "key pass of secret db as DB_PASS"; "secret db: key user as DB_USER, key pass as DB_PASS"
        for number, each in enumerate(after):
            if (each.name == "keys" and not (keys and len(keys) == len(variables))) or (
                each.name == "keys" and not before
            ):
                keys += each.words
                used = number + 1
            elif each.name == "var" and len(variables) < max(len(keys), 1):
                variables += each.words
                used = number + 1
    elif variables and not keys:
        told = next((number for number, each in enumerate(after) if each.name == "keys"), None)
        other = next((number for number, each in enumerate(after) if each.name == "var"), None)
        named_as = (other is not None and other > 0 and after[other - 1].name in {"as", "env"}) or (
            other is not None and any(each.name in {"as", "env"} for each in after[:other])
        )
        if told is not None and (other is None or told < other):
            keys, used = list(after[told].words), told + 1
            if len(keys) > len(variables) > 0:
                keys = keys[: len(variables)]
        elif other is not None and named_as:
            keys, variables, used = variables, list(after[other].words), other + 1
    if variables and len(keys) == len(variables):
        keyed += [(variable, source.kind, source.words[0], key) for variable, key in zip(variables, keys, strict=True)]
    elif (
        not variables
        and not keys
        and (
            (
                not _is_mount(scan, before[0].start if before else source.start, source.end)
                and any(each.name in {"all", "env"} for each in [*before, *after])
            )
            or (at and pieces[at - 1].words[1:] == ["whole"])
        )
    ):
        whole.append((source.kind, source.words[0]))
        source.words.append("whole")
        used = len(after) if all(each.name in {"all", "env", "as", "from"} for each in after) else 0
    else:
        return 0
    first = next((number for number, each in enumerate(before) if each.name in {"var", "keys", "all"}), len(before))
    for each in [*(before[first:] if keys else before), source, *after[:used]]:
        scan.claim(each.start, each.end)
    scan.take_all(
        r"(?:load(?:s|ing|ed)?|inject(?:s|ing|ed)?|expos(?:es?|ing|ed)|import(?:s|ing|ed)?|consum(?:es|ing|ed)|expos(?:es|ing)|populated|sourced)"
    )
    return at + 1 + used


_OWN = (
    (r"name ?space", "metadata.namespace"), (r"host ?ip|node(?:'s)? ?ip(?: address)?", "status.hostIP"), (r"node(?:'?s)?(?: ?name)?", "spec.nodeName"),
    (r"ip(?: ?address)?", "status.podIP"), (r"uid", "metadata.uid"), (r"service ?account(?: ?name)?", "spec.serviceAccountName"),
    (r"name", "metadata.name"),
)  # fmt: skip


def read_own_fields(scan: Scan) -> tuple[tuple[str, str], ...]:
    """Variables that hold what the pod knows of itself (the downward API), one by one or as two lists side by side."""
    literal = r"(?P<path>metadata\.(?:name|namespace|uid|labels\[[^\]]+\]|annotations\[[^\]]+\])|status\.(?:podIP|hostIP|podIPs)|spec\.(?:nodeName|serviceAccountName)|(?:limits|requests)\.(?:cpu|memory))"
    found: list[tuple[str, str]] = []
    link = r"(?: ?(?:=|:|from|to|with|taken|set|holding|containing|that|holds|contains|is|as|the|a|field ?ref|field ?path|field|value|of|exposing|exposes|downward api|via|using|which|read|populated|pod's|its|own|\(|\)))*"
    literals = scan.take_all(rf"(?:<the>{ENV_WORD} )?(?:named |called )?{_VARIABLE}{link} ?[\"'`]?{literal}[\"'`]?\)?")
    found += [(each["var"], each["path"]) for each in literals]
    what = "|".join(pattern for pattern, _ in _OWN)
    whose = r"(?:the |its |own |of )*(?:pod'?s?|its|node'?s?|own|metadata|status|spec)(?: (?:own|pod|metadata|status))*"
    several = scan.take(
        rf"(?P<names>(?-i:[A-Z][A-Z0-9_]+)(?:(?:,? and |, )(?-i:[A-Z][A-Z0-9_]+))+){link} {whose} (?P<fields>(?:{what})(?:(?:,? and |, )(?:{whose} )?(?:{what}))+)"
    )
    if several is not None:
        names = re.findall(r"[A-Z][A-Z0-9_]+", several["names"])
        fields = [_own(each) for each in re.split(r",? and |, ", several["fields"])]
        if len(names) == len(fields):
            found += zip(names, fields, strict=True)
    for each in scan.take_all(
        rf"(?P<var>(?-i:[A-Z][A-Z0-9_]+)){link} {whose} (?P<field>{what})(?! of)",
        rf"{whose} (?P<field>{what})(?: ?(?:as|in|into|through|via|available|exposed|the|an|{ENV_WORD}|named|called))+ (?P<var>(?-i:[A-Z][A-Z0-9_]+))",
    ):
        path = _own(each["field"])
        of_node = re.search(r"\bnode", each.group().replace(each["var"], ""), re.IGNORECASE) is not None
        found.append((each["var"], "spec.nodeName" if of_node and path == "metadata.name" else path))
    for each in scan.take_all(
        rf"(?P<var>(?-i:[A-Z][A-Z0-9_]+)){link} (?:the )?(?:name of )?<the>node(?:'s name| name)? (?:that |which )?(?:it|the pod|each pod) (?:runs|is running|is scheduled|lands|is|sits) on"
    ):
        found.append((each["var"], "spec.nodeName"))
    if found:
        scan.take_all(r"(?:expos|inject|provid)(?:es|ing|e)")
        scan.take_all(
            r"(?:with|and|set|the|as|using|through|via|from)* ?(?:<the>)?(?:downward api|field ?refs?)|<the>" + ENV_WORD
        )
    return tuple(dict.fromkeys(found))


def _own(text: str) -> str:
    low = re.sub(r"^(?:the |its |own |pod'?s? |metadata |status |spec )+", "", text.lower().strip())
    return next(path for pattern, path in _OWN if re.fullmatch(pattern, low) or re.search(rf"(?:{pattern})$", low))


def read_variables(scan: Scan) -> dict[str, str]:
    env: dict[str, str] = {}
    opening = rf"(?:with |set(?:ting)? |and |add |define |pass |using )?<the>{ENV_WORD}(?: vars?)?(?: named| called| like)?(?: ?[:=])?"
    while (start := scan.peek(opening)) is not None:
        scan.claim(*start.span())
        position = start.end()
        while True:
            gap = re.compile(r"(?:[\s,;\"'`{(-]|\band\b|\bset\b|\bthe\b|\bof\b)*").match(scan.rest, position)
            position = gap.end() if gap else position
            pair = PAIR.match(scan.rest, position) or re.compile(
                r"(?P<key>[A-Za-z_][\w.]*)[\"'`]?\s+(?:set to|to|with(?: the)? value(?: of)?|equal to|=|is|as|having value)\s+"
                r"(?P<value>\"[^\"]*\"|'[^']*'|[^\s,;\"'`]*[^\s,;\"'`.:!?)])"
            ).match(scan.rest, position)
            if pair is None:
                break
            env[pair["key"]] = unquoted(pair["value"])
            scan.claim(*pair.span())
            position = pair.end()
    # Capital names with a value are variables wherever they stand ("and DEBUG=false").
    for found in scan.take_all(
        r"(?:with |and |set |, )?(?P<key>(?-i:[A-Z][A-Z0-9_]{2,}))=(?P<value>\"[^\"]*\"|'[^']*'|[^\s,;\"'`]*[^\s,;\"'`.:!?)])"
    ):
        env[found["key"]] = unquoted(found["value"])
    return env

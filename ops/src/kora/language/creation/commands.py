"""What a container runs: lists, quoted lines, bare lines, and the few actions that are said in words."""

import re
import shlex

from kora.language.creation.plain import is_plain
from kora.language.creation.scan import Scan, seconds, unquoted

_RUNS = r"(?:runs?|executes?|running|run|execute|executing|executed|invok(?:es?|ing)|launch(?:es|ing)|start(?:s|ing)? with|entrypoint)"
_COMMAND = r"(?:shell |bash )?(?:commands?|cmd|script|entry ?-?point|command line)"
_SHELL = re.compile(r"[|&;<>$`*]|\b(?:while|until|for|if)\b")
_END = (
    r"(?=,? (?:and|then) (?:(?:it|also|then|should|the|a|an) )*(?:expos\w+|label\w*|set|a |an |the |request\w*|limit\w*|mount\w*|with|its|use|uses|add|restart\w*|retr\w+|must|never|keep\w*|in |should|named|called|has|have|is )"
    r"|,? (?:in (?:the )?namespace|in (?:the )?[\w-]+ namespace|with (?:the |a |an )?(?:image|label|env|restart|resource|volume|port|memory|cpu|\d+ )|every |at \d|on (?:a|the) (?:schedule|node)|on port|using (?:the )?(?:image|[\w./-]+:)|as (?:user|a))"
    r"|,\s|;\s|\n|\)|\.(?:\s|$)|$| that (?:gets|mounts|uses|has)\b)"
)
_PROGRAMS = (
    "sleep|echo|date|tail|top|ls|cat|env|printenv|nginx|python3?|node|npm|sh|bash|curl|wget|nc|ping|perl|java|ruby|php|go|dd|stress|hostname|"
    "touch|printf|true|false|seq|nslookup|dig|redis-server|mysqld|mongod|mongodump|mysqldump|pg_dump|psql|tar|find|df|free|uname|whoami|id|ps|watch|yes|kubectl|rm|cp|mv|mkdir|du|uptime|make|rsync|etcdctl|aws|gsutil|gzip|exit|test"
)
_JSON = r"(?P<list>\[[^\]\n]*\])"


def read_command(scan: Scan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Command and arguments. A JSON list is taken as it stands, shell syntax is handed to ``sh -c``."""
    args = _read_arguments(scan)
    found = scan.take(rf"(?:{_RUNS} )?<the>{_COMMAND}<is>{_JSON}", rf"{_RUNS}<is>{_JSON}")
    if found is not None:
        return _listed(found["list"]), args
    for pattern in (
        rf"(?:{_RUNS} )?<the>{_COMMAND}(?: to| that)?(?: ?[:=] ?| should be | must be | is | of | to | set to | run | runs | running | )<quoted:cmd>",
        rf"{_RUNS}(?: the)?(?: following)? ?:? ?<quoted:cmd>(?: command)?",
        r"<quoted:cmd> (?:as )?(?:the |its )?(?:command|entry ?-?point)",
        r"with (?P<cmd>`[a-z/][^`\n]* [^`\n]*`)(?= ?(?:[,.;]|$|in|every|on|and|at|\x00))",
        r"(?:(?:with |and )?(?:the )?command(?: is)? ?[:=]? ?)?(?P<cmd>(?:/bin/)?(?:ba|a)?sh -c (?:\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`))",
    ):
        found = scan.take(pattern)
        if found is not None:
            return shell_words(unquoted(found["cmd"])), args
    plain = scan.take(
        rf"(?:{_RUNS} )?<the>{_COMMAND}(?: should be| is| to run| of)?(?: ?[:=])? ?(?P<cmd>(?:(?:{_PROGRAMS})\b|/[\w/.-]+|\./[\w/.-]+|[a-z][\w-]*\.(?:sh|py|js|pl)\b)(?:\"[^\"\n]*\"|'[^'\n]*'|[^\n\"'])*?){_END}",
        rf"<the>{_COMMAND} ?[:=] ?(?P<cmd>[a-z/](?:\"[^\"\n]*\"|'[^'\n]*'|[^\n\"'])*?){_END}",
    )
    if plain is not None:
        return shell_words(plain["cmd"].strip()), args
    word = scan.take(rf"(?:with |and |the )*command ?[:=]? ?(?P<cmd>[a-z][\w.-]*[\w](?: -{{1,2}}[\w./=-]+)*){_END}")
    if word is not None and not is_plain(word["cmd"].split()[0]):
        return shell_words(word["cmd"].strip()), args
    said = _read_actions(scan)
    if said:
        return said, args
    for pattern in (
        rf"{_RUNS} (?P<cmd>(?:\./[\w/.-]+(?: (?:\"[^\"\n]*\"|'[^'\n]*'|[^\n\"'])*?)?|(?:{_PROGRAMS}) (?:\"[^\"\n]*\"|'[^'\n]*'|[^\n\"'])*?|/[\w/.-]+(?: (?:\"[^\"\n]*\"|'[^'\n]*'|[^\n\"'])*?)?|(?:date|env|top|hostname|uptime|python3? -m (?:\"[^\"\n]*\"|'[^'\n]*'|[^\n\"'])*?))){_END}",
    ):
        found = scan.take(pattern)
        if found is not None:
            return shell_words(found["cmd"].strip()), args
    return (), args


def _read_arguments(scan: Scan) -> tuple[str, ...]:
    found = scan.take(rf"<the>(?:args|arguments?)(?: field)?<is>{_JSON}")
    if found is not None:
        return _listed(found["list"])
    found = scan.take(r"<the>(?:args|arguments?)(?: field)?<is>(?P<all><quoted>(?:(?:,? and |, ?| )<quoted>)*)")
    if found is not None:
        quoted = [unquoted(each) for each in re.findall(r"\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”", found["all"])]
        return tuple(quoted)
    found = scan.take(
        r"<the>(?:args|arguments?)(?: field)?<is>(?P<bare>-{0,2}[\w./=:-]+(?:(?: and|,| , and|, and)? -{1,2}[\w./=:-]+| -{0,2}[\w./=:-]+)*?)(?=,|\.(?:\s|$)|\n|$| and (?!-)| with )"
    )
    return tuple(each for each in re.split(r"[\s,]+", found["bare"]) if each != "and") if found is not None else ()


_OUT = r"(?: to (?:stdout|standard output|the (?:logs?|console)))?"
_DATE = r"(?:the )?(?:current )?(?:date|time|timestamp)s?(?: and (?:the )?time)?"
_ACTIONS: tuple[tuple[str, str], ...] = (
    ("every", r"(?:log|writ|append|print|output|echo|record)\w*(?: (?:out|the|current|its))* (?:date|time|timestamp)s?(?: and time)?(?: (?:to|into|in) <the>(?:file )?<path:file>)? every <dur:n>"),
    ("every", r"every <dur:n>,? (?:it )?(?:log|writ|append|print|output|echo|record)\w*(?: (?:out|the|current))* (?:date|time|timestamp)s?(?: (?:to|into|in) <the>(?:file )?<path:file>)?"),
    ("say", r"(?:print|echo|output|display|say|log|writ(?:e|es|ing))(?:s|es|ing)?(?: out)?(?: the)?(?: (?:text|message|string|words?|line|greeting))?(?: once| to (?:stdout|standard output|the (?:log|console)))? <quoted:said>" + _OUT + r"(?: (?:to|into) <the>(?:file )?[\"'`]?<path:file>[\"'`]?)?"),
    ("bare", r"(?:print|echo|output|say)(?:s|es|ing)? (?P<said>(?!(?:its|the|a|an|all|date|time|out|env|environment|logs?|current|to|some|something|text|hello world every)\b)[A-Za-z]+(?: (?!and |then |every |once |to )[A-Za-z]+){0,4}[!.]?)(?= ?(?:,|\.|;|$|and|then|once|to (?:stdout|standard output)))" + _OUT),
    ("sleep", r"sleep(?:s|ing)? (?:for )?<dur:n>"),
    ("sleep", r"(?:that|which) waits? (?:for )?<dur:n>(?! (?:before|between|until|after))"),
    ("sleep", r"stays? (?:alive|up) (?:for )?<dur:n>"),
    ("forever", r"sleep(?:s|ing)? (?:forever|indefinitely|infinity)|(?:keep|stay)s? running (?:forever|indefinitely)"),
    ("environment", r"(?:print|echo|output|display|show|log|dump|list)(?:s|es|ing)? (?:out )?(?:all )?(?:of )?(?:its|the|all|their) (?:own )?(?:environment|env)(?: variables?| vars?)?" + _OUT),
    ("date", r"(?:print|echo|output|display|show|log)(?:s|es|ing)?(?: out)? " + _DATE + _OUT),
)  # fmt: skip
"""What a container may do, in words."""


def _read_actions(scan: Scan) -> tuple[str, ...]:
    """What is said in words: print a text, sleep for a time, write the date to a file every so often; several in a row
    become one line of shell."""
    done: list[tuple[int, str, tuple[str, ...]]] = []
    for name, pattern in _ACTIONS:
        while (found := scan.take(pattern)) is not None:
            done.append((found.start(), name, _action(name, found)))
    done.sort()
    if not done:
        return ()
    scan.take_all(r"<the>(?:simple |small |short |shell |single )*(?:command|script)(?: (?:to|that|which))?")
    if len(done) == 1:
        return done[0][2]
    lines = [words[2] if words[:2] == ("sh", "-c") else shlex.join(words) for _, _, words in done]
    return ("sh", "-c", "; ".join(lines))


def _action(name: str, found: re.Match[str]) -> tuple[str, ...]:
    groups = found.groupdict()
    if name == "every":
        target = f" >> {groups['file']}" if groups["file"] else ""
        return ("sh", "-c", f"while true; do date{target}; sleep {seconds(groups['n'])}; done")
    if name == "bare":
        return ("echo", groups["said"].rstrip("."))
    if name == "say":
        text = unquoted(groups["said"])
        return ("sh", "-c", f"echo {shlex.quote(text)} > {groups['file']}") if groups["file"] else ("echo", text)
    if name == "sleep":
        return ("sleep", str(seconds(groups["n"])))
    if name == "environment":
        return ("env",)
    return ("sleep", "infinity") if name == "forever" else ("date",)


def shell_words(line: str) -> tuple[str, ...]:
    """A command line as arguments."""
    try:
        words = shlex.split(line)
    except ValueError:
        return ("sh", "-c", line)
    if len(words) > 2 and words[0] in {"sh", "bash", "/bin/sh", "/bin/bash", "ash", "/bin/ash"} and words[1] == "-c":
        return (words[0], "-c", " ".join(words[2:]))
    if len(words) > 1 and words[0].endswith("sh") and _SHELL.search(line) is None:
        return tuple(words)
    quotes_only = re.sub(r"\"[^\"]*\"|'[^']*'", "", line)
    return (
        ("sh", "-c", line) if _SHELL.search(quotes_only) or re.search(r"\"[^\"]*\$[({A-Za-z]", line) else tuple(words)
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(
        unquoted(each.strip()) for each in re.findall(r"\"[^\"]*\"|'[^']*'|[^,\[\]]+", text[1:-1]) if each.strip()
    )


listed = _listed

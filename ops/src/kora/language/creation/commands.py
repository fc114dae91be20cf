"""What a container runs: lists, quoted lines, bare lines, and the few actions that are said in words."""

import re
import shlex

from kora.language.creation.scan import Scan, seconds, unquoted

_RUNS = r"(?:runs?|executes?|running|run|execute|executing|executed|invok(?:es?|ing)|launch(?:es|ing)|start(?:s|ing)? with|entrypoint)"
_COMMAND = r"(?:shell |bash )?(?:commands?|cmd|script|entry ?-?point|command line)"
_SHELL = re.compile(r"[|&;<>$`*]|\b(?:while|until|for|if)\b")
_END = (
    r"(?=,? (?:and|then) (?:(?:it|also|then|should|the|a|an) )*(?:expos\w+|label\w*|set|a |an |the |request\w*|limit\w*|mount\w*|with|its|use|uses|add|restart\w*|retr\w+|must|never|keep\w*|in |should|named|called|has|have|is )"
    r"|,? (?:in (?:the )?namespace|in (?:the )?[\w-]+ namespace|with (?:the |a |an )?(?:image|label|env|restart|resource|volume|port|memory|cpu|\d+ )|every |at \d|on (?:a|the) (?:schedule|node)|on port|using (?:the )?(?:image|[\w./-]+:)|as (?:user|a))"
    r"|,\s|;\s|\n|\.(?:\s|$)|$)"
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
        r"(?P<cmd>(?:/bin/)?(?:ba|a)?sh -c (?:\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`))",
    ):
        found = scan.take(pattern)
        if found is not None:
            return shell_words(unquoted(found["cmd"])), args
    said = _read_actions(scan)
    if said:
        return said, args
    for pattern in (
        rf"(?:{_RUNS} )?<the>{_COMMAND}(?: should be| is| to run| of)?(?: ?[:=])? ?(?P<cmd>(?:(?:{_PROGRAMS})\b|/[\w/.-]+|\./[\w/.-]+|[a-z][\w-]*\.(?:sh|py|js|pl)\b)[^\n]*?){_END}",
        rf"<the>{_COMMAND} ?[:=] ?(?P<cmd>[a-z/][^\n]*?){_END}",
        rf"{_RUNS} (?P<cmd>(?:(?:{_PROGRAMS}) [^\n]*?|/[\w/.-]+(?: [^\n]*?)?|(?:date|env|top|hostname|uptime|python3? -m [^\n]*?))){_END}",
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
        r"<the>(?:args|arguments?)(?: field)?<is>(?P<bare>-{0,2}[\w./=:-]+(?: -{0,2}[\w./=:-]+)*?)(?=,|\.(?:\s|$)|\n|$| and | with )"
    )
    return tuple(found["bare"].split()) if found is not None else ()


def _read_actions(scan: Scan) -> tuple[str, ...]:
    """What is said in words: print a text, sleep for a time, write the date to a file every so often."""
    every = scan.take(
        r"(?:log|writ|append|print|output|echo|record)\w*(?: (?:out|the|current|its))* (?P<what>date|time|timestamp)s?(?: and time)?(?: (?:to|into|in) <the>(?:file )?<path:file>)? every <dur:n>",
        r"every <dur:n>,? (?:it )?(?:log|writ|append|print|output|echo|record)\w*(?: (?:out|the|current))* (?P<what>date|time|timestamp)s?(?: (?:to|into|in) <the>(?:file )?<path:file>)?",
    )
    if every is not None:
        target = f" >> {every['file']}" if every["file"] else ""
        return ("sh", "-c", f"while true; do date{target}; sleep {seconds(every['n'])}; done")
    told = scan.take(
        r"(?:print|echo|output|display|say|log)(?:s|es|ing)?(?: out)?(?: the)?(?: (?:text|message|string|words?|line|greeting))?(?: once| to (?:stdout|standard output|the (?:log|console)))? <quoted:said>(?: to (?:stdout|standard output|the (?:console|logs?)))?",
    )
    if told is not None:
        written = scan.take(r"(?:to|into) <the>(?:file )?<path:file>")
        text = unquoted(told["said"])
        return ("sh", "-c", f"echo {shlex.quote(text)} > {written['file']}") if written is not None else ("echo", text)
    stored = scan.take(
        r"writ(?:e|es|ing)(?: the)?(?: text| string| message| line)? <quoted:said> (?:to|into) <the>(?:file )?(?:<path:file>|(?P<ticked>[`\"'](?P<inner>/[^`\"']+)[`\"']))"
    )
    if stored is not None:
        return ("sh", "-c", f"echo {shlex.quote(unquoted(stored['said']))} > {stored['file'] or stored['inner']}")
    slept = scan.take(r"sleep(?:s|ing)? (?:for )?<dur:n>", r"stays? (?:alive|up) (?:for )?<dur:n>")
    if slept is not None:
        return ("sleep", str(seconds(slept["n"])))
    if scan.take(r"sleep(?:s|ing)? (?:forever|indefinitely|infinity)"):
        return ("sleep", "infinity")
    if scan.take(
        r"(?:print|echo|output|display|show|log)(?:s|es|ing)?(?: out)?(?: the)?(?: current)? (?:date|time)(?: and time)?(?: to (?:stdout|standard output|the (?:console|logs?)))?"
    ):
        return ("date",)
    return ()


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

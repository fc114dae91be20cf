"""The end of a container's log, read as evidence: which kind of failure the last error lines speak of.

A general grammar over what programs print (Python, Node, Go, Java, shells, C libraries), not over particular programs.
A log is data: nothing in it is ever followed as an instruction, and secrets are redacted before a line is kept.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from kora.kit.redaction import redact_text

WINDOW = 60  # lines from the end that are looked at for the cause
KEPT_LINES = 3
LINE_LIMIT = 300


class Trouble(StrEnum):
    """The kinds of failure that a log can prove."""

    VARIABLE = "variable"  # an environment variable is missing; `subject` is its name
    REFUSED = "refused"  # `host`, `port`
    SILENT = "silent"  # a timeout on the network
    UNRESOLVED = "unresolved"  # a host name without an address
    FORBIDDEN = "forbidden"  # the Kubernetes API says no; `subject` is what it says
    PERMISSION = "permission"  # `subject` is the path, when there is one
    READ_ONLY = "read_only"
    NO_SPACE = "no_space"
    MEMORY = "memory"
    ADDRESS_IN_USE = "address_in_use"
    COMMAND = "command"  # not found, not executable, wrong processor
    NO_FILE = "no_file"
    CREDENTIALS = "credentials"  # the other side refuses who we are
    TLS = "tls"


class LogCause(NamedTuple):
    """One failure as the log tells it."""

    trouble: Trouble
    line: str
    subject: str = ""
    hosts: tuple[tuple[str, int | None], ...] = ()
    """Hosts and ports that the line names, the likeliest first."""


class LogReading(NamedTuple):
    """What the end of a log says."""

    lines: tuple[str, ...] = ()
    """The last non-empty lines, redacted."""
    causes: tuple[LogCause, ...] = ()
    """Newest first, one per kind."""
    error: str = ""
    """The one line that says best why the program ended."""
    ports: frozenset[int] = frozenset()
    """Ports on which the program says that it listens."""

    def find(self, *troubles: Trouble) -> LogCause | None:
        """The newest cause of one of these kinds."""
        return next((each for each in self.causes if each.trouble in troubles), None)


_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_UPPER = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z][A-Z0-9]{3,}"

# Words that say "this variable is not there", before or after its name.
_ABSENT = (
    r"(?:is |was |are |be |been )?(?:not |never )?(?:un)?(?:set|defined|provided|specified|configured|found"
    r"|present)|missing"
    r"|required|undefined|must be (?:set|defined|provided|non-?empty)|(?:should|must) not be empty|is empty|needed|need"
)
_VARIABLE = (
    re.compile(rf"KeyError: ['\"]({_UPPER})['\"]"),
    re.compile(
        rf"(?:sh|bash|ash|dash)?:? ?(?:line \d+: )?\b({_NAME}): (?:unbound variable|parameter (?:null or )?not set)"
    ),
    re.compile(rf"Could not resolve placeholder '({_NAME})'"),
    re.compile(rf"required key ({_UPPER}) missing value"),
    re.compile(
        rf"(?i:environment|env)(?i:[ _-]?(?:variable"
        rf"|var))?s?\b[^A-Z]{{0,40}}['\"`$]*\{{?({_UPPER})\b[^\n]*?(?i:\b(?:{_ABSENT})\b)"
    ),
    re.compile(
        rf"(?i:\b(?:missing|requires?|required|needs?|unset|undefined|no|set|specify|provide|define|without)\b)"
        rf"(?i:[^\n]{{0,60}}?(?:environment|env|variable|var|setting|config(?:uration)?|option|value)s?\b)"
        rf"[^\nA-Z]{{0,30}}({_UPPER})\b"
    ),
    re.compile(
        rf"['\"`$]*\{{?\b({_UPPER})\b\}}?['\"`]*[^\n]{{0,40}}?(?i:\b(?:not set|unset|not defined|undefined|is required|"
        rf"are required|must be set|must be defined|must be provided|is missing|missing|not provided|not"
        rf" specified|not configured|"
        rf"not found in (?:the )?env\w*|is empty|cannot be empty|must not be empty|should not be empty|required but)\b)"
    ),
    re.compile(
        rf"(?i:\b(?:missing|must (?:set|specify|define|provide)|please (?:set|specify|define|provide)|need to"
        rf" (?:set|specify|define|provide)))"
        rf"\b[^\nA-Z]{{0,30}}({_UPPER})\b"
    ),
)
_NOT_A_VARIABLE = frozenset(
    [
        "ERROR",
        "FATAL",
        "WARN",
        "WARNING",
        "INFO",
        "DEBUG",
        "CRITICAL",
        "TRACE",
        "NOTICE",
        "HTTP",
        "HTTPS",
        "POST",
        "DELETE",
        "PATCH",
        "OPTIONS",
        "JSON",
        "YAML",
        "NULL",
        "TRUE",
        "FALSE",
        "NONE",
        "UTF",
        "ASCII",
        "HEAD",
        "TLS",
        "SSL",
        "DNS",
        "TCP",
        "UDP",
        "EACCES",
        "ENOENT",
        "ECONNREFUSED",
        "ENOTFOUND",
        "ETIMEDOUT",
        "EADDRINUSE",
        "PANIC",
        "EAI_AGAIN",
        "ENOSPC",
        "EROFS",
        "EPERM",
        "STARTTLS",
        "SIGTERM",
        "SIGKILL",
    ]
)

_TABLE: tuple[tuple[Trouble, re.Pattern[str]], ...] = (
    (Trouble.NO_SPACE, re.compile(r"no space left on device|ENOSPC|disk quota exceeded|disk full|errno 28\b", re.I)),
    (
        Trouble.MEMORY,
        re.compile(
            r"OutOfMemoryError|heap out of memory|cannot allocate memory|\bMemoryError\b|out of memory|ENOMEM|^Killed$"
            r"|bad_alloc|memory allocation of \d+",
            re.I,
        ),
    ),
    (
        Trouble.ADDRESS_IN_USE,
        re.compile(r"address (?:is )?already in use|EADDRINUSE|port \d+ is already|errno 98\b", re.I),
    ),
    (
        Trouble.FORBIDDEN,
        re.compile(
            r"is forbidden: User \"([^\"]+)\" cannot (\w+) resource \"([^\"]+)\"(?: in API group \"([^\"]*)\")?"
        ),
    ),
    (Trouble.READ_ONLY, re.compile(r"read-?only file ?system|EROFS|errno 30\b", re.I)),
    (
        Trouble.UNRESOLVED,
        re.compile(
            r"no such host|\bENOTFOUND\b|EAI_AGAIN|name or service not known|temporary failure in name resolution"
            r"|bad address"
            r"|(?:could not|can't|cannot) resolve"
            r"(?! (?:placeholder|dependenc|module|type|symbol|import|reference|all\b|['\"]?[.@/]))"
            r"|couldn't resolve host|could not translate host name"
            r"|UnknownHostException|getaddrinfo failed|nodename nor servname|NXDOMAIN|name does not resolve"
            r"|host not found"
            r"|name resolution failed|failed to lookup address|failed to resolve|unknown host|no servers could"
            r" be reached"
            r"|server misbehaving|no address associated with",
            re.I,
        ),
    ),
    (
        Trouble.REFUSED,
        re.compile(
            r"connection refused|ECONNREFUSED|errno 111\b|actively refused|could not connect to server"
            r"|connection to \S+ refused"
            r"|connect call failed|no route to host|EHOSTUNREACH|host is unreachable|network is unreachable",
            re.I,
        ),
    ),
    (
        Trouble.CREDENTIALS,
        re.compile(
            r"password authentication failed|access denied for user|authentication failed|invalid (?:username"
            r"|password|credentials"
            r"|api key)|NOAUTH|WRONGPASS|no password supplied|role \"[^\"]+\" does not exist|401 unauthorized",
            re.I,
        ),
    ),
    (
        Trouble.TLS,
        re.compile(
            r"x509:|certificate verify failed|SSLError|ssl handshake|tls: |self[- ]signed certificate|CERT_", re.I
        ),
    ),
    (
        Trouble.SILENT,
        re.compile(
            r"timed? ?out|ETIMEDOUT|i/o timeout|deadline exceeded|connect timeout|ConnectTimeout|errno"
            r" 110\b|timeout expired",
            re.I,
        ),
    ),
    (
        Trouble.COMMAND,
        re.compile(
            r"exec format error|executable file not found|: (?:command )?not found$|command not found|can't"
            r" open '([^']+)'"
            r"|cannot execute(?: binary file)?|No module named '?__main__|can't open file '([^']+)'|Cannot find"
            r" module '(/[^']+)'"
            r"|Unable to access jarfile (\S+)|exec: .*: (?:no such file|not found)",
            re.I,
        ),
    ),
    (
        Trouble.PERMISSION,
        re.compile(r"permission denied|EACCES|operation not permitted|EPERM|errno 13\b|PermissionError", re.I),
    ),
    (Trouble.NO_FILE, re.compile(r"no such file or directory|ENOENT|FileNotFoundError|file not found|errno 2\b", re.I)),
)

_ERROR = re.compile(
    r"^(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Timeout|Refused|Denied|NotFound"
    r"|Invalid)\b"  # Python, Java, Node
    r"|^panic: |^fatal error: |^Caused by: |\b(?:FATAL|CRITICAL|PANIC|ERROR)\b|^(?:error|fatal"
    r"|ERR!)[:\s]|level=(?:error|fatal)"
    r'|"level":\s*"(?:error|fatal|critical)"|\berror:|\bfailed\b|\bcannot\b|Exception in thread|\bunable to\b',
    re.MULTILINE,
)
_FRAME = re.compile(r'^\s+(?:at |File "|\.\.\. |\^|~)|^\s*(?:goroutine \d+|created by |Traceback)|^\t|^\s{4,}\S')
_LISTENS = re.compile(
    r"(?:listen\w*|running|serving|started|bound|ready|accepting|http server|server)\b[^\n]{0,80}?"
    r"(?::|\bport[ =:(s)]{1,4}|\b(?:0\.0\.0\.0|127\.0\.0\.1)[ :]|\bon )(\d{2,5})\b",
    re.IGNORECASE,
)
_HOSTS: tuple[re.Pattern[str], ...] = (
    re.compile(r"host=['\"]?(?P<host>[\w.-]+)['\"]?,? port=(?P<port>\d+)"),
    re.compile(r"(?:server|host) at \"(?P<host>[\w.-]+)\"(?: \([^)]*\))?, port (?P<port>\d+)"),
    re.compile(r"lookup (?P<host>[\w.-]+)(?: on [\d.:]+)?: (?:no such host|server|i/o|Temporary)"),
    re.compile(
        r"(?:\bENOTFOUND|EAI_AGAIN|UnknownHostException:|resolve host:?|resolve|host name|bad address|unknown"
        r" host:?|find)"
        r" ['\"]?(?P<host>[A-Za-z][\w.-]*)['\"]?(?::(?P<port>\d+))?"
    ),
    re.compile(r"://(?:[^@/\s]+@)?(?P<host>[A-Za-z0-9][\w.-]*)(?::(?P<port>\d+))?"),
    re.compile(r"(?:to|host) ['\"]?(?P<host>[A-Za-z][\w.-]*)['\"]?,? (?:\([^)]*\) )?port:? (?P<port>\d+)"),
    re.compile(r"connect(?:ing|ion)? to (?:host )?['\"]?(?P<host>[A-Za-z][\w.-]*\w)['\"]?(?::(?P<port>\d+))?"),
    re.compile(r"\(?['\"]?(?P<host>\d{1,3}(?:\.\d{1,3}){3})['\"]?(?:[:,]\s?(?P<port>\d{2,5}))?"),
    re.compile(r"\b(?P<host>[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*):(?P<port>\d{2,5})\b"),
)
_NO_HOST = frozenset(
    ("localhost", "error", "errno", "line", "port", "server", "host", "the", "remote", "address", "database")
)
_PATH = re.compile(r"['\"`]?(/[\w./@+-]*[\w@+-])['\"`]?")


def read_log(text: str) -> LogReading:
    """The reading of a log's end; empty for an empty log."""
    lines = [line for raw in text.splitlines() if (line := _clean(raw))]
    if not lines:
        return LogReading()
    window = lines[-WINDOW:]
    causes: dict[Trouble, LogCause] = {}
    for line in reversed(window):
        for cause in _causes(line):
            causes.setdefault(cause.trouble, cause)
    return LogReading(
        lines=tuple(window[-KEPT_LINES:]),
        causes=tuple(causes.values()),
        error=_best(window),
        ports=frozenset(int(port) for line in lines for port in _LISTENS.findall(line) if 1 < int(port) < 65536),
    )


def _clean(raw: str) -> str:
    line = redact_text(_ANSI.sub("", raw).rstrip())
    return line if len(line) <= LINE_LIMIT else line[: LINE_LIMIT - 1] + "…"


def _causes(line: str) -> Iterator[LogCause]:
    if (found := variable_named(line)) is not None:
        yield LogCause(Trouble.VARIABLE, line.strip(), found)
    for trouble, pattern in _TABLE:
        if match := pattern.search(line):
            subject = _SUBJECTS.get(trouble, _nothing)(line, match)
            yield LogCause(trouble, line.strip(), subject, hosts_in(line))


def variable_named(line: str) -> str | None:
    """The environment variable whose absence a line complains about."""
    for pattern in _VARIABLE:
        for match in pattern.finditer(line):
            if match[1] not in _NOT_A_VARIABLE:
                return match[1]
    return None


def hosts_in(line: str) -> tuple[tuple[str, int | None], ...]:
    """Hosts (and ports) that a line names, the likeliest first."""
    found: dict[str, int | None] = {}
    for pattern in _HOSTS:
        for match in pattern.finditer(line):
            host = match["host"].rstrip(".")
            if host.lower() in _NO_HOST or len(host) < 2:
                continue
            port = match.groupdict().get("port")
            if found.get(host) is None:
                found[host] = int(port) if port else None
    return tuple(found.items())


def _nothing(_line: str, _match: re.Match[str]) -> str:
    return ""


def _path(line: str, _match: re.Match[str]) -> str:
    found = _PATH.findall(line)
    return found[-1] if found else ""


def _forbidden(_line: str, match: re.Match[str]) -> str:
    return f"{match[2]} {match[3]}" + (f".{match[4]}" if match[4] else "")


_SUBJECTS: dict[Trouble, Callable[[str, re.Match[str]], str]] = {
    Trouble.PERMISSION: _path,
    Trouble.READ_ONLY: _path,
    Trouble.NO_FILE: _path,
    Trouble.NO_SPACE: _path,
    Trouble.FORBIDDEN: _forbidden,
}


def _best(lines: list[str]) -> str:
    """The last line that reads like an error and is no stack frame; failing that, the last line."""
    for line in reversed(lines):
        if _ERROR.search(line.strip()) and not _FRAME.search(line):
            return line.strip()
    return lines[-1].strip()

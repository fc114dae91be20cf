"""Takes secrets out of whatever is about to be written down: log records, plans, messages, answers to a model.

Two doors. `redact_text` knows secrets by their form (PEM blocks, JSON web tokens, keys of known services, passwords in
URLs, base64 of any of these) and by the name they are written after (``DB_PASSWORD=…``, ``--token …``, ``"apiKey": …``,
the data of a Secret manifest). `redact` walks nested values and knows structure as well: keys that name secrets, Secret
objects, environment lists and command lines. Both are idempotent, never raise on JSON values, and rather take too much
than too little; names of Secrets are not secrets and stay.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

MASK = "[redacted]"
_DEEPEST = 64  # nothing sensible nests deeper; what does is masked as a whole
_MOST_PASSES = 8
_LONGEST_INNER = 200_000  # characters of base64 or JSON text that are looked into

# --- names ----------------------------------------------------------------------------------------------------------

_SECRET_NAME = re.compile(
    r"""pass(?:word|wd|phrase|code)s?|pwd$|^pass$|[_.-]pass$|secret|token|credential|api[_.-]?key|access[_.-]?key
    |private[_.-]?key|signing[_.-]?key|encryption[_.-]?key|secret[_.-]?key|client[_.-]?key|account[_.-]?key|ssh[_.-]?key
    |authorization|^auth$|cookie|session[_.-]?id|^dsn$|[_.-]dsn$|database[_.-]?url|connection[_.-]?string|webhook[_.-]?url
    |dockerconfigjson|dockercfg|kubeconfig[_.-]?data|\.pem$|\.key$|-key-data$|^jwt$|[_.-]jwt$|[_.-]pat$|^otp$|^pin$""",
    re.IGNORECASE | re.VERBOSE,
)
_NAMES_ONLY = re.compile(  # as the last word of several: it points at a secret, or counts or describes one
    r"""names?|refs?|reference|seconds|minutes|count|limit|policy|class|type|paths?|dir|mount|enabled|create|optional
    |provider|store|version|hash|length|required|keep|checksum|digest|expiry|expires|at|kind""",
    re.IGNORECASE | re.VERBOSE,
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_POINTERS = {"existingsecret", "imagepullsecrets", "pullsecrets", "secretkeyref", "secretref", "envfrom"}
_COUNTED = re.compile(r"tokens?$|secrets?$", re.IGNORECASE)
_BELOW_A_SECRET_NAME = {"name", "namespace", "key", "path", "kind", "apiversion", "type", "labels", "annotations"}


@lru_cache(maxsize=4096)
def names_a_secret(name: str) -> bool:
    """Whether a value written under `name` has to be kept out of sight; ``secretName`` and the like name none."""
    plain = name.strip().strip("\"'").lstrip("-")
    if plain.replace("_", "").replace("-", "").lower() in _POINTERS:
        return False
    if not _SECRET_NAME.search(plain):
        return False
    words = _WORDS.findall(plain)
    return not (len(words) > 1 and _NAMES_ONLY.fullmatch(words[-1]))


# --- forms ----------------------------------------------------------------------------------------------------------

_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\Z)", re.DOTALL)
_FORMS = re.compile(
    r"""\beyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?(?:\.[\w-]+){0,2}          # JSON web tokens
    |\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or|svcacct)?[-_]?[\w-]{16,} # model and payment services
    |\bgh[pousr]_\w{16,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}
    |\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}
    |\bxox[abeoprs]-[\w-]{10,}|\bhooks\.slack\.com/services/[\w/]+
    |\bhf_\w{20,}|\bnpm_\w{20,}|\bpypi-[\w-]{20,}|\bdckr_pat_[\w-]{16,}|\bnpg_\w{8,}|\bSG\.[\w-]{16,}\.[\w-]{16,}
    |\bnvapi-[\w-]{16,}|\bgsk_\w{16,}|\bhvs\.[\w-]{16,}|\bdop_v1_\w{20,}""",
    re.VERBOSE,
)
_BOOTSTRAP_TOKEN = re.compile(r"(?<![\w.])[a-z0-9]{6}\.[a-z0-9]{16}(?![\w.])")
_SCHEME = re.compile(r"\b(bearer|basic|token|apikey)(\s+|%20)([A-Za-z0-9+/._~=-]{8,})", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"((?<![\w+.-])[a-zA-Z][\w+.-]*+://[^\s:/@'\"]*):([^\s'\"<>]+)@(?=[^\s@]*)")
_PART = (
    r"(?:pass|pwd|secret|token|credential|key|auth|cookie|session|dsn|database_?url|connection|webhook|jwt|pat\b|otp"
    r"|pin\b|dockercfg|dockerconfig)"
)
_NAME = rf"(?<![\w.-])(?=[\w.-]*?{_PART})[\w.-]++"  # a whole word, looked at once: linear on any text
_VALUE = r""""(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\\"(?:[^"\\]|\\[^"])*\\"|[^\s,;&'"<>{}\[\]()]+"""
_NAMED = re.compile(
    rf"""(?P<name>{_NAME})(?P<link>\\?["']?\s{{0,4}}(?:[:=]|:=|=>)\s{{0,4}})(?P<value>\[redacted\]|{_VALUE})""",
    re.IGNORECASE,
)
_FLAG = re.compile(
    rf"(?P<name>(?<![\w.-])--?(?=[\w.-]*?{_PART})[\w.-]++)(?P<link>\s+)(?P<value>\[redacted\]|{_VALUE})", re.IGNORECASE
)
_LITERAL = re.compile(rf"(--from-literal(?:=|\s+)['\"]?[\w.-]+=)(\[redacted\]|{_VALUE})")
_SAID = re.compile(
    r"""\b(pass(?:word|phrase|code)|api[ -]?key|secret(?:\ key)?|(?:access\ )?token)(\s+(?:is|was)\s+|\s+["'`“])
    (?!(?:not|no|a|an|the|in|is|too|now|set|read|kept|never|empty|wrong|valid|invalid|missing|required|expired|absent
    |stored|unknown|there|used|needed|given|from|of|mounted|created|found|named|called|only|also|still|already)\b)
    ([^\s"'`”]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{16,}={0,2}(?![\w+/=-])")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_HINT = re.compile(
    r"pass|pwd|secret|token|credential|key|auth|cookie|session|dsn|database|connection|webhook|jwt|pat\b|otp|pin\b"
    r"|docker|bearer|basic|://|BEGIN|eyJ|[a-z]k[-_]|gh[pousr]_|git|glpat|AKIA|ASIA|AIza|ya29|xox|hf_|npm_|pypi|dckr|npg_"
    r"|SG\.|nvapi|gsk_|hvs|dop_v1|literal",
    re.IGNORECASE,
)
_SECRET_MANIFEST = re.compile(r"^\s*(?:-\s+)?kind:\s*[\"']?Secret[\"']?\s*$", re.MULTILINE)
_SECRET_SECTION = re.compile(r"^(\s*)(?:-\s+)?[\"']?(?:data|stringData)[\"']?:\s*(.*)$")


_NO_VALUES = {"true", "false", "null", "none", "{}", "[]", "~"}


def _masked_like(value: str) -> str:
    """The mask in the quotes that `value` stands in, so that JSON stays JSON."""
    quote = next((each for each in ('\\"', '"', "'") if value.startswith(each)), "")
    return f"{quote}{MASK}{quote}"


def _keep_name(match: re.Match[str]) -> str:
    name, value = match["name"], match["value"]
    if (
        not names_a_secret(name)
        or value.lower() in _NO_VALUES
        or (value.isdigit() and len(value) < 7 and _COUNTED.search(name))
    ):
        return match[0]
    return f"{name}{match['link']}{_masked_like(value)}"


def _inside_base64(match: re.Match[str]) -> str:
    word = match[0]
    if _HEX.fullmatch(word) or len(word) > _LONGEST_INNER:
        return word
    plain = _decoded(word)
    return word if plain is None or redact_text(plain) == plain else MASK


def _decoded(word: str) -> str | None:
    """The text behind a base64 word; None when there is none."""
    body = word.rstrip("=").replace("-", "+").replace("_", "/")
    if len(body) % 4 == 1:
        return None
    try:
        text = base64.b64decode(body + "=" * (-len(body) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    printable = sum(character.isprintable() or character in "\r\n\t" for character in text)
    return text if text and printable == len(text) else None


def _secret_manifests(text: str) -> str:
    """Mask the values under ``data`` and ``stringData`` of every YAML document that is a Secret."""
    documents = re.split(r"(?m)(^---.*$)", text)
    return "".join(_secret_document(part) if _SECRET_MANIFEST.search(part) else part for part in documents)


def _secret_document(text: str) -> str:
    lines: list[str] = []
    depth = -1  # the indentation of the section that is being masked
    for line in text.split("\n"):
        indentation = len(line) - len(line.lstrip())
        if depth >= 0 and (not line.strip() or indentation > depth):
            name, colon, _ = line.partition(":")
            lines.append(f"{name}: {MASK}" if colon and '"' not in name[1:-1] else " " * indentation + MASK)
            continue
        depth = -1
        if section := _SECRET_SECTION.match(line):
            depth = len(section[1])
            if section[2].strip():
                line = f"{line[: section.start(2)]}{MASK}"
        lines.append(line)
    return "\n".join(lines)


_STAGES: tuple[Callable[[str], str], ...] = (
    lambda text: _PEM.sub(MASK, text),
    lambda text: _URL_PASSWORD.sub(rf"\1:{MASK}@", text),
    lambda text: _FORMS.sub(MASK, text),
    lambda text: _SCHEME.sub(rf"\1\2{MASK}", text),
    lambda text: _LITERAL.sub(rf"\g<1>{MASK}", text),
    lambda text: _FLAG.sub(_keep_name, text),
    lambda text: _NAMED.sub(_keep_name, text),
    lambda text: _SAID.sub(rf"\1\2{MASK}", text),
)


def redact_text(text: str) -> str:
    """`text` without the secrets in it; everything else unchanged. Idempotent."""
    if len(text) < 5:  # no name with a value fits
        return text
    for _ in range(_MOST_PASSES):  # what was uncovered by one pass is seen by the next; nearly always the first is last
        clean = _one_pass(text)
        if clean == text:
            return clean
        text = clean
    return MASK


def _one_pass(text: str) -> str:
    if "Secret" in text and _SECRET_MANIFEST.search(text):
        text = _secret_manifests(text)
    if text[:1] in "{[" and len(text) <= _LONGEST_INNER:
        text = _json_text(text)
    if _HINT.search(text):
        for stage in _STAGES:
            text = stage(text)
    if len(text) < 16:
        return text
    text = _BOOTSTRAP_TOKEN.sub(MASK, text) if "." in text else text
    return _BASE64.sub(_inside_base64, text)


@lru_cache(maxsize=2048)
def _clean_key(name: str) -> str:
    return redact_text(name)


def _json_text(text: str) -> str:
    """JSON inside a string (``last-applied-configuration``, ``-p '{…}'``) gets the treatment of structure."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    clean = redact(value)
    return text if clean == value else json.dumps(clean, ensure_ascii=False, separators=(",", ":"))


# --- structure ------------------------------------------------------------------------------------------------------


def redact(value: Any) -> Any:
    """A copy of a nested value (JSON types; others as their text) without the secrets in it."""
    return _walk(value, suspicious=False, depth=0)


def _walk(value: Any, *, suspicious: bool, depth: int) -> Any:
    if depth > _DEEPEST:
        return MASK
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return MASK if suspicious and value else redact_text(value)
    if isinstance(value, int | float):
        return MASK if suspicious else value
    if isinstance(value, Mapping):
        return _mapping(value, suspicious=suspicious, depth=depth)
    if isinstance(value, list | tuple):
        return _sequence(value, suspicious=suspicious, depth=depth)
    return MASK if isinstance(value, bytes | bytearray) else redact_text(str(value))


def _mapping(value: Mapping[Any, Any], *, suspicious: bool, depth: int) -> dict[str, Any]:
    kind = value.get("kind")
    is_secret = kind == "Secret"
    named = value.get("name") or value.get("key")
    value_is_secret = "value" in value and isinstance(named, str) and names_a_secret(named)
    clean: dict[str, Any] = {}
    for key, inner in value.items():
        name = str(key)
        if is_secret and name in ("data", "stringData"):
            clean[name] = _mask_values(inner)
        elif kind == "SecretList" and name == "items" and isinstance(inner, list):
            clean[name] = [_mapping({"kind": "Secret", **each}, suspicious=False, depth=depth + 1) for each in inner]
        elif name == "value" and value_is_secret:
            clean[name] = _mask_values(inner)
        else:
            clean[_clean_key(name)] = _walk(inner, suspicious=_below(name, inner, suspicious), depth=depth + 1)
    return clean


def _below(name: str, inner: Any, suspicious: bool) -> bool:
    """Whether what stands under `name` is to be masked leaf by leaf."""
    if names_a_secret(name):
        counted = isinstance(inner, int | float) and _COUNTED.search(name) is not None
        return not counted
    if not suspicious or name.lower() in _BELOW_A_SECRET_NAME:
        return False
    words = _WORDS.findall(name)
    return not (words and _NAMES_ONLY.fullmatch(words[-1])) and name.replace("_", "").lower() not in _POINTERS


def _mask_values(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _mask_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_mask_values(inner) for inner in value]
    return value if value is None or value == "" else MASK


def _sequence(value: list[Any] | tuple[Any, ...], *, suspicious: bool, depth: int) -> list[Any]:
    clean: list[Any] = []
    expects_value = expects_literal = False
    for item in value:
        if isinstance(item, str) and expects_value and not item.startswith("--"):
            clean.append(MASK if item else item)
        elif isinstance(item, str) and (expects_literal or item.startswith("--from-literal=")):
            head, equals, _ = item.removeprefix("--from-literal=").partition("=")
            prefix = item[: len(item) - len(item.removeprefix("--from-literal="))]
            clean.append(f"{prefix}{head}={MASK}" if equals else MASK)
        else:
            clean.append(_walk(item, suspicious=suspicious, depth=depth + 1))
        is_flag = isinstance(item, str) and item.startswith("-") and "=" not in item
        expects_value = is_flag and names_a_secret(item)
        expects_literal = item == "--from-literal"
    return clean

"""Keeps secrets out of log lines, whoever wrote the line: by their form and by the name they are written after.

This is the net below the wire; the first rule stays not to log a secret at all.
"""

import re

_HIDDEN = "[hidden]"

# Forms that are secret wherever they stand.
_FORMS = (
    re.compile(r"\b(?:tk|ts|whsec|feed)_[A-Za-z0-9_+/=-]{16,}"),  # ours, see kit.ids.new_secret
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?"),  # JWT
    re.compile(r"\b(?:sk|gsk|pk|rk)[-_][A-Za-z0-9_-]{16,}|\bAIza[A-Za-z0-9_-]{20,}"),  # model providers' keys
    re.compile(r"\$argon2\w*\$\S+"),
)
# `name: value`, `name=value`, `"name": "value"`: the value goes, the name stays.
_NAMED = re.compile(
    r"""(?P<name>["']?\b(?:proxy-)?(?:authorization|cookie|set-cookie|x-api-key|[\w-]*(?:password|passwd|secret|token|api[_-]?key)[\w-]*)["']?\s*[:=]\s*)"""
    r"""(?P<value>(?:bearer|basic)\s+[^\s,;"']+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&"'}]+(?:;\s*[^\s,;=]+=[^\s,;]+)*)""",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s@/]+@", re.IGNORECASE)


def redact(text: str) -> str:
    """`text` with every secret that can be recognised replaced by `[hidden]`."""
    text = _URL_PASSWORD.sub(rf"\1:{_HIDDEN}@", text)
    text = _NAMED.sub(lambda match: match["name"] + _HIDDEN, text)
    text = _BEARER.sub(rf"\1 {_HIDDEN}", text)
    for form in _FORMS:
        text = form.sub(_HIDDEN, text)
    return text

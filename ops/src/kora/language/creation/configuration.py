"""ConfigMaps and Secrets: keys with their values, on one line or many."""

import re
from typing import Any

from kora.language.creation.scan import Scan, unquoted

_KEY = r"[\"'`]?(?P<key>[A-Za-z0-9_](?:[\w.-]*\w)?)[\"'`]?"
_VALUE = r"(?P<value>\"[^\"]*\"|'[^']*'|`[^`]*`|[^\s,;\"'`]*[^\s,;\"'`.:!?)])"
_BLOCK = re.compile(rf"(?:^|\n|[\s,]){_KEY}\s*:\s*\|-?[ \t]*\n(?P<body>(?:[ \t]+[^\n]*\n?|\n)+)")
_FENCE = re.compile(r"```\w*\n(?P<body>.*?)```", re.DOTALL)


def read_data(scan: Scan) -> dict[str, str]:
    """Every key with its value, exactly as written."""
    data: dict[str, str] = {}
    for found in list(_BLOCK.finditer(scan.rest)):
        lines = found["body"].rstrip("\n").split("\n")
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        data[found["key"]] = "\n".join(line[indent:] for line in lines) + "\n"
        scan.claim(*found.span())
    fence = re.search(
        rf"{_KEY}(?: file| key)?(?: with| containing| that contains|:|=|\s)*\s*```\w*\n(?P<body>.*?)```",
        scan.rest,
        re.DOTALL,
    )
    if fence is not None:
        data[fence["key"]] = fence["body"]
        scan.claim(*fence.span())
    for pattern in (
        rf"(?:with |and |set |containing |having |holding |a )*<the>(?:key|entry|literal|field|file|property) (?:named |called )?{_KEY},? (?:with |and |having |whose |containing |set |to |the |its |is |content |contents |value |of |equal )+[:=]? ?(?P<value>\"[^\"]*\"|'[^']*'|`[^`]*`)",
        rf"(?:with |and |set )*<the>(?:keys? |entry |entries |variables? |literals? |data )*{_KEY}\s*=\s*(?![=]){_VALUE}",
        rf"(?:with |and |set |containing |having |holding |a )*<the>(?:key|entry|literal|field|file|property) (?:named |called )?{_KEY},? (?:with |and |having |whose |containing |set |to |the |its |is |content |contents |value |of |equal )+[:=]? ?{_VALUE}",
        rf"(?:with |and |set )*<the>(?:key |entry |data )?{_KEY} (?:set to|with (?:the )?(?:value|content)(?: of)?|equal to|equals|having (?:the )?value) {_VALUE}",
        rf"(?:with |and |the |, )*(?:keys? |data )*(?P<key>(?-i:[A-Z][A-Z0-9_]+)|[\w.-]+_[\w.-]+|[\w-]+\.\w+|\"[\w.-]+\"|'[\w.-]+'|`[\w.-]+`)\s*:\s+{_VALUE}",
        rf"(?:^|(?<=\n))[ \t]*(?:[-*•] )?{_KEY}\s*:\s+{_VALUE}",
        rf"(?:data|values?|literals?|entries|keys?|contents?)\s*:\s*{_KEY}\s*:\s+{_VALUE}",
        rf"\x00,? ?(?:and )?{_KEY}\s*:\s+{_VALUE}",
        rf"(?P<key>username|user|password|host|port|token|api-?key|database|url|mode|level|color|env|debug)\s*(?::|=|is|of)\s*{_VALUE}",
        rf"(?P<key>username|password|token|api-key|apikey)\s+{_VALUE}",
    ):
        for each in scan.take_all(pattern):
            key = unquoted(each["key"])
            if (
                key.lower() in {"data", "type", "labels", "namespace", "name", "keys", "key"}
                and "=" not in each.group()
            ):
                continue
            if "\x00" not in each["value"]:  # never what was taken for something else
                data.setdefault(key, unquoted(each["value"]))
    scan.take_all(
        r"(?:the following |these |following )?(?:data|literals?|keys?(?:[ -]value(?:s| pairs?)?)?|key/value pairs?|entries|values|variables|settings|configuration|config|content|contents|pairs?)(?: ?:)?"
    )
    return data


_TYPES = {"opaque": "Opaque", "generic": "Opaque", "tls": "kubernetes.io/tls", "basic": "kubernetes.io/basic-auth", "ssh": "kubernetes.io/ssh-auth", "docker": "kubernetes.io/dockerconfigjson"}  # fmt: skip


def read_secret_fields(scan: Scan, adjectives: str) -> dict[str, Any]:
    """The type of a Secret and whether it shall never change."""
    fields: dict[str, Any] = {}
    literal = scan.take(r"(?:of |with |and )*(?:the )?type<is>(?P<type>kubernetes\.io/[\w.-]+\w)")
    if literal is not None:
        fields["type"] = literal["type"]
    else:
        found = scan.take(
            r"(?:of |with |and )*(?:the )?type<is>[\"'`]?(?P<type>opaque|generic|tls|basic-auth|ssh|docker)\w*[\"'`]?"
        )
        word = found["type"] if found is not None else next((each for each in _TYPES if each in adjectives), None)
        if word is not None:
            fields["type"] = _TYPES[next(each for each in _TYPES if word.lower().startswith(each))]
    return fields | read_immutable(scan)


def read_immutable(scan: Scan) -> dict[str, Any]:
    """``immutable``."""
    return {"immutable": True} if scan.take(r"(?:make it |and |be |is |that is )*immutable(?: ?[:=] ?true)?") else {}

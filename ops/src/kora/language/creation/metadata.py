"""What every object has: name, namespace, labels, annotations."""

import re

from kora.language.creation.images import KNOWN_IMAGES
from kora.language.creation.plain import is_plain
from kora.language.creation.scan import Scan, compiled, unquoted
from kora.language.creation.vocabulary import is_written
from kora.language.vocabulary import NUMBER_WORDS

_NOT_NAMES = frozenset(
    [
        "with",
        "in",
        "on",
        "for",
        "that",
        "which",
        "using",
        "from",
        "to",
        "and",
        "of",
        "by",
        "at",
        "as",
        "into",
        "where",
        "has",
        "having",
        "should",
        "must",
        "will",
        "the",
        "a",
        "an",
        "is",
        "are",
        "it",
        "its",
        "setup",
        "labelled",
        "labeled",
        "tagged",
        "annotated",
        "named",
        "called",
        "name",
        "it's",
        "this",
        "all",
        "each",
        "every",
        "any",
        "no",
        "same",
        "new",
        "existing",
        "via",
        "port",
        "ports",
        "image",
        "replicas",
        "listening",
        "type",
        "running",
        "runs",
        "so",
        "but",
        "or",
        "if",
        "when",
        "every",
        "called",
        "scheduled",
        "whose",
        "under",
        "exposing",
        "serving",
        "selecting",
        "targeting",
        "limited",
        "resource",
        "resources",
        "manifest",
        "object",
        "file",
        "yaml",
        "definition",
        "spec",
        "following",
    ]
)
NAMESPACE_PATTERNS = (
    r"(?:in|into|inside|within|to|for|under|of|from) <the>(?:namespace|ns) (?:named |called )?:? ?<name:ns>",
    r"(?:in|into|inside|within|to|for|under) <the><name:ns> (?:namespace|ns)",
    r"(?:-n|--namespace)[ =]<name:ns>",
    r"(?:namespace|ns) ?[:=] ?<name:ns>",
    r"(?:namespace|ns) (?:named |called |is |should be |must be )?<name:ns>",
)
_PAIR = r"(?P<key>[A-Za-z0-9][\w./-]*)[\"'`]?\s*(?:==?|:(?!//))\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s,;\"'`]*[^\s,;\"'`.:!?)])"
PAIR = re.compile(_PAIR)


_PLACES = frozenset(
    [
        "default",
        "prod",
        "production",
        "staging",
        "stage",
        "dev",
        "development",
        "test",
        "testing",
        "qa",
        "sandbox",
        "data",
        "platform",
        "demo",
        "infra",
        "infrastructure",
        "apps",
    ]
)
"""Namespaces that people name without the word."""
_NO_PLACES = frozenset(
    {"a", "an", "the", "each", "every", "all", "both", "my", "our", "its", "parallel", "total", "full", "general", "order", "addition",
     "front", "sequence", "background", "turn", "case", "memory", "line", "place", "detail", "yaml", "json", "it", "them", "there",
     "kubernetes", "cluster", "namespace", "one", "two", "three", "this", "that", "these", "which", "particular", "short", "secret", "base64", "plain",
     "clear", "text", "go", "java", "rust", "kotlin", "docker", "helm", *KNOWN_IMAGES.split("|")}
)  # fmt: skip
"""What stands behind "in" right after an object's name and is no namespace all the same."""
_NO_PLACE = re.compile(
    r"-(?:order|time|place|memory|mode|cluster|way|all|only|line|service|gb)$|^(?:read|non|in|one|two|multi|real)-"
)


def is_name(word: str | None) -> bool:
    """Whether the word can be an object's name here."""
    return word is not None and word.lower() not in _NOT_NAMES


def _could_be_place(word: str) -> bool:
    """Whether a bare word behind "in" names a namespace: no word of the grammar and no plain one."""
    return (
        word.islower()
        and word.isalnum()
        and not word.isdigit()
        and is_name(word)
        and not is_plain(word)
        and not is_written(word)
        and word not in NUMBER_WORDS
    )


def could_be_namespace(word: str) -> bool:
    """Whether a bare word behind "in" can be a namespace at all: no idiom and no word that tells a way."""
    return (
        is_name(word)
        and word not in _NO_PLACES
        and not is_plain(word)
        and not word.isdigit()
        and not _NO_PLACE.search(word)
    )


def read_namespace(scan: Scan) -> tuple[str | None, bool]:
    """The namespace that was said, and whether it shall be made as well."""
    create = (
        scan.take(
            r"(?:create|make) <the>namespace (?:first |too )?(?:if (?:it (?:does not|doesn't) exist|needed|missing|necessary|absent))"
        )
        is not None
    )
    found = scan.peek(r"(?:in|into|inside) an? new namespace (?:named |called )?<name:ns>")
    if found is not None:
        scan.claim(*found.span())
        return found["ns"], True
    for pattern in NAMESPACE_PATTERNS:
        found = scan.peek(pattern)
        if found is not None and is_name(found["ns"]):
            scan.claim(*found.span())
            scan.take_all(r"(?:in|into|inside) (?:the|that|this) (?:same )?namespace")
            create = (
                scan.take(
                    r"\(?(?:create|make) (?:it|the namespace) if (?:it (?:does not|doesn't) exist|needed|missing|necessary|absent)\)?"
                )
                is not None
                or create
            )
            return found["ns"], create
    scan.take_all(r"(?:in|into|inside) (?:the|that|this) (?:same )?namespace")
    for found in compiled(
        r"(?:in|into) <name:ns>(?= ?(?:,|\.|;|:|$|with|mounting|using|that|which|and|on|exposing|running|from|labelled|so|where|whose|having|named|called|every|for|as|at|limited|restricted|capped|counting|from|to|of|by|via|is|are|may|must|should|can|will|has|have|gets?|need|needs|only|between|allow\w*|\())"
    ).finditer(scan.rest):
        word = found["ns"]
        before = re.sub(r"\([^()]*\)", " ", scan.rest[: found.start()])  # "web (nginx:1) in shop"
        behind_name = not before.strip(" \"'`\x00") and word.islower() and word not in _NO_PLACES
        if (
            word in _PLACES
            or behind_name
            or (_could_be_place(word) and word != "base64")
            or (re.search(r"[a-z0-9]-[a-z0-9]", word) and word.islower() and not _NO_PLACE.search(word))
        ):
            scan.claim(*found.span())
            return word, create
    return None, create


def read_pairs(scan: Scan, opening: str, *, sentence_only: bool = True) -> dict[str, str]:
    """Every ``key=value`` (or ``key: value``) that follows an opening such as ``labels``."""
    found: dict[str, str] = {}
    while (start := scan.peek(opening)) is not None:
        scan.claim(*start.span())
        position = start.end()
        while True:
            gap = re.compile(r"(?:[\s,;&\"'`{(-]|\band\b|\blabels?\b)*").match(scan.rest, position)
            position = gap.end() if gap else position
            pair = PAIR.match(scan.rest, position)
            if pair is None or found.get(pair["key"], unquoted(pair["value"])) != unquoted(pair["value"]):
                break  # the same key again, with another value, is somebody else's
            found[pair["key"]] = unquoted(pair["value"])
            scan.claim(*pair.span())
            position = pair.end()
    return found


LABELS = r"(?:with )?<the>(?:pod )?(?:labels?|labelled|labeled|tagged)(?: with| as| set to)?(?: ?[:=](?!=)| are| is| should be)?(?=[\s\"'`{]*[A-Za-z0-9][\w./-]*[\"'`]?\s*(?:=|:))"


def read_labels(scan: Scan) -> dict[str, str]:
    """Labels as pairs."""
    return read_pairs(scan, LABELS)


def read_annotations(scan: Scan) -> dict[str, str]:
    """Annotations as pairs."""
    return read_pairs(
        scan,
        r"(?:with )?<the>(?:annotations?|annotated|annotate (?:it|them|this))(?: with)?(?: ?[:=])?(?=[\s\"'`{]*[A-Za-z0-9][\w./-]*[\"'`]?\s*(?:=|:))",
    )

"""A text made ready for reading: laid out plainly, without the form of the report, every word scanned for its meaning.

The first step of `language.rules.reading`, which takes what comes out sentence by sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kora.language.lexer import Token, tokens
from kora.language.rules.background import demands, only_tells, says_where
from kora.language.rules.cutting import (
    ANCHORED,
    EXAMPLE,
    INDEX,
    REGEX,
    blank,
    quoted_regex,
    sentences,
    without_report,
)
from kora.language.rules.items import Item, Sort
from kora.language.rules.layout import plain
from kora.language.rules.merging import merged
from kora.language.rules.model import POD_KINDS
from kora.language.rules.scan import items, mentioned_kinds
from kora.language.rules.words import spoken

_POD_WORDS = spoken("workload workloads container containers probe probes")
"""Words that say that what has pods is meant, though no kind is named."""


@dataclass(frozen=True)
class Prepared:
    """The text as it is read, the kinds that it is about, its items in order."""

    text: str
    kinds: tuple[str, ...]
    scanned: list[Item]

    def without(self, index: int) -> "Prepared":
        """The same text as if one item had not been said."""
        return replace(self, scanned=[*self.scanned[:index], *self.scanned[index + 1 :]])


def prepared(written: str, *, ambiguous: bool = True) -> Prepared:
    """Make a text ready. `ambiguous`: whether a word that may be a kind or a fact counts as a kind."""
    text = INDEX.sub(".", plain(written))
    found = without_report(
        merged(tokens(ANCHORED.sub(quoted_regex, REGEX.sub(quoted_regex, EXAMPLE.sub(blank, text)))))
    )
    kinds = _with_cluster_roles(mentioned_kinds(found, ambiguous=ambiguous), found)
    scanned = items(found, kinds)
    matter = mentioned_kinds(_without_background(found, scanned, text), ambiguous=ambiguous)
    matter = _with_cluster_roles(matter, found)
    hinted = POD_KINDS if not matter and any(token.low in _POD_WORDS for token in found) else matter
    if hinted == kinds:
        return Prepared(text, kinds, scanned)
    return Prepared(text, matter, items(found, hinted))


def _exempting(sentence: Sequence[Item]) -> int | None:
    """Where the stretch begins that says who is exempt; None when none says so."""
    last = next((item for item in reversed(sentence) if item.sort is not Sort.MARK), None)
    if last is None or last.sort is not Sort.EXCEPT or not any(item.is_one("is", "are") for item in sentence[-4:]):
        return None
    return max((i for i, item in enumerate(sentence) if item.text in {";", ","}), default=0)


def _with_cluster_roles(kinds: tuple[str, ...], found: Sequence[Token]) -> tuple[str, ...]:
    """The kinds, and those of the whole cluster where roles are spoken of in general: "no role may read secrets"."""
    general = (
        kinds[:1] == ("Role",)
        and "ClusterRole" not in kinds
        and not any(token.text in {"Role", "Roles"} for token in found)
    )
    placed = any(token.low in {"namespace", "namespaces", "in", "within"} for token in found)
    return ("Role", "ClusterRole", *kinds[1:]) if general and not placed else kinds


def _without_background(found: Sequence[Token], scanned: Sequence[Item], text: str) -> list[Token]:
    """The tokens of the sentences that do not only tell something: "a node ran out of memory" is about no node."""
    kept: list[Token] = []
    place = 0
    told = [each for each in sentences(scanned, text) if each]
    demanding = any(demands(sentence) for sentence in told)
    for sentence in told:
        end = sentence[-1].end
        start = _exempting(sentence)
        if start is not None:  # "the DaemonSet x is exempt": the rule is about others
            kept.extend(token for token in found if place < token.end < sentence[start].end)
            place = end
            continue
        background = demanding and not demands(sentence) and only_tells(sentence) and not says_where(sentence)
        if not background:
            kept.extend(token for token in found if place < token.end <= end)
        place = end
    return kept

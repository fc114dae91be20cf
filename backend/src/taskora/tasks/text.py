"""The kinds of text that people type, with their limits (characters, not bytes), for every schema of this feature."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

TITLE_MAX = 200
DESCRIPTION_MAX = 2_000
NAME_MAX = 100
TAG_MAX = 50

# Line breaks, tabs and other controls have no place in one line of text.
_CONTROLS = re.compile(r"[\x01-\x1f\x7f\x85\u2028\u2029]+")
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp", "Mn"}


def without_nul(value: str) -> str:
    """PostgreSQL can't store NUL, and nobody means it."""
    if "\x00" in value:
        raise ValueError("must not contain a NUL character")
    return value


def one_line(value: object) -> object:
    """Line breaks and other controls become a space, then the ends are trimmed; a NUL is left for its own check."""
    return _CONTROLS.sub(" ", value).strip() if isinstance(value, str) else value


def _trimmed(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _visible(value: str) -> str:
    if all(unicodedata.category(character) in _INVISIBLE for character in value):
        raise ValueError("must contain something that can be seen")
    return value


def _no_comma(value: str) -> str:
    if "," in value:
        raise ValueError("must not contain a comma")
    return value


def _blank_to_none(value: object) -> object:
    return "" if value is None else value


Title = Annotated[
    str,
    BeforeValidator(one_line),
    StringConstraints(min_length=1, max_length=TITLE_MAX),
    AfterValidator(without_nul),
    AfterValidator(_visible),
]
Description = Annotated[
    str,
    BeforeValidator(_blank_to_none),
    BeforeValidator(_trimmed),
    StringConstraints(max_length=DESCRIPTION_MAX),
    AfterValidator(without_nul),
]
Name = Annotated[
    str,
    BeforeValidator(one_line),
    StringConstraints(min_length=1, max_length=NAME_MAX),
    AfterValidator(without_nul),
    AfterValidator(_visible),
]
TagName = Annotated[
    str,
    BeforeValidator(one_line),
    StringConstraints(min_length=1, max_length=TAG_MAX),
    AfterValidator(without_nul),
    AfterValidator(_visible),
    AfterValidator(_no_comma),
]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
SearchText = Annotated[str, StringConstraints(max_length=200), AfterValidator(without_nul)]

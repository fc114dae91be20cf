"""The parts of a Dockerfile as values: what `parse` returns and every rule reads. Lines count from 1."""

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Flag:
    """An option between the keyword and its arguments: ``--from=build``; `value` is None for a bare ``--link``."""

    name: str
    value: str | None


@dataclass(frozen=True)
class Heredoc:
    """A document inside the file: ``<<EOT`` … ``EOT``."""

    name: str
    content: str
    expand: bool
    """False when the delimiter was quoted: variables stay as they are."""
    strip_tabs: bool
    line: int
    """Of the first line of the content."""


@dataclass(frozen=True)
class Instruction:
    """One instruction, with everything that it was written as."""

    keyword: str
    """In capitals."""
    line: int
    end_line: int
    raw: str
    """The physical lines as they stand, heredocs included, without the last line break."""
    value: str
    """What follows keyword and flags, continuations joined, comments taken out, without heredoc contents."""
    flags: tuple[Flag, ...] = ()
    words: tuple[str, ...] = ()
    """The elements of the exec (JSON) form; for the other instructions the value cut at blanks, quotes kept."""
    is_json: bool = False
    heredocs: tuple[Heredoc, ...] = ()
    comments: tuple[str, ...] = ()
    """The comment lines right above, without ``#``."""
    inner: "Instruction | None" = None
    """What ONBUILD holds back; the command of a HEALTHCHECK."""
    offsets: tuple[tuple[int, int], ...] = field(default=(), repr=False, compare=False)
    """Where in `value` each physical line begins: ``(offset, line)``, ascending."""

    def flag(self, name: str) -> str | None:
        """The value of a flag, an empty string for a bare one, None when it is absent."""
        return next((flag.value or "" for flag in self.flags if flag.name == name), None)

    def flag_values(self, name: str) -> list[str]:
        """All values of a flag that may be repeated, such as ``--mount``."""
        return [flag.value or "" for flag in self.flags if flag.name == name]

    def line_at(self, offset: int) -> int:
        """The physical line of a position in `value`."""
        place = bisect_right([start for start, _ in self.offsets], offset) - 1
        return self.offsets[place][1] if place >= 0 else self.line


@dataclass(frozen=True)
class Comment:
    """A whole line that begins with ``#``."""

    line: int
    text: str
    """Without ``#`` and the blanks around."""


@dataclass(frozen=True)
class Dockerfile:
    """A parsed file. `text` is kept: fixes and reports quote it."""

    text: str
    instructions: tuple[Instruction, ...]
    comments: tuple[Comment, ...] = ()
    directives: dict[str, str] = field(default_factory=dict)
    """``syntax``, ``escape``, ``check``, in small letters."""

    @property
    def escape(self) -> str:
        """The character that continues a line and quotes the next one."""
        return self.directives.get("escape", "\\")

    @property
    def lines(self) -> list[str]:
        """The physical lines."""
        return self.text.split("\n")

"""What a clause asks for, as data. Grammar makes these, the engine acts on them; nothing here knows a database."""

from dataclasses import dataclass, field
from typing import Literal

from taskora.assistant.builtin.text import Phrase
from taskora.language import Period

Status = Literal["all", "pending", "completed"]


@dataclass(frozen=True)
class Filter:
    """Conditions on tasks that must all hold; `words` are looked for in title and tags."""

    status: Status | None = None
    period: Period | None = None
    overdue: bool = False
    dated: bool | None = None
    part_of_day: tuple[int, int] | None = None  # hours, from (inclusive) to (exclusive)
    tags: tuple[str, ...] = ()
    project: str | None = None
    priorities: tuple[str, ...] = ()
    words: str = ""

    @property
    def empty(self) -> bool:
        """Whether every task would pass."""
        return self == Filter()


@dataclass(frozen=True)
class Target:
    """The tasks that somebody means. Exactly one of the ways of naming is set; `extra` adds further targets ("X and
    Y")."""

    source: str = ""  # the words as written, for replies
    numbers: tuple[int, ...] = ()
    ordinals: tuple[int, ...] = ()  # 1-based; negative counts from the end
    first: int = 0  # the first n
    last: int = 0  # the last n
    newest: int = 0  # the n most recently made
    pronoun: Literal["one", "many", "other", ""] = ""
    everything: bool = False
    where: Filter | None = None  # all tasks that pass (a set)
    words: str = ""  # a description of one task
    literal: bool = False  # words were quoted: the title, exactly
    exact: bool = False  # only a task of exactly this title is meant, none that comes near
    plural: bool = False
    every: bool = False  # "all …", "every …": several are meant for sure
    definite: bool = False  # "the …", "my …", "… task": speaks of something that exists
    narrowed: Filter = field(default_factory=Filter)  # the same words read as conditions: "the urgent milk task"
    named_set: bool = False  # `narrowed` comes from a bare name of a tag or project: worth a question
    but: "Target | None" = None

    @property
    def empty(self) -> bool:
        """Nothing was named."""
        return not (
            self.numbers or self.ordinals or self.first or self.last or self.newest or self.pronoun or self.everything
            or self.where or self.words
        )  # fmt: skip


@dataclass(frozen=True)
class NewTask:
    """One task to make: `text` is still to be read by the parser unless `literal`."""

    text: str
    literal: bool = False
    description: str = ""
    priority: str | None = None
    tags: tuple[str, ...] = ()
    project: str | None = None
    when: str = ""  # a date expression that stood elsewhere in the sentence


@dataclass(frozen=True)
class Change:
    """What to set on a task. Text values are still to be read; an empty string means "asked for, value missing"."""

    title: str | None = None
    title_literal: bool = False
    part: str = ""  # the words of the old title that the new ones replace ("change Tom to Tim")
    correction: str | None = None  # "make that almond milk": fits into the old title
    when: str | None = None
    shift: str | None = None  # "by two days": moves what is there
    earlier: bool = False
    priority: str | None = None
    priority_step: int = 0
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    project: str | None = None
    recurrence: str | None = None
    description: str | None = None
    append: bool = False
    steps: tuple[str, ...] = ()  # added to those that are there
    clear: tuple[str, ...] = ()


@dataclass(frozen=True)
class Intent:
    """Anything a clause can be."""


@dataclass(frozen=True)
class Add(Intent):
    items: tuple[NewTask, ...]
    bare: bool = False  # the words after "add" stand alone, without a noun for a task or an infinitive
    overflow: int = 0
    when: str = ""  # "put it on the list for Monday": a date for what was named before


@dataclass(frozen=True)
class OfferAdd(Intent):
    """Sounds like a task, but nobody asked to add it: ask first."""

    item: NewTask


@dataclass(frozen=True)
class Query(Intent):
    where: Filter
    count: bool = False
    details: bool = False
    one: bool = False  # "when is the dentist": about one task
    limit: int = 0


@dataclass(frozen=True)
class ShowTarget(Intent):
    target: Target


@dataclass(frozen=True)
class Complete(Intent):
    target: Target
    verb: str = ""  # a report ("I called mom"): the doing that must fit the task's own verb
    verb_text: str = ""
    sure: bool = True


@dataclass(frozen=True)
class Reopen(Intent):
    target: Target
    sure: bool = True


@dataclass(frozen=True)
class Delete(Intent):
    target: Target
    sure: bool = True
    doing: bool = False  # "I don't need to call mom anymore": the words name a doing


@dataclass(frozen=True)
class Update(Intent):
    """One of `options` fits; they differ in where the target ends and the value begins ("change a to b to c")."""

    options: tuple[tuple[Target, Change], ...]
    sure: bool = True
    otherwise: "Add | None" = None  # what was meant when no such task exists


@dataclass(frozen=True)
class Undo(Intent):
    times: int = 1
    redo: bool = False


@dataclass(frozen=True)
class Names(Intent):
    """Which tags or projects are there."""

    kind: Literal["tags", "projects"]


@dataclass(frozen=True)
class Talk(Intent):
    """Greeting, thanks, goodbye, help, ability …: an answer in words only."""

    kind: str


@dataclass(frozen=True)
class Decline(Intent):
    subject: str


@dataclass(frozen=True)
class Nothing(Intent):
    """Understood as *not* a request: negated, supposed, reported. `reason` picks the words of the reply."""

    reason: Literal["negated", "supposed", "question", "reported", "almost"]
    text: str = ""


@dataclass(frozen=True)
class Cancel(Intent):
    """ "Never mind": takes back what the same message asked for before, and any open question."""


@dataclass(frozen=True)
class Unclear(Intent):
    text: str


ACTS = (Add, Complete, Reopen, Delete, Update, Undo)


@dataclass(frozen=True)
class Understanding:
    """A whole message: what it asks for, in order."""

    phrase: Phrase
    intents: tuple[Intent, ...]

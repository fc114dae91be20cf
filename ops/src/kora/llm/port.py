"""What the rest of Kora knows of a language model: one question with a schema, one validated reply, typed failures."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from kora.kit.errors import Retryable, Unavailable

Shape = TypeVar("Shape", bound=BaseModel)


class ModelUnavailable(Unavailable):
    """The language model could not be asked: no connection, a refused key, a wrong address."""

    code = "MODEL_UNAVAILABLE"
    default_message = "The language model could not be asked."


class ModelTooSlow(Retryable):
    """The language model did not finish in time, or is over its limit."""

    code = "MODEL_TOO_SLOW"
    default_message = "The language model did not answer in time."


class ModelAnswerUnusable(Unavailable):
    """The language model answered, but not with what was asked for."""

    code = "MODEL_ANSWER_UNUSABLE"
    default_message = "The language model's answer was of no use."


@dataclass(frozen=True)
class Usage:
    """What one question cost. Tokens as the endpoint counted them; 0 when it said nothing."""

    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    requests: int = 0
    cost: float | None = None
    """US dollars, when prices are configured."""

    def plus(self, other: "Usage") -> "Usage":
        """Both together."""
        cost = None if self.cost is None and other.cost is None else (self.cost or 0.0) + (other.cost or 0.0)
        return Usage(
            self.model,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.requests + other.requests,
            cost,
        )


@dataclass(frozen=True)
class Reply(Generic[Shape]):
    """A validated value and what it cost."""

    value: Shape
    usage: Usage


class LanguageModel(Protocol):
    """Something that fills a schema."""

    @property
    def name(self) -> str:
        """The model's name, for the log and for people."""

    @property
    def usage(self) -> Usage:
        """What the latest question cost so far, also when it failed."""

    def ask(self, instructions: str, text: str, shape: type[Shape]) -> Reply[Shape]:
        """Answer `text` under `instructions` with a value of `shape`. The text is redacted before it is sent.

        Raises:
            ModelUnavailable, ModelTooSlow, ModelAnswerUnusable.
        """

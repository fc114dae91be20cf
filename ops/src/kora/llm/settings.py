"""Which model may be asked, from the environment. Without ``KORA_LLM_BASE_URL`` there is none.

Only variables of Kora's own are read: a key that lies around for another program sends nothing anywhere.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from kora.kit.errors import Misconfigured

BASE_URL, MODEL, KEY = "KORA_LLM_BASE_URL", "KORA_LLM_MODEL", "KORA_LLM_API_KEY"
TIMEOUT, PRICE_IN, PRICE_OUT = "KORA_LLM_TIMEOUT_SECONDS", "KORA_LLM_PRICE_INPUT", "KORA_LLM_PRICE_OUTPUT"
DEADLINE_SECONDS = 20.0
LONGEST_DEADLINE_SECONDS = 120.0
_INSIDE = (".svc", ".svc.cluster.local", ".local", ".internal", ".localhost")


class ModelMisconfigured(Misconfigured):
    """The settings of the language model contradict each other."""

    code = "MODEL_MISCONFIGURED"


@dataclass(frozen=True)
class Endpoint:
    """One OpenAI-compatible address. Prices in US dollars for a million tokens."""

    base_url: str
    model: str
    key: SecretStr | None = None
    deadline_seconds: float = DEADLINE_SECONDS
    price_in: float | None = None
    price_out: float | None = None

    @property
    def host(self) -> str:
        """The machine that is asked, for people."""
        return urlsplit(self.base_url).hostname or ""

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """Dollars, when prices are known."""
        if self.price_in is None and self.price_out is None:
            return None
        return ((self.price_in or 0.0) * tokens_in + (self.price_out or 0.0) * tokens_out) / 1_000_000


def endpoint_of(environment: Mapping[str, str]) -> Endpoint | None:
    """The configured endpoint; None when there is none.

    Raises:
        ModelMisconfigured: half of it is there, an address is malformed, or a key would travel unprotected.
    """
    said = {name: environment.get(name, "").strip() for name in (BASE_URL, MODEL, KEY)}
    if not said[BASE_URL]:
        if said[KEY] or said[MODEL]:
            name = KEY if said[KEY] else MODEL
            raise ModelMisconfigured(
                f"{name} is set, but {BASE_URL} does not say where the model is.",
                fix=f"Set {BASE_URL}, such as http://127.0.0.1:11434/v1, or unset {name}.",
            )
        return None
    if not said[MODEL]:
        raise ModelMisconfigured(f"{BASE_URL} is set without {MODEL}.", fix=f"Set {MODEL} to the model's name.")
    _judge_address(said[BASE_URL], with_key=bool(said[KEY]))
    deadline = _number(environment, TIMEOUT, LONGEST_DEADLINE_SECONDS)
    return Endpoint(
        said[BASE_URL].rstrip("/"),
        said[MODEL],
        SecretStr(said[KEY]) if said[KEY] else None,
        DEADLINE_SECONDS if deadline is None else deadline,
        _number(environment, PRICE_IN, 1_000_000),
        _number(environment, PRICE_OUT, 1_000_000),
    )


def _judge_address(address: str, *, with_key: bool) -> None:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - reading it judges it
    except ValueError as error:
        raise ModelMisconfigured(f"{BASE_URL} is no address: {error}.") from error
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise ModelMisconfigured(
            f"{BASE_URL} must be an http or https address.", fix=f"{BASE_URL}=https://api.example.com/v1"
        )
    if parts.username is not None or parts.password is not None:
        raise ModelMisconfigured(f"{BASE_URL} holds a password.", fix=f"Put the key into {KEY}.")
    if with_key and parts.scheme == "http" and not _is_near(host):
        raise ModelMisconfigured(
            f"{KEY} would travel unencrypted to {host}.", fix=f"Use https in {BASE_URL}, or unset {KEY}."
        )


def _is_near(host: str) -> bool:
    """This machine, a private network, or a name that only exists inside of one."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_INSIDE)
    return address.is_loopback or address.is_private


def _number(environment: Mapping[str, str], name: str, most: float) -> float | None:
    text = environment.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= most or (name == TIMEOUT and value == 0):
        raise ModelMisconfigured(f"{name} must be a number up to {most:g}, not {text[:20]!r}.")
    return value

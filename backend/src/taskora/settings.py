"""Every setting of the process: name, default, unit and reason, read from the environment once at start.

`load` is the only door. It reports every problem at once, each with its fix, and the process refuses to start on any.
Without `DATABASE_URL` Taskora runs *embedded*: one SQLite file in the data folder, and a signing secret that is created
once and kept beside it. Secrets are `SecretStr`, so printing the settings never prints them.
"""

import ipaddress
import itertools
import os
import re
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from taskora.kit.errors import TaskoraError

SECRET_FILE = "secret.key"  # noqa: S105 - a file name
DATABASE_FILE = "taskora.db"
MINIMUM_SECRET_LENGTH = 32

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NETWORK_NAMES = {
    "loopback": ("127.0.0.0/8", "::1/128"),
    "private": ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "*": ("0.0.0.0/0", "::/0"),
}
_PLACEHOLDER_WORDS = re.compile(
    r"change.?(me|this|it)|replace.?(me|this|with)|your[-_ .]|your(own)?(secret|key|auth)|placeholder|example"
    r"|insert.?here|password|to.?be.?set|x{8}|dummy|<[^>]*>|\$\{[^}]*\}",
    re.IGNORECASE,
)


class SettingsError(TaskoraError):
    """The process can't start with these settings; `problems` holds one sentence each, with the fix."""

    code, status, exit_code = "SETTINGS_INVALID", 500, 78
    default_message = "Taskora can't start with these settings."

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("Taskora can't start with these settings:\n" + "\n".join(f"  - {p}" for p in problems))


@dataclass(frozen=True)
class ModelEndpoint:
    """An OpenAI-compatible endpoint that the assistant may use."""

    base_url: str
    model: str
    api_key: SecretStr | None
    source: str  # the setting that switched it on, e.g. GROQ_API_KEY


@dataclass(frozen=True)
class _Preset:
    field: str
    base_url: str
    model: str


# The providers' documented OpenAI-compatible addresses; LLM_MODEL overrides the model.
_PRESETS = (
    _Preset("openai_api_key", "https://api.openai.com/v1", "gpt-4o-mini"),
    _Preset("groq_api_key", "https://api.groq.com/openai/v1", "llama-3.3-70b-versatile"),
    _Preset("gemini_api_key", "https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-flash"),
    _Preset("cohere_api_key", "https://api.cohere.ai/compatibility/v1", "command-a-03-2025"),
)


class Settings(BaseModel):
    """Settings by their environment names (upper case). Limits of 0 mean: no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 inside a container.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 lets the system choose.")
    data_dir: Path = Field(
        default=Path(".data"), description="TASKORA_DATA_DIR: folder of the embedded database and its secret."
    )
    database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL (or SQLite) address; unset means embedded."
    )
    database_pool_size: int = Field(default=5, ge=1, le=100, description="Connections kept per process.")
    better_auth_secret: SecretStr | None = Field(default=None, description="Signs tokens; at least 32 characters.")

    llm_base_url: str | None = Field(
        default=None, description="OpenAI-compatible endpoint, e.g. http://localhost:11434/v1."
    )
    llm_model: str | None = Field(default=None, description="Model name at that endpoint.")
    llm_api_key: SecretStr | None = None
    openai_api_key: SecretStr | None = None
    groq_api_key: SecretStr | None = None
    gemini_api_key: SecretStr | None = None
    cohere_api_key: SecretStr | None = None
    llm_timeout_seconds: float = Field(
        default=30, gt=0, le=300, description="After this the built-in assistant answers."
    )
    max_conversation_history: int = Field(
        default=20, ge=1, le=200, description="Messages of a conversation that are read."
    )

    chat_rate_limit: int = Field(default=30, ge=0, description="Chat messages a minute and user.")
    signup_rate_limit: int = Field(default=120, ge=0, description="Sign-ups a minute and address.")
    signin_rate_limit: int = Field(default=10, ge=0, description="Sign-ins a minute for one account from one address.")

    drain_seconds: float = Field(
        default=0,
        ge=0,
        le=300,
        description="After SIGTERM, seconds in which requests are still answered, each with its connection's end.",
    )
    allow_private_webhooks: bool = Field(
        default=False,
        description="Whether webhooks may reach private and loopback addresses (receivers inside the own network).",
    )
    metrics_enabled: bool = Field(default=True, description="Whether /metrics answers.")
    public_url: str | None = Field(default=None, description="The address people open, e.g. https://tasks.example.org.")
    allowed_origins: tuple[str, ...] = Field(
        default=(), description="Further page origins that may change data with a cookie; comma-separated."
    )
    trusted_proxies: tuple[Network, ...] = Field(
        default=(),
        validate_default=True,
        description="Whose X-Forwarded-* is believed: networks, or the words loopback, private, *; comma-separated.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _origins(cls, value: Any) -> Any:
        origins = _words(value)
        for origin in origins:
            _require_web_address(origin)
        return tuple(origin.rstrip("/") for origin in origins)

    @field_validator("public_url", "llm_base_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        _require_web_address(value)
        return value.rstrip("/")

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        networks: list[Network] = []
        for word in _words(value) or ["loopback"]:
            if word == "none":
                continue
            networks += [ipaddress.ip_network(network, strict=False) for network in _NETWORK_NAMES.get(word, (word,))]
        return tuple(networks)

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"(postgres(ql)?|sqlite)(\+\w+)?://", value.get_secret_value()):
            raise ValueError("must start with postgresql:// or sqlite:// (unset it to run embedded)")
        return value

    @field_validator("better_auth_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and (problem := weakness(value.get_secret_value())):
            raise ValueError(f"{problem}; make one with: openssl rand -base64 48")
        return value

    @property
    def embedded(self) -> bool:
        """Whether the database is our own file in the data folder."""
        return self.database_url is None

    @property
    def database_address(self) -> str:
        """The address to connect to; holds a password, so never log it."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir.resolve() / DATABASE_FILE}"

    @property
    def signing_secret(self) -> str:
        """The key of every token; `load` made sure that it is there."""
        assert self.better_auth_secret is not None
        return self.better_auth_secret.get_secret_value()

    @property
    def model_endpoint(self) -> ModelEndpoint | None:
        """The model to use, or nothing: then the built-in assistant answers alone. Explicit settings beat presets."""
        if self.llm_base_url is not None:
            return ModelEndpoint(self.llm_base_url, self.llm_model or "", self.llm_api_key, "LLM_BASE_URL")
        for preset in _PRESETS:
            key: SecretStr | None = getattr(self, preset.field)
            if key is not None:
                return ModelEndpoint(preset.base_url, self.llm_model or preset.model, key, preset.field.upper())
        return None


def load(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read the settings from the environment (keyword arguments win, by field name).

    Raises:
        SettingsError: with every problem at once.
    """
    source = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for name in Settings.model_fields:
        text = source.get("TASKORA_DATA_DIR" if name == "data_dir" else name.upper(), "").strip()
        if text:
            values[name] = text
    values.update({name: value for name, value in overrides.items() if value is not None})
    problems: list[str] = []
    settings: Settings | None = None
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += [_sentence(item) for item in error.errors(include_url=False, include_input=False)]
    problems += _missing(values)
    if problems or settings is None:
        raise SettingsError(problems)
    if settings.better_auth_secret is None:
        settings = settings.model_copy(update={"better_auth_secret": SecretStr(_embedded_secret(settings.data_dir))})
    return settings


def weakness(secret: str) -> str | None:
    """Why `secret` must not sign tokens, or nothing.

    A placeholder is told from a secret by principle: words that ask to be replaced, or too little variety. A random
    32-character secret in hex falls below the limits once in ten million (fewer than 7 different digits, one of them
    more than half of it, or mostly neighbours).
    """
    if len(secret) < MINIMUM_SECRET_LENGTH:
        return f"is too short: {len(secret)} characters, at least {MINIMUM_SECRET_LENGTH} are needed"
    if _PLACEHOLDER_WORDS.search(secret):
        return "is a placeholder"
    most_common = Counter(secret).most_common(1)[0][1]
    if len(set(secret)) < 7 or most_common > len(secret) / 2 or _repeats(secret) or _counts_up(secret):
        return "is too easy to guess"
    words = re.findall(r"[a-z]+", secret.lower())
    if "".join(words) and set(words) <= _DULL_WORDS and not re.search(r"\d{6}", secret):
        return "is a placeholder"
    return None


_DULL_WORDS = frozenset(
    re.findall(
        r"[a-z]+",
        "a an and at auth be better bytes char characters chars for in is it jwt key least long longer minimum more "
        "must my not of only or random secret secure should something super string taskora that the this thirty three "
        "to token two use value very with",
    )
)


def _repeats(secret: str) -> bool:
    """Whether the secret is one short piece said again and again."""
    return any(
        secret == (secret[:size] * (len(secret) // size + 1))[: len(secret)] for size in range(1, len(secret) // 2 + 1)
    )


def _counts_up(secret: str) -> bool:
    """Whether most characters just follow their neighbour (0123456789abc…)."""
    steps = [ord(b) - ord(a) for a, b in itertools.pairwise(secret)]
    return sum(step in (1, -1) for step in steps) > len(steps) * 0.6


def _missing(values: Mapping[str, Any]) -> list[str]:
    """What one setting demands of another."""
    problems = []
    if "database_url" in values and "better_auth_secret" not in values:
        problems.append(
            "BETTER_AUTH_SECRET is missing: it is needed with DATABASE_URL, the same on every replica; "
            "make one with: openssl rand -base64 48"
        )
    if "llm_base_url" in values and "llm_model" not in values:
        problems.append("LLM_MODEL is missing: name the model to use at LLM_BASE_URL")
    presets = [preset.field for preset in _PRESETS if preset.field in values]
    if "llm_api_key" in values and "llm_base_url" not in values and not presets:
        problems.append("LLM_BASE_URL is missing: LLM_API_KEY alone doesn't say where the model is")
    return problems


def _sentence(item: Any) -> str:
    field = str(item["loc"][0]) if item["loc"] else ""
    name = "TASKORA_DATA_DIR" if field == "data_dir" else field.upper()
    message = str(item["msg"]).removeprefix("Value error, ")
    if item["type"].startswith(("int", "float", "bool")) or item["type"] == "literal_error":
        message = message[0].lower() + message[1:]
    return f"{name}: {message}" if not message.startswith(("is ", "must ")) else f"{name} {message}"


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [word for word in re.split(r"[,\s]+", value) if word]
    return [str(word) for word in value or ()]


def _require_web_address(value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a web address such as https://tasks.example.org")


def _embedded_secret(data_dir: Path) -> str:
    """The secret beside the embedded database, created (0600) at the first start.

    Raises:
        SettingsError: the folder can't be written, or the file was damaged.
    """
    path = data_dir / SECRET_FILE
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            # O_EXCL: two first starts at the same instant agree on one secret.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            secret = path.read_text(encoding="utf-8").strip()
        else:
            secret = secrets.token_urlsafe(48)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(secret + "\n")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise SettingsError(
            [f"TASKORA_DATA_DIR: can't write to {data_dir} ({reason}); make it writable or choose another folder"]
        ) from error
    if problem := weakness(secret):
        raise SettingsError(
            [f"the secret in {path} {problem}; delete that file to get a new one (everybody signs in again)"]
        )
    return secret

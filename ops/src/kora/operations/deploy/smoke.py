"""Smoke tests: typed HTTP steps from kora.yaml, through the same door that people use. Captures are passed on.

An answer is data. Nothing in it is followed or run; redirects are not followed either, so that a step sees what the
door really says.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict

from kora.kit import clock
from kora.operations.deploy.configuration import SmokeStep
from kora.operations.deploy.errors import SmokeFailed

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SECONDS = 20.0
_TRIES, _PAUSE = 8, 1.0  # a door may need a moment after the pods are ready
_SHOWN = 300


class Door(BaseModel):
    """One way in: the base address, and the host name that a browser would say."""

    model_config = ConfigDict(frozen=True)

    url: str
    host: str = ""
    what: str = ""
    """``ingress``, ``node port`` or ``port-forward``."""


class Walk(BaseModel):
    """The steps that were taken, with their durations in seconds."""

    model_config = ConfigDict(frozen=True)

    steps: tuple[tuple[str, float], ...]


def walk(
    door: Door,
    steps: Sequence[SmokeStep],
    *,
    whole: bool = True,
    told: Callable[[str, float], None] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Walk:
    """Take the steps in order; without `whole` only those that say `every_time`. Steps with `always` follow even after
    a failure. `transport` replaces the network in tests.

    Raises:
        SmokeFailed: a step's answer is not what it expects; the message says what came instead.
    """
    headers = {"User-Agent": "kora-smoke", **({"Host": door.host} if door.host else {})}
    known: dict[str, str] = {"random": secrets.token_hex(6)}
    taken: list[tuple[str, float]] = []
    failed: SmokeFailed | None = None
    with httpx.Client(
        base_url=door.url, headers=headers, timeout=_SECONDS, transport=transport, trust_env=False
    ) as client:
        for step in (each for each in steps if whole or each.every_time):
            if failed is not None and not step.always:
                continue
            started = clock.monotonic()
            try:
                _take(client, step, known)
            except SmokeFailed as error:
                failed = failed or error
                continue
            taken.append((step.name, round(clock.monotonic() - started, 3)))
            if told:
                told(*taken[-1])
    if failed is not None:
        raise failed
    return Walk(steps=tuple(taken))


def _take(client: httpx.Client, step: SmokeStep, known: dict[str, str]) -> None:
    path = str(_filled(step.path, known, step))
    body = _filled(step.json_body, known, step)
    headers = _filled(step.headers, known, step)
    form = _filled(step.form, known, step)
    answer = _send(client, step, path, headers, body, form)
    problem = _problem(step, answer, known)
    if problem:
        raise SmokeFailed(
            f"Smoke step {step.name!r} ({step.method} {path}): {problem}",
            fix="kora logs",
            details={"step": step.name, "status": answer.status_code, "body": answer.text[:_SHOWN]},
        )
    for name, place in step.capture.items():
        known[name] = str(_at(answer.json(), place))


def _send(client: httpx.Client, step: SmokeStep, path: str, headers: Any, body: Any, form: Any) -> httpx.Response:
    """One request. Reading may be tried again while the door opens; writing is sent once."""
    tries = _TRIES if step.method == "GET" else 1
    for attempt in range(1, tries + 1):
        try:
            answer = client.request(step.method, path, headers=headers, json=body, data=form)
        except httpx.TransportError as error:
            if attempt == tries:
                raise SmokeFailed(
                    f"Smoke step {step.name!r}: {client.base_url} does not answer ({type(error).__name__}: {error}).",
                    fix="kora status",
                ) from error
        else:
            if answer.status_code not in (502, 503, 504) or attempt == tries:
                return answer
        clock.sleep(_PAUSE)
    raise AssertionError("the loop returns or raises")


def _problem(step: SmokeStep, answer: httpx.Response, known: dict[str, str]) -> str:
    expected = step.expect
    wanted = (expected.status,) if isinstance(expected.status, int) else expected.status
    if answer.status_code not in wanted:
        return f"answered {answer.status_code} instead of {' or '.join(map(str, wanted))}: {_short(answer.text)}"
    text = str(_filled(expected.contains, known, step) or "")
    if text.lower() not in answer.text.lower():
        return f"the answer does not contain {text!r}: {_short(answer.text)}"
    if expected.json_has or step.capture:
        try:
            document = answer.json()
        except ValueError:
            return f"the answer is no JSON: {_short(answer.text)}"
        for place, value in expected.json_has.items():
            found, value = _at(document, place), _filled(value, known, step)
            if found != value:
                return f"{place} is {found!r} instead of {value!r}"
        for place in step.capture.values():
            if _at(document, place) is None:
                return f"the answer has no {place}: {_short(answer.text)}"
    return ""


def _filled(value: Any, known: dict[str, str], step: SmokeStep) -> Any:
    if isinstance(value, str):
        return _VARIABLE.sub(lambda found: _known(found[1], known, step), value)
    if isinstance(value, dict):
        return {key: _filled(each, known, step) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, known, step) for each in value]
    return value


def _known(name: str, known: dict[str, str], step: SmokeStep) -> str:
    if name not in known:
        raise SmokeFailed(f"Smoke step {step.name!r} needs ${{{name}}}, which no earlier step captured.")
    return known[name]


def _at(document: Any, place: str) -> Any:
    """The value at a dotted path, list positions as numbers; None when there is none."""
    for part in place.split("."):
        if isinstance(document, dict):
            document = document.get(part)
        elif isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    return document


def _short(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…"

"""Verb forms and times of a question's frame are no names, and what an answer left out is said."""

import base64
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kora.kit import clock
from kora.kit.clock import use_clock
from kora.language.grammar import read
from kora.language.intents import Aspect, Inspect
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import secret

from .conftest import Asking


def _question(prompt: str) -> Inspect:
    (step,) = read(prompt).steps
    assert isinstance(step, Inspect)
    return step


def _certificate(shop: FakeCluster, days: int) -> str:
    """A certificate that ends after `days`, as a Secret holds it."""
    with use_clock(shop.clock):
        now = clock.now()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    from cryptography.hazmat.primitives.serialization import Encoding

    return base64.b64encode(made.public_bytes(Encoding.PEM)).decode()


@pytest.mark.parametrize(
    "prompt",
    [
        "which secrets are mounted by shop-backend",
        "what secrets does shop-backend use",
        "list the secrets that are used by the shop-backend deployment",
    ],
)
def test_the_passive_lists_what_is_used(asking: Asking, shop: FakeCluster, prompt: str) -> None:
    shop.add(secret("shop-backend-spare", {"key": "eA=="}))
    answer = asking(prompt).answer
    assert " db " in answer.replace("\n", " ")
    assert "shop-backend-spare" not in answer


@pytest.mark.parametrize(
    "prompt", ["which services point at shop-backend", "which services are pointing to shop-backend"]
)
def test_what_stands_beside_one_thing_is_no_rule(asking: Asking, prompt: str) -> None:
    answer = asking(prompt).answer
    assert "shop-backend" in answer
    assert "ghost" not in answer
    assert "rule" not in answer


def test_nothing_used_is_said_of_the_user(asking: Asking) -> None:
    assert "belonging to ledger" in asking("which config maps are mounted by ledger").answer


@pytest.mark.parametrize(("days", "said"), [(41, "41d left"), (-3, "expired 3d ago")])
def test_the_end_of_a_certificate(asking: Asking, shop: FakeCluster, days: int, said: str) -> None:
    shop.add(secret("shop-tls", {"tls.crt": _certificate(shop, days), "tls.key": "aGk="}))
    assert said in asking("how long until the certificate of shop-tls expires").answer


def test_what_uses_a_port(asking: Asking) -> None:
    answer = asking("what is using port 5432").answer
    assert "database" in answer
    assert "ledger" not in answer


def test_a_time_that_is_not_looked_at_is_said(asking: Asking) -> None:
    assert "“this week” was not applied" in asking("show me jobs that failed this week").answer
    assert "not applied" not in asking("show me jobs that failed").answer


@pytest.mark.parametrize(
    ("prompt", "aspect", "phrase"),
    [
        ("why can't my pod be scheduled?", Aspect.CAUSE, None),
        ("what image did web use before?", Aspect.HISTORY, "web"),
        ("tell me everything about the api deployment", Aspect.DESCRIBE, "api"),
        ("has anything been OOM killed today?", Aspect.LIST, None),
        ("did any pod die", Aspect.LIST, None),
        ("any errors in checkout's logs since 10am", Aspect.LOGS, "checkout"),
        ("what was changed in prod last night", Aspect.CHANGES, None),
        ("is the billing service running", Aspect.STATUS, "billing"),
        ("is the secret db-creds used anywhere", Aspect.DEPENDENTS, None),
    ],
)
def test_words_of_the_frame_are_no_names(prompt: str, aspect: Aspect, phrase: str | None) -> None:
    question = _question(prompt)
    assert (question.aspect, question.target.phrase) == (aspect, phrase)


def test_a_state_with_a_time_asks_when_it_was() -> None:
    fields = {each.field for each in _question("has anything been OOM killed today?").conditions}
    assert fields == {"state", "restarted"}


def test_stuck_in_a_state_is_one_state() -> None:
    (state,) = _question("any pods stuck in terminating?").conditions
    assert state.value == "terminating"

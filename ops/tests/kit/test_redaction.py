"""Planted secrets do not survive, whatever they are wrapped in; what is no secret stays as it was."""

import base64
import json
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.kit.redaction import MASK, names_a_secret, redact, redact_text

SECRET = "hunter2-Zq81vX"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA{SECRET}\n-----END RSA PRIVATE KEY-----"

WRAPPED = [
    f"DB_PASSWORD={SECRET}",
    f"export API_KEY='{SECRET}'",
    f'"clientSecret": "{SECRET}"',
    f"password: {SECRET}",
    f"kubectl login --password {SECRET} --verbose",
    f"kubectl login --token={SECRET}",
    f"postgres://app:{SECRET}@db:5432/app?sslmode=require",
    f"https://user:{SECRET}@example.org/x.git",
    f"Authorization: Bearer {SECRET}",
    f"authorization: basic {SECRET}",
    f"the password is {SECRET}",
    f"Use the API key '{SECRET}' for it",
    f"kubectl create secret generic x --from-literal=anything={SECRET}",
    f"kubectl create configmap x --from-literal anything={SECRET}",
    f"apiVersion: v1\nkind: Secret\ndata:\n  anything: {SECRET}\nmetadata: {{name: x}}",
    f"kind: Secret\nstringData:\n  a: |\n    {SECRET}\n    more\n---\nkind: ConfigMap\ndata:\n  a: b",
    f"kind: Secret\ndata: {{a: {SECRET}}}",
    json.dumps({"kind": "Secret", "data": {"anything": SECRET}}),
    f"curl 'https://x/y?access_token={SECRET}&a=b'",
    PEM,
    f"before {PEM} after",
    f"BETTER_AUTH_SECRET: {SECRET}",
    f"cookie: session={SECRET}",
]
FORMS = [
    JWT,
    "sk-proj-abcdefghijklmnopqrstuvwx",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "AKIAIOSFODNN7EXAMPLE",
    "xoxb-123456789012-abcdefghijkl",
    "hf_abcdefghijklmnopqrstuvwxyz",
    "abcdef.0123456789abcdef",
    "glpat-abcdefghijklmnopqrst",
    "npg_abcdef123456",
]
PLAIN = [
    "kubectl get secret db -n shop -o name",
    "secretName: todo-backend-secret",
    "existingSecret: todo-backend-secret",
    "the token is invalid",
    "scale deployment/web to 5 replicas",
    "max_tokens=512",
    "image: registry.example.org/team/web@sha256:" + "ab12" * 16,
    "http://taskora.local/api/health",
    "metadata.uid 0b6e6a8e-7b0e-4b3b-9d5c-2f9d7a1c2b3d",
    "automountServiceAccountToken: false",
    "OOMKilled: container web used 130Mi of 128Mi",
    "2026-11-21T09:00:00.000Z",
]


@pytest.mark.parametrize("text", WRAPPED, ids=lambda text: text[:40].encode("unicode_escape").decode())
def test_a_secret_in_text_goes(text: str) -> None:
    clean = redact_text(text)
    assert SECRET not in clean
    assert MASK in clean


@pytest.mark.parametrize("text", FORMS)
def test_a_secret_is_known_by_its_form(text: str) -> None:
    assert text not in redact_text(f"it says {text} here")
    assert text not in redact_text(text)


@pytest.mark.parametrize("text", [*WRAPPED, *FORMS])
def test_base64_hides_nothing(text: str) -> None:
    for encoded in (base64.b64encode(text.encode()), base64.urlsafe_b64encode(text.encode())):
        assert encoded.decode() not in redact_text(f"data: {encoded.decode()} end")


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact_text(text) == text


@pytest.mark.parametrize(
    "value",
    [
        {"env": [{"name": "DB_PASSWORD", "value": SECRET}, {"name": "PORT", "value": "8000"}]},
        {"kind": "Secret", "metadata": {"name": "x"}, "data": {"a": SECRET}, "stringData": {"b": SECRET}},
        {"kind": "List", "items": [{"kind": "Secret", "data": {"a": SECRET}}]},
        {"kind": "SecretList", "items": [{"data": {"a": SECRET}}]},
        {"argv": ["kubectl", "--password", SECRET]},
        {"argv": ["kubectl", f"--token={SECRET}"]},
        {"argv": ["create", "secret", "generic", "x", "--from-literal", f"a={SECRET}"]},
        {"argv": [f"--from-literal=a={SECRET}"]},
        {"credentials": {"user": "me", "value": SECRET}},
        {"tokens": [SECRET, SECRET]},
        {"password": 4711_4711_4711},
        {"metadata": {"annotations": {"last-applied": json.dumps({"kind": "Secret", "data": {"a": SECRET}})}}},
        {"a": {"b": [{"c": f"postgres://u:{SECRET}@h/d"}]}},
        {f"DB_PASSWORD={SECRET}": 1},
        (SECRET, "--api-key", SECRET)[1:],
        {"auth": SECRET.encode()},
    ],
    ids=lambda value: json.dumps(value, default=str)[:50],
)
def test_a_secret_in_structure_goes(value: Any) -> None:
    clean = json.dumps(redact(value))
    assert SECRET not in clean
    assert "471147114711" not in clean


def test_structure_that_only_points_at_secrets_stays() -> None:
    value = {
        "envFrom": [{"secretRef": {"name": "todo-backend-secret"}}],
        "valueFrom": {"secretKeyRef": {"name": "db", "key": "url"}},
        "imagePullSecrets": [{"name": "registry"}],
        "volumes": [
            {"name": "v", "secret": {"secretName": "db", "defaultMode": 420, "items": [{"key": "a", "path": "b"}]}}
        ],
        "serviceAccountToken": {"path": "token", "expirationSeconds": 3607},
        "secrets": {"create": True, "existingSecret": "db"},
        "max_tokens": 512,
        "replicas": 3,
    }
    clean = redact(value)
    del clean["volumes"][0]["secret"]["defaultMode"], value["volumes"][0]["secret"]["defaultMode"]  # type: ignore[index]
    assert clean == value


def test_names() -> None:
    assert all(
        map(names_a_secret, ["password", "DB_PASSWORD", "dbPassword", "api-key", "apiKey", "TOKEN", "--token", "DSN"])
    )
    assert not any(
        map(names_a_secret, ["secretName", "tokenExpirationSeconds", "key", "monkey", "author", "existingSecret"])
    )


_SECRETS = st.text(alphabet=string.ascii_letters + string.digits + "_+.!%^*~", min_size=8, max_size=40)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=400, deadline=None)
@given(
    _SECRETS.map("Q7".__add__),
    st.sampled_from(["DB_PASSWORD={}", "token: {}", "--password {}", "postgres://u:{}@h/d", '"apiKey":"{}"']),
    st.text(alphabet=string.ascii_lowercase + " ", max_size=20),
    _JSON,
)
def test_a_planted_secret_never_survives(secret: str, form: str, around: str, beside: Any) -> None:
    text = f"{around} {form.format(secret)}"
    assert secret not in redact_text(text)
    assert secret not in json.dumps(redact({"a": [text, beside], "password": secret, "deep": {"b": {"c": text}}}))


@settings(max_examples=400, deadline=None)
@given(_JSON)
def test_redacting_twice_changes_nothing_more(value: Any) -> None:
    once = redact(value)
    assert redact(once) == once


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(), st.sampled_from([*WRAPPED, *FORMS, *PLAIN])), st.sampled_from([*WRAPPED, *FORMS, ""]))
def test_text_is_stable_after_one_pass(first: str, second: str) -> None:
    once = redact_text(f"{first} {second}")
    assert redact_text(once) == once


def test_something_endless_is_masked_and_not_walked() -> None:
    value: list[Any] = []
    value.append(value)
    assert MASK in json.dumps(redact(value))


def test_long_hostile_text_is_done_in_time() -> None:
    for piece in ("a-", "key", "://a:", "eyJ", "-----BEGIN A-----", "password ", "=", "A" * 40, "{", '"', "\\"):
        redact_text(piece * (40_000 // len(piece)))

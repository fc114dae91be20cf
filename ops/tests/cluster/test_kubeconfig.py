"""Plain kubeconfigs are read as kr8s reads them; everything else is left to it."""

import base64
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kora.cluster import credentials
from kora.cluster.credentials import Credentials
from kora.cluster.errors import ClusterNotConfigured
from kora.cluster.kubeconfig import read_plain

Object = dict[str, Any]


@pytest.fixture(scope="module")
def pair() -> tuple[bytes, bytes]:
    """A certificate that signs itself, and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "somebody")])
    began = datetime(2020, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, began, began + timedelta(days=36_500))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM), private


def config(cluster: Object, user: Object, context: Object | None = None) -> Object:
    chosen = {"cluster": "lab", "user": "me"} | (context or {})
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "clusters": [{"name": "other", "cluster": {}}, {"name": "lab", "cluster": cluster}],
        "users": [{"name": "me", "user": user}],
        "contexts": [{"name": "here", "context": chosen}, {"name": "there", "context": {"cluster": "x", "user": "me"}}],
    }


def written(folder: Path, content: Object) -> Path:
    file = folder / "config"
    file.write_text(yaml.safe_dump(content))
    return file


def compared(found: Credentials | Any) -> tuple[object, ...]:
    tls = found.tls
    trust = (tls.verify_mode, tls.check_hostname, tls.get_ca_certs()) if isinstance(tls, ssl.SSLContext) else tls
    return found.server, found.context, found.namespace, found.token, found.tls_server_name, found.proxy, trust


def as_kr8s(file: Path) -> Credentials:
    return credentials._through_kr8s([file], None)


_INLINE = st.sampled_from(["none", "data", "file"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    authority=_INLINE,
    client=_INLINE,
    token=st.sampled_from([None, "abc", " abc\n"]),
    careless=st.booleans(),
    more=st.fixed_dictionaries({}, optional={"tls-server-name": st.just("x.test"), "proxy-url": st.just("http://p:1")}),
    namespace=st.sampled_from([None, "shop"]),
    server=st.sampled_from(["https://127.0.0.1:6443", "https://lab.test/k8s/", "http://[::1]:8001"]),
)
def test_what_is_plain_is_read_as_kr8s_reads_it(
    tmp_path: Path,
    pair: tuple[bytes, bytes],
    authority: str,
    client: str,
    token: str | None,
    careless: bool,
    more: Object,
    namespace: str | None,
    server: str,
) -> None:
    certificate, key = pair
    (tmp_path / "made.crt").write_bytes(certificate)
    (tmp_path / "made.key").write_bytes(key)

    def entry(how: str, name: str, pem: bytes, file: str) -> Object:
        data = {f"{name}-data": base64.b64encode(pem).decode()}
        return {"none": {}, "data": data, "file": {name: file}}[how]

    cluster = {"server": server, **more, **entry(authority, "certificate-authority", certificate, "made.crt")}
    user = entry(client, "client-certificate", certificate, "made.crt") | entry(client, "client-key", key, "made.key")
    if careless:
        cluster["insecure-skip-tls-verify"] = True
    if token:
        user["token"] = token
    file = written(tmp_path, config(cluster, user, {"namespace": namespace} if namespace else None))
    plain = read_plain(file, None)
    assert plain is not None
    assert compared(plain) == compared(as_kr8s(file))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["config", "made.crt", "made.key"]


@pytest.mark.parametrize(
    "user",
    [
        {"exec": {"command": "true", "apiVersion": "client.authentication.k8s.io/v1"}},
        {"auth-provider": {"name": "gcp"}},
        {"username": "me", "password": "you"},
        {"token": "abc", "as": "somebody"},
        {"client-certificate-data": "no base64!"},
        {"client-certificate": "absent.crt", "client-key": "absent.key"},
    ],
)
def test_what_is_not_plain_is_left_alone(tmp_path: Path, user: Object) -> None:
    assert read_plain(written(tmp_path, config({"server": "https://127.0.0.1:6443"}, user)), None) is None


@pytest.mark.parametrize("context", ["there", "nowhere"])
def test_a_context_without_a_cluster_is_left_alone(tmp_path: Path, context: str) -> None:
    file = written(tmp_path, config({"server": "https://127.0.0.1:6443"}, {"token": "abc"}))
    assert read_plain(file, context) is None
    with pytest.raises(ClusterNotConfigured):
        credentials.load(file, context)


def test_a_token_file_comes_before_a_token_and_is_read_each_time(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("first\n")
    user = {"token": "old", "tokenFile": "token"}
    file = written(tmp_path, config({"server": "https://127.0.0.1:6443"}, user))
    assert credentials.load(file).token == "first"
    (tmp_path / "token").write_text("second")
    assert credentials.load(file).token == "second"


_WORDS = st.sampled_from(["clusters", "users", "contexts", "current-context", "name", "cluster", "user"])
_ODD = st.recursive(
    st.none() | st.booleans() | st.text(max_size=4), lambda inner: st.lists(inner) | st.dictionaries(_WORDS, inner)
)


@given(_ODD)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_makes_no_sense_is_left_alone(tmp_path: Path, content: Any) -> None:
    file = tmp_path / "odd"
    file.write_text(yaml.safe_dump(content))
    assert read_plain(file, None) is None

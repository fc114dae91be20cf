"""From a kubeconfig to what a client needs, through the public door: `credentials.load`."""

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
from kora.cluster.errors import ClusterNotConfigured

Object = dict[str, Any]
SERVER = "https://127.0.0.1:6443"


@pytest.fixture(scope="module")
def pair() -> tuple[bytes, bytes]:
    """A certificate that signs itself, and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "somebody")])
    began = datetime(2020, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, began, began + timedelta(days=36_500))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    inside=st.booleans(),
    token=st.sampled_from([None, "abc", " abc\n"]),
    more=st.fixed_dictionaries({}, optional={"tls-server-name": st.just("x.test"), "proxy-url": st.just("http://p:1")}),
    namespace=st.sampled_from([None, "shop"]),
    server=st.sampled_from([SERVER, "https://lab.test/k8s/", "http://[::1]:8001"]),
)
def test_every_part_of_the_current_context_arrives(
    tmp_path: Path,
    pair: tuple[bytes, bytes],
    inside: bool,
    token: str | None,
    more: Object,
    namespace: str | None,
    server: str,
) -> None:
    def entry(name: str, pem: bytes) -> Object:
        if inside:
            return {f"{name}-data": base64.b64encode(pem).decode()}
        (tmp_path / f"{name}.pem").write_bytes(pem)
        return {name: str(tmp_path / f"{name}.pem")}

    certificate, key = pair
    cluster = {"server": server, **more, **entry("certificate-authority", certificate)}
    user = entry("client-certificate", certificate) | entry("client-key", key) | ({"token": token} if token else {})
    found = credentials.load(written(tmp_path, config(cluster, user, {"namespace": namespace} if namespace else None)))
    assert found.server == server.rstrip("/")
    assert (found.context, found.namespace) == ("here", namespace or "default")
    assert found.token == (token.strip() if token else None)
    assert (found.tls_server_name, found.proxy) == (more.get("tls-server-name"), more.get("proxy-url"))
    assert isinstance(found.tls, ssl.SSLContext)
    assert found.tls.verify_mode is ssl.CERT_REQUIRED
    assert len(found.tls.get_ca_certs()) == 1  # the one named, and none of the system's


def test_a_server_whose_certificate_nobody_checks(tmp_path: Path) -> None:
    cluster = {"server": SERVER, "insecure-skip-tls-verify": True}
    found = credentials.load(written(tmp_path, config(cluster, {"token": "abc"})))
    assert isinstance(found.tls, ssl.SSLContext)
    assert found.tls.verify_mode is ssl.CERT_NONE


@pytest.mark.parametrize("context", ["there", "nowhere"])
def test_a_context_without_a_cluster_says_which_file_cannot_be_used(tmp_path: Path, context: str) -> None:
    file = written(tmp_path, config({"server": SERVER}, {"token": "abc"}))
    with pytest.raises(ClusterNotConfigured, match=str(file)):
        credentials.load(file, context)


def test_a_token_file_comes_before_a_token_and_is_read_each_time(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("first\n")
    file = written(tmp_path, config({"server": SERVER}, {"token": "old", "tokenFile": "token"}))
    assert credentials.load(file).token == "first"
    (tmp_path / "token").write_text("second")
    assert credentials.load(file).token == "second"


_WORDS = st.sampled_from(["clusters", "users", "contexts", "current-context", "name", "cluster", "user"])
_ODD = st.recursive(
    st.none() | st.booleans() | st.text(max_size=4), lambda inner: st.lists(inner) | st.dictionaries(_WORDS, inner)
)


@given(_ODD)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_makes_no_sense_is_refused(tmp_path: Path, content: Any) -> None:
    file = tmp_path / "odd"
    file.write_text(yaml.safe_dump(content))
    with pytest.raises(ClusterNotConfigured):
        credentials.load(file)

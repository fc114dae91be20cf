"""Plain kubeconfigs: one file, and in it a server, an authority, a client certificate or a token.

Below `credentials`, which leaves everything else (exec plugins, several files, what is new or broken) to kr8s. Reading
the plain ones here spares every command a third of a second of its two (kora.md section 8: a read within 2 s) and every
long run 15 MB. The fields are those of client-go: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
"""

import base64
import binascii
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_CLUSTER = frozenset(
    {
        "server",
        "tls-server-name",
        "insecure-skip-tls-verify",
        "certificate-authority",
        "certificate-authority-data",
        "proxy-url",
        "extensions",
    }
)
_USER = frozenset(
    {"client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile"}
)
_CONTEXT = frozenset({"cluster", "user", "namespace", "extensions"})


@dataclass(frozen=True)
class Plain:
    """What a plain kubeconfig says about one context; see `credentials.Credentials`."""

    server: str
    context: str
    namespace: str
    tls: ssl.SSLContext | bool
    token: str | None
    tls_server_name: str | None
    proxy: str | None


def read_plain(file: Path, context: str | None) -> Plain | None:
    """What `file` says about `context` (None: its current one); None: it is not plain, or can't be used."""
    try:
        parsed = yaml.load(file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        return _read(parsed, context, file.parent)
    except (OSError, ValueError, TypeError, LookupError, yaml.YAMLError):  # kr8s finds it, too, and says what it is
        return None


def _read(config: Any, context: str | None, folder: Path) -> Plain | None:
    name = context or config["current-context"]
    chosen = _entry(config, "contexts", "context", name, _CONTEXT)
    cluster = _entry(config, "clusters", "cluster", chosen["cluster"], _CLUSTER)
    user = _entry(config, "users", "user", chosen["user"], _USER)
    if not (isinstance(cluster.get("server"), str) and cluster["server"]):
        raise LookupError("server")
    token = str(user.get("token") or "")
    if user.get("tokenFile"):  # client-go: the file takes precedence
        token = (folder / user["tokenFile"]).read_text("utf-8")
    return Plain(
        server=cluster["server"].rstrip("/"),
        context=str(name),
        namespace=str(chosen.get("namespace") or "default"),
        tls=_tls(cluster, user, folder),
        token=token.strip() or None,
        tls_server_name=cluster.get("tls-server-name") or None,
        proxy=cluster.get("proxy-url") or None,
    )


def _entry(config: Any, group: str, part: str, name: str, known: frozenset[str]) -> Mapping[str, Any]:
    """One named entry.

    Raises:
        LookupError: there is none, or it says something that only kr8s understands.
    """
    found = next(each for each in [*config[group], {"name": name, part: None}] if each["name"] == name)[part]
    if not isinstance(found, dict) or found.keys() - known:
        raise LookupError(f"{group}: {name}")
    return found


def _tls(cluster: Mapping[str, Any], user: Mapping[str, Any], folder: Path) -> ssl.SSLContext | bool:
    """As kr8s: the authorities of the system where the kubeconfig names nothing."""
    authority = _pem(cluster, "certificate-authority", folder)
    certificate, key = _pem(user, "client-certificate", folder), _pem(user, "client-key", folder)
    careless = bool(cluster.get("insecure-skip-tls-verify"))
    if not (authority or certificate or key or careless):
        return True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if careless:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if certificate and key:
        with tempfile.TemporaryDirectory() as own:  # the library reads files alone; nobody else may enter this folder
            both = Path(own) / "client.pem"
            both.write_bytes(certificate + b"\n" + key)
            context.load_cert_chain(both, password="")
    if authority:
        context.load_verify_locations(cadata=authority.decode("ascii"))
    return context


def _pem(entry: Mapping[str, Any], name: str, folder: Path) -> bytes | None:
    """What stands inside the kubeconfig comes before a file that it names."""
    if data := entry.get(f"{name}-data"):
        try:
            return base64.b64decode(data, validate=True)
        except binascii.Error as error:
            raise ValueError(name) from error
    return (folder / entry[name]).read_bytes() if entry.get(name) else None

"""From a kubeconfig (files, contexts, client certificates, tokens, exec plugins) or a pod's service account to what an
HTTPS client needs. kr8s does the reading; it is imported here, at the last moment, because that takes half a second.
"""

import asyncio
import logging
import os
import ssl
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kora.cluster.errors import ClusterNotConfigured

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_FIX = "Start or choose a cluster (for example: minikube start), or name its file with --kubeconfig or KUBECONFIG."


@dataclass(frozen=True)
class Credentials:
    """Where the API server is and how to prove who we are."""

    server: str
    context: str
    namespace: str
    """The context's own namespace; ``default`` when it names none."""
    tls: ssl.SSLContext | bool
    token: str | None
    tls_server_name: str | None
    proxy: str | None


def load(kubeconfig: str | Path | None = None, context: str | None = None) -> Credentials:
    """Read the credentials.

    kubeconfig: a file, or several joined by the system's path separator; None: ``$KUBECONFIG``, then
    ``~/.kube/config``, then the service account of the pod that we run in.

    Raises:
        ClusterNotConfigured: nothing usable there; says what was looked for.
    """
    source = str(kubeconfig) if kubeconfig else os.environ.get("KUBECONFIG") or "~/.kube/config"
    files = [Path(part).expanduser() for part in source.split(os.pathsep) if part]
    present = [file for file in files if file.is_file()]
    in_cluster = SERVICE_ACCOUNT.is_dir() and "KUBERNETES_SERVICE_HOST" in os.environ
    if not present and (kubeconfig or not in_cluster):
        names = ", ".join(str(file) for file in files)
        raise ClusterNotConfigured(f"There is no kubeconfig at {names}, and this is not a pod.", fix=_FIX)
    logging.getLogger("kr8s").setLevel(logging.WARNING)
    try:
        # in a thread of its own: the caller may already be inside an event loop
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, _read(os.pathsep.join(map(str, present)), context)).result()
    except ClusterNotConfigured:
        raise
    except Exception as error:  # kr8s has no error type of its own for this; whatever it is, the file can't be used
        where = ", ".join(map(str, present)) or str(SERVICE_ACCOUNT)
        reason = f"{type(error).__name__}: {error}"
        raise ClusterNotConfigured(f"The kubeconfig {where} cannot be used ({reason}).", fix=_FIX) from error


async def _read(files: str, context: str | None) -> Credentials:
    from kr8s._auth import KubeAuth  # only its reader of kubeconfigs; the public API() also talks to the server

    auth: Any = KubeAuth(kubeconfig=files or None, context=context)
    await auth.reauthenticate()
    tls = await auth.ssl_context()
    _remove_copies(auth)
    return Credentials(
        server=str(auth.server).rstrip("/"),
        context=auth.active_context or "in-cluster",
        namespace=auth.namespace,
        tls=tls,
        token=(auth.token or "").strip() or None,
        tls_server_name=auth.tls_server_name,
        proxy=auth.proxy,
    )


def _remove_copies(auth: Any) -> None:
    """kr8s writes keys that stand inside the kubeconfig to temporary files and leaves them; TLS has read them now."""
    config: Any = getattr(auth, "kubeconfig", None)  # absent in a pod
    named = {
        Path(str(entry[part])).name
        for group in ("users", "clusters")
        for holder in (config.raw[group] if config is not None else ())
        for entry in [holder.get("user") or holder.get("cluster") or {}]
        for part in ("client-key", "client-certificate", "certificate-authority")
        if entry.get(part)
    }
    folder = Path(tempfile.gettempdir()).resolve()
    for file in (auth.client_key_file, auth.client_cert_file, auth.server_ca_file):
        if file and Path(file).resolve().parent == folder and Path(file).name not in named:
            Path(file).unlink(missing_ok=True)

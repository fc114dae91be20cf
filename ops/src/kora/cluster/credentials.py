"""From a kubeconfig (files, contexts, client certificates, tokens, exec plugins) or a pod's service account to what an
HTTPS client needs. Plain kubeconfigs are read by `kubeconfig`, a pod's three files here; all else by kr8s, which is
imported at the last moment, because it is slow to load and large.
"""

import logging
import os
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kora.cluster.errors import ClusterNotConfigured
from kora.cluster.kubeconfig import read_plain

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
    if not present:
        return _of_pod()
    plain = read_plain(present[0], context) if len(present) == 1 else None
    return _through_kr8s(present, context) if plain is None else Credentials(**vars(plain))


def _through_kr8s(present: list[Path], context: str | None) -> Credentials:
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    logging.getLogger("kr8s").setLevel(logging.WARNING)
    try:
        # in a thread of its own: the caller may already be inside an event loop
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, _read(os.pathsep.join(map(str, present)), context)).result()
    except ClusterNotConfigured:
        raise
    except Exception as error:  # kr8s has no error type of its own for this; whatever it is, the file can't be used
        where = ", ".join(map(str, present))
        reason = f"{type(error).__name__}: {error}"
        raise ClusterNotConfigured(f"The kubeconfig {where} cannot be used ({reason}).", fix=_FIX) from error


def _of_pod() -> Credentials:
    """The service account that the kubelet mounts into a pod, at the address that it names in the environment:
    https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/"""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # checks names; the cluster's own authority alone is trusted
    try:
        tls.load_verify_locations(cafile=SERVICE_ACCOUNT / "ca.crt")
        token = (SERVICE_ACCOUNT / "token").read_text("utf-8").strip()
        namespace = (SERVICE_ACCOUNT / "namespace").read_text("utf-8").strip()
    except (OSError, ValueError) as error:  # ssl's errors are OSErrors
        reason = f"{type(error).__name__}: {error}"
        message = f"The service account in {SERVICE_ACCOUNT} cannot be used ({reason})."
        raise ClusterNotConfigured(message, fix="Set automountServiceAccountToken on the pod.") from error
    return Credentials(
        server=f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}",
        context="in-cluster",
        namespace=namespace or "default",
        tls=tls,
        token=token or None,
        tls_server_name=None,
        proxy=None,
    )


async def _read(files: str, context: str | None) -> Credentials:
    from kr8s._auth import KubeAuth  # only its reader of kubeconfigs; the public API() also talks to the server

    auth: Any = KubeAuth(kubeconfig=files, context=context)
    await auth.reauthenticate()
    tls = await auth.ssl_context()
    _remove_copies(auth)
    return Credentials(
        server=str(auth.server).rstrip("/"),
        context=auth.active_context or "",
        namespace=auth.namespace,
        tls=tls,
        token=(auth.token or "").strip() or None,
        tls_server_name=auth.tls_server_name,
        proxy=auth.proxy,
    )


def _remove_copies(auth: Any) -> None:
    """kr8s writes keys that stand inside the kubeconfig to temporary files and leaves them; TLS has read them now."""
    config: Any = auth.kubeconfig
    named = {
        Path(str(entry[part])).name
        for group in ("users", "clusters")
        for holder in config.raw[group]
        for entry in [holder.get("user") or holder.get("cluster") or {}]
        for part in ("client-key", "client-certificate", "certificate-authority")
        if entry.get(part)
    }
    folder = Path(tempfile.gettempdir()).resolve()
    for file in (auth.client_key_file, auth.client_cert_file, auth.server_ca_file):
        if file and Path(file).resolve().parent == folder and Path(file).name not in named:
            Path(file).unlink(missing_ok=True)

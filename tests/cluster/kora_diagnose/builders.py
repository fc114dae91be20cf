"""Small builders of the objects that the faults consist of."""

import base64
import gzip
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

IMAGE = os.environ.get("KORA_TEST_IMAGE", "busybox:1.37")
Objects = list[dict[str, Any]]
SERVE = "mkdir -p /tmp/www && echo ok > /tmp/www/healthz && echo page > /tmp/www/index.html"
HTTPD = f"{SERVE} && echo listening on port 8080 && exec httpd -f -p 8080 -h /tmp/www"


class Fault(NamedTuple):
    """`objects` without a namespace; `later` are kubectl words to run once the first ones stand."""

    name: str
    cause: str
    objects: Objects
    later: tuple[tuple[str, ...], ...] = ()
    ready_first: str | None = None
    """A workload that must be rolled out before `later` is run."""
    labels: dict[str, str] = {}  # noqa: RUF012 - never changed
    seconds: float = 60.0


def container(command: str = HTTPD, **extra: Any) -> dict[str, Any]:
    """One container of the small image that runs a shell line."""
    base: dict[str, Any] = {"name": "main", "image": IMAGE, "imagePullPolicy": "IfNotPresent"}
    if command:
        base["command"] = ["sh", "-c", command]
    return base | {key: value for key, value in extra.items() if value is not None}


def deployment(
    name: str, *containers: dict[str, Any], replicas: int = 1, labels: dict[str, str] | None = None, **pod: Any
) -> dict[str, Any]:
    """A Deployment; `pod` are further fields of the pod spec."""
    marks = labels or {"app": name}
    spec = {"terminationGracePeriodSeconds": 1, "containers": list(containers or (container(),)), **pod}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": marks},
            "template": {"metadata": {"labels": marks}, "spec": spec},
        },
    }


def workload(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """A Deployment's pod template as another kind."""
    template = {"metadata": {"labels": {"app": name}}, "spec": {"terminationGracePeriodSeconds": 1, **spec}}
    if kind == "Job":
        template["spec"]["restartPolicy"] = "Never"
        return {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": name},
            "spec": {"backoffLimit": 0, "template": template},
        }
    body: dict[str, Any] = {"selector": {"matchLabels": {"app": name}}, "template": template}
    if kind == "StatefulSet":
        body["serviceName"] = name
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": body}


def service(name: str, selector: dict[str, str] | None = None, port: int = 80, target: Any = 8080) -> dict[str, Any]:
    """A Service."""
    ports = [{"port": port, "targetPort": target}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": selector or {"app": name}, "ports": ports},
    }


def plain(api: str, kind: str, name: str, **body: Any) -> dict[str, Any]:
    """Any other object."""
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name}, **body}


def autoscaler(name: str, most: int, cpu_percent: int) -> dict[str, Any]:
    """An autoscaler of the Deployment of that name, by CPU in percent of its requests."""
    resource = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": cpu_percent}}
    spec = {
        "maxReplicas": most,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "metrics": [{"type": "Resource", "resource": resource}],
    }
    return plain("autoscaling/v2", "HorizontalPodAutoscaler", name, spec=spec)


def ingress(
    name: str, backend: str, *, port: int = 80, cls: str | None = "nginx", tls: str | None = None
) -> dict[str, Any]:
    """An Ingress with one rule."""
    target = {"service": {"name": backend, "port": {"number": port}}}
    rule = {"host": f"{name}.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": target}]}}
    spec: dict[str, Any] = {"rules": [rule]}
    if cls:
        spec["ingressClassName"] = cls
    if tls:
        spec["tls"] = [{"hosts": [f"{name}.example.com"], "secretName": tls}]
    return plain("networking.k8s.io/v1", "Ingress", name, spec=spec)


def claim(name: str, storage_class: str | None = None) -> dict[str, Any]:
    """A claim of 10 MiB."""
    spec: dict[str, Any] = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Mi"}}}
    if storage_class is not None:
        spec["storageClassName"] = storage_class
    return plain("v1", "PersistentVolumeClaim", name, spec=spec)


def http_probe(port: Any = 8080, path: str = "/healthz", **extra: Any) -> dict[str, Any]:
    """An HTTP probe that fails fast."""
    return {"httpGet": {"port": port, "path": path}, "periodSeconds": 2, "failureThreshold": 2, **extra}


def expired_secret(name: str) -> dict[str, Any]:
    """A TLS secret whose certificate ended yesterday."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example.com")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = (
        builder.serial_number(7).not_valid_before(now - timedelta(days=30)).not_valid_after(now - timedelta(days=1))
    )
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    data = {"tls.crt": base64.b64encode(pem).decode(), "tls.key": base64.b64encode(private).decode()}
    return plain("v1", "Secret", name, type="kubernetes.io/tls", data=data)


PORT = [{"containerPort": 8080, "name": "http"}]
MEMORY = {"limits": {"memory": "24Mi"}, "requests": {"memory": "8Mi"}}
EAT = "x=a; while true; do x=$x$x; done"
OK = container(ports=PORT, readinessProbe=http_probe())


HTTPS = {"port": 8080, "path": "/healthz", "scheme": "HTTPS"}


def bare_pod(name: str, *containers: dict[str, Any]) -> dict[str, Any]:
    """A pod that nobody owns."""
    return plain("v1", "Pod", name, spec={"containers": list(containers), "terminationGracePeriodSeconds": 1})


def broken_webhook(name: str, label: str) -> dict[str, Any]:
    """A webhook for the pods of one labelled namespace, with nobody behind it."""
    hook = {
        "name": f"{name}.example.com",
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "namespaceSelector": {"matchLabels": {label: "yes"}},
        "clientConfig": {"service": {"namespace": "default", "name": name, "path": "/"}},
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}],
    }
    return plain("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", name, webhooks=[hook])


def release_of(item: dict[str, Any]) -> dict[str, Any]:
    """What Helm would have stored after installing one object; the namespace is that of the record."""
    release = {"name": "shop", "version": 1, "manifest": json.dumps(item)}
    packed = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(release).encode()))).decode()
    found = plain("v1", "Secret", "sh.helm.release.v1.shop.v1", type="helm.sh/release.v1", data={"release": packed})
    found["metadata"]["labels"] = {"owner": "helm", "status": "deployed", "name": "shop", "version": "1"}
    return found


def variable_from(name: str, kind: str, ref: str, key: str) -> dict[str, Any]:
    return {"name": name, "valueFrom": {f"{kind}KeyRef": {"name": ref, "key": key}}}


def network_policy(name: str, selector: dict[str, str], **spec: Any) -> dict[str, Any]:
    return plain("networking.k8s.io/v1", "NetworkPolicy", name, spec={"podSelector": {"matchLabels": selector}, **spec})


CALLS_API = container("while true; do wget -q -T 2 -O /dev/null http://api:80/healthz || echo cannot; sleep 1; done")
API = deployment("api", OK)

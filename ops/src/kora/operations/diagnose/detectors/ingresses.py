"""Ingresses without a controller, a backend or a certificate; certificates that run out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kora.domain.findings import Care, Severity
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.fields import dig, name_of, namespace_of, nearest
from kora.operations.diagnose.graph import Graph, ref_to
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.repairs import patch_command

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"
RENEW_BEFORE = timedelta(days=7)


def _live(graph: Graph) -> list[Manifest]:
    return [each for each in graph.all("Ingress") if not dig(each, "metadata", "deletionTimestamp")]


@detector
def classes(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Ingresses that no controller takes."""
    if not graph.knows("IngressClass"):
        return
    existing = {name_of(each): each for each in graph.all("IngressClass")}
    for ingress in _live(graph):
        wanted = dig(ingress, "spec", "ingressClassName")
        if wanted in existing or (not wanted and (dig(ingress, "metadata", "annotations") or {}).get(CLASS_ANNOTATION)):
            continue
        if not wanted and any(
            (dig(each, "metadata", "annotations") or {}).get(DEFAULT_CLASS) == "true" for each in existing.values()
        ):
            continue
        near = nearest(wanted, existing) if wanted else None
        meant = near or (next(iter(existing)) if len(existing) == 1 else None)
        why = (
            f"names the class {wanted}, which does not exist"
            if wanted
            else "names no class, and the cluster has no default one"
        )
        change = "replace" if wanted else "add"
        operation = {"op": change, "path": "/spec/ingressClassName", "value": meant}
        fix = patch_command(ingress, operation) if meant else None
        yield Candidate(
            cause="IngressClassMissing",
            subject=ObjectRef.of(ingress),
            summary=f"Ingress {name_of(ingress)} {why}." + (f" There is {', '.join(existing)}." if existing else ""),
            evidence=(Evidence(source="ingress classes", text=", ".join(existing) or "none"),),
            verdict=Care.PROPOSE if fix else Care.ESCALATE,
            fix_command=fix,
        )


@detector
def backends(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Ingresses that send to a service or a port that is not there."""
    for ingress in _live(graph):
        for path, service in _paths(ingress):
            yield from _backend(graph, ingress, path, service)


def _paths(ingress: Manifest) -> Iterator[tuple[str, Manifest]]:
    if service := dig(ingress, "spec", "defaultBackend", "service"):
        yield "/spec/defaultBackend/service", service
    for outer, rule in enumerate(dig(ingress, "spec", "rules") or ()):
        for inner, each in enumerate(dig(rule, "http", "paths") or ()):
            if service := dig(each, "backend", "service"):
                yield f"/spec/rules/{outer}/http/paths/{inner}/backend/service", service


def _backend(graph: Graph, ingress: Manifest, path: str, service: Manifest) -> Iterator[Candidate]:
    namespace, name = namespace_of(ingress), str(service.get("name"))
    if not graph.knows("Service", namespace):
        return
    found = graph.find("Service", namespace, name)
    if found is None:
        near = nearest(name, (name_of(each) for each in graph.all("Service", namespace)))
        hint = f" {near} exists; was it meant?" if near else ""
        fix = patch_command(ingress, {"op": "replace", "path": f"{path}/name", "value": near}) if near else None
        yield _missing(ingress, name, f"sends to the service {name}, which does not exist.{hint}", fix)
        return
    wanted = service.get("port") or {}
    ports = dig(found, "spec", "ports") or []
    if not ports or any(
        wanted.get("number") == each.get("port") or (wanted.get("name") and wanted["name"] == each.get("name"))
        for each in ports
    ):
        return
    value = {"number": ports[0].get("port")}
    fix = patch_command(ingress, {"op": "replace", "path": f"{path}/port", "value": value}) if len(ports) == 1 else None
    asked = wanted.get("name") or wanted.get("number")
    known = ", ".join(str(each.get("port")) for each in ports)
    yield _missing(
        ingress, f"{name}:{asked}", f"sends to port {asked} of the service {name}, which has {known}.", fix, found
    )


def _missing(ingress: Manifest, detail: str, why: str, fix: str | None, service: Manifest | None = None) -> Candidate:
    return Candidate(
        cause="IngressBackendMissing",
        subject=ObjectRef.of(ingress),
        detail=detail,
        symptoms=(ObjectRef.of(service),) if service else (),
        blames=(("Ingress", namespace_of(ingress), name_of(ingress)),),
        summary=f"Ingress {name_of(ingress)} {why}",
        evidence=(Evidence(source=f"ingress {name_of(ingress)}", text=f"backend {detail}"),),
        verdict=Care.PROPOSE if fix else Care.ESCALATE,
        fix_command=fix,
    )


@detector
def certificates(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Secrets under spec.tls that are absent or unusable."""
    for ingress in _live(graph):
        namespace = namespace_of(ingress)
        for index, each in enumerate(dig(ingress, "spec", "tls") or ()):
            name = each.get("secretName")
            if not name or not graph.knows("Secret", namespace):
                continue
            secret = graph.find("Secret", namespace, name)
            keys = dig(secret, "keys") or {}
            if secret is not None and {"tls.crt", "tls.key"} <= set(keys):
                if _certificate(secret) is None:
                    yield _tls(graph, ingress, index, name, "holds no readable certificate", None)
                continue
            why = (
                "does not exist"
                if secret is None
                else f"lacks tls.crt or tls.key (it has {', '.join(sorted(keys)) or 'nothing'})"
            )
            yield _tls(graph, ingress, index, name, why, secret)


def _tls(graph: Graph, ingress: Manifest, index: int, name: str, why: str, secret: Manifest | None) -> Candidate:
    namespace = namespace_of(ingress)
    usable = [name_of(each) for each in graph.all("Secret", namespace) if each.get("type") == "kubernetes.io/tls"]
    near = nearest(name, usable)
    fix = (
        patch_command(ingress, {"op": "replace", "path": f"/spec/tls/{index}/secretName", "value": near})
        if near
        else None
    )
    return Candidate(
        cause="TlsSecretMissing",
        subject=ObjectRef.of(ingress),
        detail=name,
        symptoms=(ref_to("Secret", namespace, name),),
        blames=(("Ingress", namespace, name_of(ingress)),),
        summary=f"Ingress {name_of(ingress)} has no usable certificate: secret {name} {why}."
        + (f" {near} exists; was it meant?" if near else ""),
        evidence=(
            Evidence(source="secrets", text=f"of type kubernetes.io/tls there is {', '.join(usable) or 'none'}"),
        ),
        verdict=Care.PROPOSE if fix else Care.ESCALATE,
        fix_command=fix,
    )


def _certificate(secret: Manifest) -> "Certificate | None":
    from cryptography import x509  # large, and most namespaces hold no certificate

    try:
        return x509.load_pem_x509_certificate(str(dig(secret, "keys", "tls.crt") or "").encode())
    except ValueError:
        return None


@detector
def expiry(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Certificates that have expired, are not valid yet, or run out within a week."""
    for secret in graph.all("Secret"):
        certificate = _certificate(secret) if secret.get("type") == "kubernetes.io/tls" else None
        if certificate is None:
            continue
        ends, begins = certificate.not_valid_after_utc, certificate.not_valid_before_utc
        lifetime = ends - begins
        if graph.now < begins:
            yield _expired(graph, secret, f"is not valid before {_day(begins)}", Severity.CRITICAL)
        elif graph.now >= ends:
            yield _expired(graph, secret, f"expired on {_day(ends)}", Severity.CRITICAL)
        elif ends - graph.now < min(RENEW_BEFORE, lifetime / 4):
            yield _expired(graph, secret, f"expires on {_day(ends)}", Severity.WARNING)


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _expired(graph: Graph, secret: Manifest, why: str, severity: Severity) -> Candidate:
    name = name_of(secret)
    users = [
        ObjectRef.of(each)
        for each in graph.all("Ingress", namespace_of(secret))
        if any(tls.get("secretName") == name for tls in dig(each, "spec", "tls") or ())
    ]
    return Candidate(
        cause="CertificateExpired",
        subject=ObjectRef.of(secret),
        symptoms=tuple(users),
        blames=(("Secret", namespace_of(secret), name),),
        severity=severity,
        summary=f"The certificate in secret {name} {why}.",
        evidence=(Evidence(source=f"secret {name}", text=f"tls.crt {why}"),),
    )

"""Services, ingress, certificates and policies."""

import base64
from datetime import timedelta
from random import Random

from kora.cluster.port import Answer
from kora.domain.objects import Manifest
from kora.testing.faults.breaking import all_specs, fault, name_of, spec_of
from kora.testing.objects import NOW, Scene, item


def _policy(scene: Scene, selects: str, **spec: object) -> None:
    scene.add(
        item(
            "NetworkPolicy", "closed", scene.namespace, spec={"podSelector": {"matchLabels": {"app": selects}}, **spec}
        )
    )


def _calls(scene: Scene, workload: Manifest) -> None:
    scene.workload("Deployment", "api-of-others")
    scene.service("api-of-others")
    for spec in all_specs(scene, workload):
        spec["containers"][0]["env"] = [{"name": "API", "value": "http://api-of-others/v1"}]


@fault("DnsBlocked")
def dns(scene: Scene, workload: Manifest, random: Random) -> None:
    """Egress without port 53."""
    _calls(scene, workload)
    _policy(
        scene,
        name_of(workload),
        policyTypes=["Egress"],
        egress=random.choice(
            ([], [{"to": [{"podSelector": {"matchLabels": {"app": "api-of-others"}}}], "ports": [{"port": "http"}]}])
        ),
    )


@fault("NetworkPolicyBlocks")
def blocked(scene: Scene, workload: Manifest, random: Random) -> None:
    """A needed connection that no rule allows."""
    _calls(scene, workload)
    if random.random() < 0.5:
        _policy(
            scene,
            "api-of-others",
            policyTypes=["Ingress"],
            ingress=random.choice(
                ([], [{"from": [{"podSelector": {"matchLabels": {"role": "admin"}}}]}], [{"ports": [{"port": 9}]}])
            ),
        )
    else:
        _policy(scene, name_of(workload), policyTypes=["Egress"], egress=[{"ports": [{"port": 53, "protocol": "UDP"}]}])


@fault("ServiceNoEndpoints")
def no_endpoints(scene: Scene, _workload: Manifest, random: Random) -> None:
    """Labels that nothing has."""
    scene.service(
        "exporter", selector=random.choice(({"component": "metrics"}, {"tier": "batch", "role": "zz"})), target=9100
    )


@fault("ServiceSelectorMismatch")
def service_selector(scene: Scene, workload: Manifest, random: Random) -> None:
    """A label that is off by a little."""
    name = name_of(workload)
    wanted = random.choice(({"app": f"{name}s"}, {"app": name, "app.kubernetes.io/name": f"{name}-v2"}, {"App": name}))
    scene.service(f"{name}-svc", selector=wanted)


@fault("ServicePortMismatch")
def service_port(scene: Scene, workload: Manifest, random: Random) -> None:
    """A port that nobody serves."""
    scene.service(
        f"{name_of(workload)}-svc", selector={"app": name_of(workload)}, target=random.choice((9191, "web-port"))
    )
    for pod in scene.pods_of(name_of(workload)):
        scene.answers[pod["metadata"]["name"], pod["spec"]["containers"][0]["ports"][0]["containerPort"], "*"] = Answer(
            status=404, body=""
        )


def _front(scene: Scene, workload: Manifest) -> str:
    name = f"{name_of(workload)}-front"
    scene.service(
        name,
        selector={"app": name_of(workload)},
        target=spec_of(workload)["containers"][0]["ports"][0]["containerPort"],
    )
    return name


@fault("IngressClassMissing")
def ingress_class(scene: Scene, workload: Manifest, random: Random) -> None:
    """No controller."""
    spec = scene.ingress("front", _front(scene, workload))["spec"]
    spec["ingressClassName"] = random.choice(("ngnix", "traefik", None))


@fault("IngressBackendMissing")
def ingress_backend(scene: Scene, workload: Manifest, random: Random) -> None:
    """No such service, or no such port."""
    name = _front(scene, workload)
    scene.ingress("front", *random.choice(((f"{name}x",), ("nowhere",)))) if random.random() < 0.6 else scene.ingress(
        "front", name, port=8443
    )


@fault("TlsSecretMissing")
def tls(scene: Scene, workload: Manifest, random: Random) -> None:
    """No certificate, or only half of one."""
    if random.random() < 0.5:
        scene.add(item("Secret", "front-tls", scene.namespace, type="Opaque", data={"cert": "eA=="}))
    scene.ingress("front", _front(scene, workload), tls="front-tls")


def certificate(days: float) -> bytes:
    """A self-signed certificate that ends `days` after `NOW`."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example.com")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(7)
    )
    builder = builder.not_valid_before(NOW - timedelta(days=90)).not_valid_after(NOW + timedelta(days=days))
    return builder.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@fault("CertificateExpired")
def expired(scene: Scene, workload: Manifest, random: Random) -> None:
    """A certificate whose time is over, or nearly."""
    data = {"tls.crt": base64.b64encode(certificate(random.choice((-1, -40, 3)))).decode(), "tls.key": "eA=="}
    scene.add(item("Secret", "front-tls", scene.namespace, type="kubernetes.io/tls", data=data))
    scene.ingress("front", _front(scene, workload), tls="front-tls")

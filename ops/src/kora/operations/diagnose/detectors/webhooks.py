"""Admission webhooks that must be asked and have nobody behind them."""

from collections.abc import Iterator

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.fields import dig, matches, name_of
from kora.operations.diagnose.graph import Graph, ref_to
from kora.operations.diagnose.probe import Probe


@detector
def webhooks(graph: Graph, probe: Probe) -> Iterator[Candidate]:
    """Webhooks with failurePolicy Fail whose service is absent or has no ready endpoint."""
    for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
        for configuration in graph.all(kind):
            for webhook in configuration.get("webhooks") or ():
                service = dig(webhook, "clientConfig", "service")
                must = webhook.get("failurePolicy", "Fail") == "Fail"
                if service and must and _touches(graph, webhook) and (why := _dead(graph, probe, service)):
                    yield _candidate(configuration, webhook, service, why)


def _touches(graph: Graph, webhook: Manifest) -> bool:
    """Whether it is asked about anything in the namespaces that were read."""
    selector = webhook.get("namespaceSelector") or {}
    spaces = [each for each in graph.all("Namespace") if graph.covers(name_of(each))]
    return any(matches(selector, dig(each, "metadata", "labels")) for each in spaces) or not graph.knows("Namespace")


def _dead(graph: Graph, probe: Probe, service: Manifest) -> str:
    namespace, name = str(service.get("namespace")), str(service.get("name"))
    found = graph.find("Service", namespace, name) or probe.find(ref_to("Service", namespace, name))
    if found is None:
        unread = not graph.knows("Service", namespace) and probe.unsure(ref_to("Service", namespace, name))
        return "" if unread else f"its service {namespace}/{name} does not exist"
    if graph.covers(namespace) and dig(found, "spec", "selector") and not graph.ready_addresses(found):
        return f"its service {namespace}/{name} has no ready endpoint"
    return ""


def _candidate(configuration: Manifest, webhook: Manifest, service: Manifest, why: str) -> Candidate:
    resources = sorted({each for rule in webhook.get("rules") or () for each in rule.get("resources") or ()})
    ref = ObjectRef.of(configuration)
    service_ref = ref_to("Service", service.get("namespace"), service.get("name") or "")
    return Candidate(
        cause="WebhookUnavailable",
        subject=ref,
        symptoms=(service_ref,),
        blames=(("Service", service.get("namespace"), service.get("name") or ""),),
        summary=f"Webhook {webhook.get('name')} can't be called ({why}), so every request for"
        f" {', '.join(resources)} that it is"
        " asked about is refused.",
        evidence=(
            Evidence(
                source=f"{ref.kind} {ref.name}",
                text=f"failurePolicy Fail, service {service.get('namespace')}/{service.get('name')}",
            ),
            Evidence(source="services", text=why),
        ),
    )

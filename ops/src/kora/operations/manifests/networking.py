"""Services, Ingresses and HTTPRoutes."""

from typing import Any

from kora.operations.manifests.drafts import Draft, Incomplete, builds


@builds("Service")
def service(draft: Draft) -> dict[str, Any]:
    """A Service; ClusterIP when no type was said."""
    fields, create = draft.fields, draft.create
    if fields.get("type") == "ExternalName":
        host = draft.need("external_name", f"Which host shall the Service {draft.name} stand for?")
        return {"spec": {"type": "ExternalName", "externalName": host}}
    selector = dict(create.selector)
    if not selector:
        workload = (fields.get("workload") or {}).get("name") or create.labels.get("app")
        if workload is None:
            raise Incomplete(f"Which pods shall the Service {draft.name} select (for example app=web)?")
        selector = {"app": workload}
        draft.note(f"The selector is app={workload}: make sure that the pods carry this label.")
    spec: dict[str, Any] = {"type": fields.get("type", "ClusterIP")}
    if fields.get("headless"):
        spec["clusterIP"] = "None"
    spec["selector"] = selector
    if not create.ports:
        if not fields.get("headless"):
            raise Incomplete(f"Which port shall the Service {draft.name} have?")
    else:
        several = len(create.ports) > 1
        spec["ports"] = [_port(each, several) for each in create.ports]
    if fields.get("source_ranges"):
        if spec["type"] != "LoadBalancer":
            raise Incomplete(
                f"Source ranges belong to a LoadBalancer. Shall {draft.name} be one, or is a network policy meant?"
            )
        spec["loadBalancerSourceRanges"] = list(fields["source_ranges"])
    if fields.get("session_affinity"):
        spec["sessionAffinity"] = fields["session_affinity"]
    if fields.get("affinity_seconds"):
        spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": fields["affinity_seconds"]}}
    if fields.get("publish_unready"):
        spec["publishNotReadyAddresses"] = True
    if fields.get("external_traffic_policy"):
        spec["externalTrafficPolicy"] = fields["external_traffic_policy"]
    body: dict[str, Any] = {"spec": spec}
    if not create.labels and "app" in selector:
        body["__labels__"] = {"app": selector["app"]}
    return body


_WELL_KNOWN = {80: "http", 443: "https"}


def _port(each: Any, several: bool) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if each.name:
        made["name"] = each.name
    elif several:
        made["name"] = _WELL_KNOWN.get(each.port, f"port-{each.port}") + ("-udp" if each.protocol == "UDP" else "")
    made["port"] = each.port
    made["targetPort"] = each.port if each.target is None else each.target
    made["protocol"] = each.protocol
    if each.node_port is not None:
        made["nodePort"] = each.node_port
    return made


def _backend(path: dict[str, Any], draft: Draft) -> dict[str, Any]:
    if not path.get("service"):
        raise Incomplete(f"Which Service shall {path.get('path', '/')} of {draft.name} lead to?")
    if path.get("port") is None:
        raise Incomplete(f"Which port of the Service {path['service']} shall {draft.name} use?")
    port = path["port"]
    return {"name": path["service"], "port": {"number": port} if isinstance(port, int) else {"name": port}}


@builds("Ingress")
def ingress(draft: Draft) -> dict[str, Any]:
    """An Ingress; its paths are prefixes unless something else was said."""
    fields = draft.fields
    rules = draft.need("rules", f"Which Service shall the Ingress {draft.name} lead to, and on which port?")
    spec: dict[str, Any] = {}
    if fields.get("class"):
        spec["ingressClassName"] = fields["class"]
    hosts = fields.get("hosts") or [rule["host"] for rule in rules if rule.get("host")]
    if fields.get("tls") and not fields.get("tls_secret"):
        raise Incomplete(f"Which Secret holds the TLS certificate of the Ingress {draft.name}?")
    if fields.get("tls_secret"):
        spec["tls"] = [{**({"hosts": hosts} if hosts else {}), "secretName": fields["tls_secret"]}]
    made = []
    for rule in rules:
        paths = [
            {
                "path": path["path"],
                "pathType": path.get("type") or "Prefix",
                "backend": {"service": _backend(path, draft)},
            }
            for path in rule.get("paths") or [{"path": "/"}]
        ]
        made.append({**({"host": rule["host"]} if rule.get("host") else {}), "http": {"paths": paths}})
    spec["rules"] = made
    return {"spec": spec}


@builds("HTTPRoute")
def http_route(draft: Draft) -> dict[str, Any]:
    """An HTTPRoute of the Gateway API."""
    fields = draft.fields
    gateway = draft.need("gateway", f"Which Gateway shall the HTTPRoute {draft.name} attach to?")
    parent: dict[str, Any] = {"name": gateway}
    if fields.get("gateway_namespace"):
        parent["namespace"] = fields["gateway_namespace"]
    rules = fields.get("rules") or []
    hosts = [rule["host"] for rule in rules if rule.get("host")]
    made: list[dict[str, Any]] = []
    paths = [path for rule in rules for path in rule.get("paths") or []]
    if fields.get("weights"):
        backs = [{**_reference(each, draft), "weight": each["weight"]} for each in fields["weights"]]
        made.append({"backendRefs": backs})
    for path in paths if not fields.get("weights") else ():
        kind = {"Exact": "Exact"}.get(path.get("type") or "", "PathPrefix")
        made.append(
            {"matches": [{"path": {"type": kind, "value": path["path"]}}], "backendRefs": [_reference(path, draft)]}
        )
    if not made:
        raise Incomplete(f"Which Service shall the HTTPRoute {draft.name} lead to, and on which port?")
    spec: dict[str, Any] = {"parentRefs": [parent]}
    if hosts:
        spec["hostnames"] = hosts
    spec["rules"] = made
    return {"spec": spec}


def _reference(path: dict[str, Any], draft: Draft) -> dict[str, Any]:
    back = _backend(path, draft)
    port = back["port"].get("number")
    if port is None:
        raise Incomplete(f"Which port number of the Service {back['name']} shall {draft.name} use?")
    return {"name": back["name"], "port": port}

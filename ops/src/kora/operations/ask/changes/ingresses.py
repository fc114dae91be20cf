"""Changes of an Ingress that is there: one more host or path, another host, a certificate, one host or path fewer."""

from typing import Any

from kora.domain.objects import Manifest
from kora.language import intents
from kora.operations.ask.changes.rollouts import where
from kora.operations.ask.changes.workspace import Workspace, handles
from kora.operations.ask.errors import ChangeImpossible
from kora.operations.diagnose.fields import dig, name_of, namespace_of


@handles("set_ingress")
def set_ingress(work: Workspace, intent: intents.SetIngress) -> None:
    """Change the rules or the certificates; what was not said stays.

    Raises: ChangeImpossible when a host or path is not there, is there already, or could be meant more than once.
    """
    item = work.binder.one(intent.target, ("Ingress",))
    said: list[str] = []
    backend = _backend(work, intent, item) if intent.service is not None else None

    def change(wanted: Manifest) -> None:
        rules: list[dict[str, Any]] = wanted["spec"].setdefault("rules", [])
        if intent.remove_host is not None:
            _without_host(wanted, intent.remove_host)
            said.append(f"no host {intent.remove_host}")
        if intent.remove_path is not None:
            _without_path(wanted, intent.remove_path, intent.host)
            said.append(f"no path {intent.remove_path}")
        if intent.instead_of is not None:
            _renamed(wanted, intent.instead_of, intent.host or "")
            said.append(f"host {intent.host} instead of {intent.instead_of or 'its own'}")
        elif backend is not None:
            path = {"path": intent.path or "/", "pathType": "Exact" if intent.exact else "Prefix", "backend": backend}
            rule = _rule_for(rules, intent.host, wanted)
            _require_free(rule, path, wanted)
            rule.setdefault("http", {}).setdefault("paths", []).append(path)
            said.append(f"{rule.get('host') or '*'}{path['path']} to {intent.service}")
        if intent.tls_secret is not None:
            hosts = [intent.host] if intent.host else [each["host"] for each in rules if each.get("host")]
            _certified(wanted, intent.tls_secret, hosts)
            said.append(f"certificate {intent.tls_secret} for {', '.join(hosts)}")

    work.edit(item, change, "routes, as asked")
    if intent.tls_secret is not None and not work.binder.find(
        intents.Target(kind="Secret", names=(intent.tls_secret,), namespace=namespace_of(item)),
        ("Secret",),
        anywhere=False,
    ):
        work.notes.append(
            f"There is no Secret {intent.tls_secret} here yet: the certificate is missing until there is."
        )
    work.tell(f"set {', '.join(said)} on {where(item)}", f"kubectl edit {where(item)}")


def _backend(work: Workspace, intent: intents.SetIngress, item: Manifest) -> dict[str, Any]:
    """The Service that is named, with its port: the one that was said, or its only one."""
    target = intents.Target(kind="Service", names=(intent.service or "",), namespace=namespace_of(item))
    made = [each for each in work.created() if each["kind"] == "Service" and name_of(each) == intent.service]
    service = made[0] if made else work.binder.one(target, ("Service",))
    ports = [each["port"] for each in dig(service, "spec", "ports") or ()]
    port = intent.port if intent.port is not None else ports[0] if len(ports) == 1 else None
    if port is None or port not in ports:
        listed = ", ".join(map(str, ports)) or "none"
        raise ChangeImpossible(f"Which port of {where(service)}? It has: {listed}. Nothing was changed.")
    return {"service": {"name": name_of(service), "port": {"number": port}}}


def _rule_for(rules: list[dict[str, Any]], host: str | None, item: Manifest) -> dict[str, Any]:
    """The rule of a host, which is made when it is new; without a host the only rule."""
    if host is None:
        if len(rules) != 1:
            hosts = ", ".join(each.get("host") or "*" for each in rules) or "none"
            raise ChangeImpossible(f"For which host of {where(item)}? It has: {hosts}. Nothing was changed.")
        return rules[0]
    for rule in rules:
        if rule.get("host") == host:
            return rule
    rules.append({"host": host, "http": {"paths": []}})
    return rules[-1]


def _require_free(rule: dict[str, Any], path: dict[str, Any], item: Manifest) -> None:
    for each in dig(rule, "http", "paths") or ():
        if each.get("path", "/") == path["path"]:
            now = dig(each, "backend", "service", "name")
            raise ChangeImpossible(
                f"{where(item)} leads {rule.get('host') or '*'}{path['path']} to {now} already. Nothing was changed.",
                fix="Remove that path first, or name another one.",
            )


def _without_host(item: Manifest, host: str) -> None:
    rules = item["spec"].get("rules") or []
    kept = [each for each in rules if each.get("host") != host]
    if len(kept) == len(rules):
        raise ChangeImpossible(f"{where(item)} has no host {host}. Nothing was changed.")
    if not kept:
        raise ChangeImpossible(
            f"{host} is the only host of {where(item)}. Nothing was changed.", fix="Delete the ingress."
        )
    item["spec"]["rules"] = kept
    certificates = [
        {**each, "hosts": [name for name in each.get("hosts") or () if name != host]}
        for each in item["spec"].get("tls") or ()
    ]
    if certificates:
        item["spec"]["tls"] = [each for each in certificates if each["hosts"]]


def _without_path(item: Manifest, path: str, host: str | None) -> None:
    holders = [
        rule
        for rule in item["spec"].get("rules") or ()
        if host in (None, rule.get("host"))
        and any(each.get("path") == path for each in dig(rule, "http", "paths") or ())
    ]
    if len(holders) != 1:
        raise ChangeImpossible(f"{where(item)} has {len(holders)} hosts with the path {path}. Nothing was changed.")
    paths = holders[0]["http"]["paths"]
    if len(paths) == 1:
        raise ChangeImpossible(f"{path} is the only path of its host on {where(item)}. Nothing was changed.")
    holders[0]["http"]["paths"] = [each for each in paths if each.get("path") != path]


def _renamed(item: Manifest, old: str, new: str) -> None:
    rules = item["spec"].get("rules") or []
    if not old and len(rules) == 1:
        old = rules[0].get("host") or ""
    if old not in [each.get("host") for each in rules]:
        raise ChangeImpossible(f"{where(item)} has no host {old}. Nothing was changed.")
    if new in [each.get("host") for each in rules]:
        raise ChangeImpossible(f"{where(item)} has a host {new} already. Nothing was changed.")
    for rule in rules:
        if rule.get("host") == old:
            rule["host"] = new
    for each in item["spec"].get("tls") or ():
        each["hosts"] = [new if host == old else host for host in each.get("hosts") or ()]


def _certified(item: Manifest, secret: str, hosts: list[str]) -> None:
    """One certificate for these hosts, in place of those that they had."""
    if not hosts:
        raise ChangeImpossible(f"{where(item)} names no host that a certificate could be for. Nothing was changed.")
    kept = []
    for each in item["spec"].get("tls") or ():
        left = [host for host in each.get("hosts") or () if host not in hosts]
        if left:
            kept.append({**each, "hosts": left})
    item["spec"]["tls"] = [*kept, {"hosts": hosts, "secretName": secret}]

"""Who may do what: roles and bindings evaluated as the API server does (aggregated ClusterRoles included), from reading
alone. What other authorizers (webhooks, the node authorizer) would add is not seen, and the answer says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kora.domain.objects import Manifest, ObjectRef
from kora.language.intents import Aspect, Inspect, Target
from kora.language.kinds import BY_KIND, WORKLOAD_KINDS
from kora.operations.ask.answer import Answer
from kora.operations.ask.binding import Binder
from kora.operations.ask.facts import pod_spec
from kora.operations.ask.reads.registry import answers
from kora.operations.diagnose.fields import dig, matches, name_of, namespace_of

_VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")


@dataclass(frozen=True)
class Grant:
    """One subject's right through one binding."""

    subject: str
    rule: tuple[tuple[str, ...], ...]
    """apiGroups, resources, verbs, resourceNames."""
    binding: str
    role: str
    namespace: str | None
    """None: in every namespace."""


@answers(Aspect.PERMISSIONS)
def permissions(binder: Binder, question: Inspect) -> Answer:
    """Who can do something, whether somebody can, or what somebody can do."""
    space = binder.space(question.target)
    resource = resource_of(binder, question.resource)
    if question.subject == "me":
        return _mine(binder, question, resource, space)
    if question.subject == "roles":
        return _granting(binder, question, resource, space)
    only = str(question.subject).removeprefix("any:") + " " if str(question.subject).startswith("any:") else ""
    if only:
        question = question.model_copy(update={"subject": None})
    grants = [each for each in _grants(binder) if each.namespace is None or space is None or each.namespace == space]
    grants = [each for each in grants if each.subject.startswith(only)]
    if question.subject is not None:
        return _subject(binder, question, resource, space, grants)
    if question.verb is None and resource is None:
        return _everyone(space, grants)
    found = [each for each in grants if allows(each, question.verb, resource)]
    what = f"{question.verb or 'do anything with'} {_spoken(resource)}"
    where = f" in namespace {space}" if space else ""
    command = f"kubectl auth can-i {question.verb or '*'} {_spoken(resource)}{f' -n {space}' if space else ''} --as=…"
    if not found:
        return Answer(f"Nobody is allowed to {what}{where} by RBAC.", [command], [], found=False)
    lines = sorted({f"{each.subject} (by {each.binding}, {each.role})" for each in found})
    return Answer(
        f"{len({each.subject for each in found})} subject(s) can {what}{where}:\n"
        + "\n".join(f"  {line}" for line in lines),
        [command],
        lines,
    )


def _mine(binder: Binder, question: Inspect, resource: tuple[str, str] | None, space: str | None) -> Answer:
    if "/" in str(question.resource):  # the cluster is asked by kinds
        command = f"kubectl auth can-i {question.verb} {question.resource}{f' -n {space}' if space else ''}"
        return Answer(
            f"Whether you can {question.verb} {question.resource} is told by: {command}", [command], found=False
        )
    kind = question.resource if question.resource in BY_KIND else "Pod"
    version = BY_KIND[str(kind)].api_version
    verb = question.verb or "*"
    allowed = binder.reader.can(verb, ObjectRef(api_version=version, kind=str(kind), namespace=space, name=""))
    said = _spoken(resource)
    command = f"kubectl auth can-i {verb} {said}{f' -n {space}' if space else ''}"
    return Answer(
        f"{'Yes' if allowed else 'No'}, you {'can' if allowed else 'can not'} {verb} {said}"
        f"{f' in namespace {space}' if space else ''}.",
        [command],
        {"allowed": allowed},
    )


def _granting(binder: Binder, question: Inspect, resource: tuple[str, str] | None, space: str | None) -> Answer:
    """The roles whose rules cover something, whoever they are bound to; the cluster's own are counted."""
    cluster_roles = {name_of(each): each for each in binder.every("ClusterRole", None)}
    roles = [*binder.every("Role", space), *cluster_roles.values()]
    found = [
        each
        for each in roles
        if any(allows(Grant("", rule, "", "", None), question.verb, resource) for rule in _rules(each, cluster_roles))
    ]
    own = [each for each in found if not name_of(each).startswith("system:")]
    lines = sorted(f"{each['kind'].lower()}/{name_of(each)}" for each in own)
    what = f"{question.verb or 'anything with'} {_spoken(resource)}"
    where = f" in namespace {space}" if space else ""
    text = f"{len(own)} roles allow to {what}{where}:\n" + "\n".join(f"  {each}" for each in lines)
    others = len(found) - len(own)
    text += f"\nand {others} of the cluster's own (system:…)" if others else ""
    return Answer(
        text, [f"kubectl get roles{f' -n {space}' if space else ' -A'},clusterroles -o yaml"], lines, found=bool(own)
    )


def _subject(
    binder: Binder, question: Inspect, resource: tuple[str, str] | None, space: str | None, grants: list[Grant]
) -> Answer:
    who = _who(binder, str(question.subject), space or binder.reader.namespace)
    full, groups, known, kind = who.name, who.groups, who.known, who.kind
    name = full
    mine = [each for each in grants if _is(each.subject, kind, full, groups)]
    where = f" in namespace {space}" if space else ""
    asked = question.verb or "--list"
    words = ["kubectl", "auth", "can-i", asked, *([_spoken(resource)] if resource else []), f"--as={full}"]
    flag = " ".join(words + (["-n", space] if space else []))
    if not known:
        what = "service account" if kind == "serviceaccount" else "service account, workload or user with rights named"
        return Answer(f"There is no {what} {name}{where}.", [flag], {"allowed": False}, found=False)
    if question.verb is not None and resource is not None:
        by = [each for each in mine if allows(each, question.verb, resource)]
        what = f"{question.verb} {_spoken(resource)}{where}"
        if by:
            limits = sorted({each for one in by for each in one.rule[3]}) if all(one.rule[3] for one in by) else []
            only = f" (only {', '.join(limits)})" if limits else ""
            return Answer(
                f"Yes: {full} can {what}{only}, by {by[0].binding} ({by[0].role}).",
                [flag],
                {"allowed": True, "by": by[0].binding},
            )
        return Answer(f"No: no role lets {full} {what}.", [flag], {"allowed": False})
    if not mine:
        return Answer(f"{full} has no permissions{where} by RBAC.", [flag], [], found=False)
    own = [each for each in mine if each.subject != "group system:authenticated"] or mine
    lines = sorted(
        {f"{','.join(each.rule[2])} on {','.join(each.rule[1]) or 'URLs'} (by {each.binding})" for each in own}
    )
    if len(own) < len(mine):
        lines.append("and what everybody who is signed in may")
    return Answer(f"{full} may{where}:\n" + "\n".join(f"  {line}" for line in lines), [flag], lines)


@dataclass(frozen=True)
class _Who:
    """Whose rights are looked at, with the groups that it is in."""

    kind: str
    name: str
    groups: frozenset[str] = frozenset()
    known: bool = True


def _who(binder: Binder, subject: str, home: str) -> _Who:
    """The account, user or group that a subject names. A bare name ("what may ci do") is an account at hand, else a
    user or group of a binding, else the only account of that name, else what a workload of that name runs as."""
    kind, _, name = subject.partition(":")
    if name.startswith("system:serviceaccount:"):
        home, name = name.split(":")[2], name.split(":")[3]
        kind = "serviceaccount"
    name = name.partition("/")[2] or name
    if kind == "group":
        return _Who(kind, name)
    accounts = [each for each in binder.every("ServiceAccount", None) if name_of(each) == name]
    here = [each for each in accounts if namespace_of(each) == home] or [
        each for each in accounts if namespace_of(each) == (binder.given or binder.reader.namespace)
    ]
    named = {f"{each['kind']}/{each.get('name')}" for each in _all_subjects(binder)}
    if kind == "user" and not here and (f"User/{name}" in named or name.startswith("system:")):
        return _Who(kind, name, frozenset({"system:authenticated"}))
    if kind == "user" and not here and f"Group/{name}" in named:
        return _Who("group", name)
    found = here or (accounts if len(accounts) == 1 else [])
    if found:
        return _account(namespace_of(found[0]) or home, name)
    if kind == "user":
        run = binder.find(Target(phrase=name, namespace=home), (*WORKLOAD_KINDS, "CronJob", "Job", "Pod"))
        if run:
            return _account(namespace_of(run[0]) or home, str(pod_spec(run[0]).get("serviceAccountName") or "default"))
    return _Who(kind, name, frozenset({"system:authenticated"}), known=False)


def _account(home: str, name: str) -> _Who:
    groups = {"system:serviceaccounts", f"system:serviceaccounts:{home}", "system:authenticated"}
    return _Who("serviceaccount", f"system:serviceaccount:{home}:{name}", frozenset(groups))


def _all_subjects(binder: Binder) -> Iterator[Manifest]:
    for kind in ("ClusterRoleBinding", "RoleBinding"):
        for binding in binder.every(kind, None):
            yield from binding.get("subjects") or ()


def _is(subject: str, kind: str, full: str, groups: Iterable[str]) -> bool:
    if kind == "group":
        return subject == f"group {full}"
    if kind == "user":
        return subject == f"user {full}" or subject in {f"group {each}" for each in groups}
    return (
        subject == f"service account {full}"
        or subject in {f"group {each}" for each in groups}
        or subject == f"user {full}"
    )


def _everyone(space: str | None, grants: list[Grant]) -> Answer:
    own = [
        each
        for each in grants
        if not each.subject.startswith(("group system:", "user system:", "service account system:serviceaccount:kube-"))
    ]
    lines = sorted({f"{each.subject}: {each.role} (by {each.binding})" for each in own})
    if not lines:
        return Answer(
            "No bindings beyond the cluster's own.",
            ["kubectl get rolebindings,clusterrolebindings -A"],
            [],
            found=False,
        )
    return Answer(
        "\n".join(lines), [f"kubectl get rolebindings{f' -n {space}' if space else ' -A'},clusterrolebindings"], lines
    )


def _grants(binder: Binder) -> Iterator[Grant]:
    cluster_roles = {name_of(each): each for each in binder.every("ClusterRole", None)}
    roles = {(namespace_of(each), name_of(each)): each for each in binder.every("Role", None)}
    for kind in ("ClusterRoleBinding", "RoleBinding"):
        for binding in binder.every(kind, None):
            ref, home = binding.get("roleRef") or {}, namespace_of(binding)
            role = (
                cluster_roles.get(str(ref.get("name")))
                if ref.get("kind") == "ClusterRole"
                else roles.get((home, str(ref.get("name"))))
            )
            if role is None:
                continue
            for rule in _rules(role, cluster_roles):
                for subject in binding.get("subjects") or ():
                    yield Grant(
                        _subject_text(subject, home),
                        rule,
                        f"{kind.lower()}/{name_of(binding)}",
                        f"{ref['kind'].lower()}/{ref['name']}",
                        home if kind == "RoleBinding" else None,
                    )


def _subject_text(subject: Manifest, home: str | None) -> str:
    if subject.get("kind") == "ServiceAccount":
        return f"service account system:serviceaccount:{subject.get('namespace') or home}:{subject.get('name')}"
    return f"{str(subject.get('kind')).lower()} {subject.get('name')}"


def _rules(role: Manifest, cluster_roles: dict[str, Manifest]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The rules of a role; of an aggregated ClusterRole, also those of the roles it gathers (the controller copies
    them, but may not have done so yet)."""
    rules = list(role.get("rules") or ())
    for selector in dig(role, "aggregationRule", "clusterRoleSelectors") or ():
        rules += [
            rule
            for each in cluster_roles.values()
            if each is not role and matches(selector, dig(each, "metadata", "labels"))
            for rule in each.get("rules") or ()
        ]
    for rule in rules:
        yield tuple(tuple(rule.get(part) or ()) for part in ("apiGroups", "resources", "verbs", "resourceNames"))


def allows(grant: Grant, verb: str | None, resource: tuple[str, str] | None) -> bool:
    """Whether a right covers a verb on (group, plural). None stands for any."""
    groups, resources, verbs, _ = grant.rule
    if verb == "*":
        if "*" not in verbs:
            return False
    elif verb is not None and verb not in verbs and "*" not in verbs:
        return False
    if resource is None:
        return True
    group, plural = resource
    if plural == "*":
        return "*" in resources and "*" in groups
    return (group in groups or "*" in groups) and (plural in resources or "*" in resources)


def resource_of(binder: Binder, kind: str | None) -> tuple[str, str] | None:
    """(API group, plural) of a kind."""
    if kind is None:
        return None
    if kind == "*":
        return "*", "*"
    if "/" in kind:  # a part of a kind of its own rights: pods/log
        return "", kind
    version, _ = binder.api_version(kind)
    group = version.rpartition("/")[0]
    plural = next(
        (
            each.plural
            for each in binder.reader.kinds()
            if each.kind == kind and each.api_version.rpartition("/")[0] == group
        ),
        kind.lower() + "s",
    )
    return group, plural


def _spoken(resource: tuple[str, str] | None) -> str:
    return (
        "anything"
        if resource is None
        else "everything"
        if resource[1] == "*"
        else resource[1] + (f".{resource[0]}" if resource[0] else "")
    )

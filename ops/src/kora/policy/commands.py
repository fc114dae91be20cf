"""What each command of kubectl does: the last table of the gate, one rule a command path.

A rule gets a line whose flags all exist and none of which speaks against it by itself (see `outside`), and says what
the command does with them. A test holds the table against the grammar: every command has a rule.
"""

import json
from collections.abc import Callable
from typing import Any

from kora.domain.risk import Risk
from kora.policy.grammar import Line
from kora.policy.outside import dry_run, is_loopback, is_remote_directory
from kora.policy.resources import names_secret, types_in, well_formed
from kora.policy.verdicts import Judgement, allow, ask, deny

Effect = Callable[[Line], Judgement]

_SECRET_READ = "It can show what a Secret holds."  # noqa: S105
_ENDLESS = "It only reads; it runs until it is stopped, so run it with a deadline."


def _from_file(line: Line) -> bool:
    return "filename" in line.values or "kustomize" in line.values


def _odd_type(line: Line) -> Judgement | None:
    words = [word for word in line.words if "=" not in word]
    for name in types_in(words):
        if not well_formed(name):
            return deny("unknown-resource", f"{name[:40]!r} is no type of resource.", Risk.READ)
    return None


# --- reads ----------------------------------------------------------------------------------------------------------


def _harmless(_: Line) -> Judgement:
    return allow("It only reads.")


def _reads_objects(line: Line) -> Judgement:
    if odd := _odd_type(line):
        return odd
    if names_secret(line.words):
        return ask(Risk.SECRET, "reads-secret", _SECRET_READ)
    if _from_file(line):
        return ask(
            Risk.SECRET, "unknown-kinds", "The kinds stand in a file that the gate doesn't see; it may name Secrets."
        )
    return allow(_ENDLESS if line.on("watch") or line.on("watch-only") else "It only reads.")


def _reads_workloads(line: Line) -> Judgement:
    """Rollouts exist for workloads alone, so a file can't make it show a Secret."""
    return _odd_type(line) or allow("It only reads.")


def _logs(line: Line) -> Judgement:
    return allow(_ENDLESS if line.on("follow") else "It only reads.")


def _diff(line: Line) -> Judgement:
    if line.words:
        return deny("unknown-command", "kubectl diff takes files only.", Risk.READ)
    return allow("It compares; kubectl hides the values of Secrets in differences.")


def _config_view(line: Line) -> Judgement:
    if line.on("raw") or line.on("flatten"):
        return ask(Risk.SECRET, "reads-credentials", "It shows the credentials in the kubeconfig.")
    return allow("It shows the kubeconfig without its credentials.")


def _dump(_: Line) -> Judgement:
    return ask(Risk.SECRET, "dump", "It prints everything that runs in the cluster, logs included.")


def _kustomize(line: Line) -> Judgement:
    for name, _ in line.flags:
        if name in _KUSTOMIZE_RISKS:
            return deny("kustomize", f"--{name} runs programs, reaches out, or writes files.")
    if any(map(is_remote_directory, line.words)):
        return deny("remote-file", "It would load a kustomization from elsewhere, unseen.")
    return allow("It renders a folder of this machine.")


_KUSTOMIZE_RISKS = {
    *("enable-exec", "enable-helm", "enable-alpha-plugins", "enable-star", "helm-command", "helm-api-versions"),
    *("helm-kube-version", "helm-debug", "network", "network-name", "mount", "env", "as-current-user"),
    *("load-restrictor", "output"),
}


# --- ways into pods and out of this machine -------------------------------------------------------------------------


def _port_forward(line: Line) -> Judgement:
    if not all(map(is_loopback, line.values.get("address", []))):
        return deny("binds-beyond-loopback", "It would open a port of this machine to others.")
    return allow("It opens a port that only this machine reaches, until it is stopped.", "port-forward")


def _proxy(line: Line) -> Judgement:
    loosened = line.values.keys() & _PROXY_RISKS
    if loosened or not all(map(is_loopback, line.values.get("address", []))):
        return deny("binds-beyond-loopback", "It would open the whole API, with your rights, to others.")
    return ask(Risk.SECRET, "proxy", "It opens the whole API, with your rights, to every program on this machine.")


_PROXY_RISKS = {
    *("accept-hosts", "accept-paths", "reject-paths", "reject-methods", "disable-filter", "unix-socket"),
    *("www", "www-prefix", "api-prefix", "append-server-path"),
}


def _denied(rule: str, reason: str, risk: Risk = Risk.DESTRUCTIVE) -> Effect:
    return lambda _: deny(rule, reason, risk)


# --- writes ---------------------------------------------------------------------------------------------------------


def _write(line: Line, what: str, risk: Risk = Risk.WRITE, *, rule: str = "write") -> Judgement:
    """A change, or what a dry run of it shows."""
    if odd := _odd_type(line):
        return odd
    words = [word for word in line.words if "=" not in word]
    if names_secret(words):
        return ask(Risk.SECRET, "writes-secret", f"It {what}, on a Secret.")
    if dry_run(line) is None:
        return ask(risk, rule, f"It {what}.")
    if _from_file(line) and line.path not in _SHOW_THE_FILE and line.last("output") not in (None, "name"):
        return ask(Risk.SECRET, "unknown-kinds", "It prints live objects of kinds that stand in a file; maybe Secrets.")
    return allow(f"It is a {line.last('dry-run')} dry run: nothing is stored.", "dry-run")


_SHOW_THE_FILE = {("create",)}


def _writes(what: str, risk: Risk = Risk.WRITE) -> Effect:
    return lambda line: _write(line, what, risk)


def _create(line: Line) -> Judgement:
    if line.words:
        return deny("unknown-command", f"kubectl create can't make {line.words[0][:40]!r}.")
    return _write(line, "creates what stands in a file")


def _create_config_map(line: Line) -> Judgement:
    if dry_run(line) and line.values.keys() & {"from-file", "from-env-file"} and line.last("output") is not None:
        return ask(Risk.SECRET, "local-file", "It prints files of this machine.")
    return _write(line.with_words(()), "creates a config map")


def _create_secret(line: Line) -> Judgement:
    return ask(Risk.SECRET, "writes-secret", "It writes a Secret, from values in the command or in files.")


def _apply(line: Line) -> Judgement:
    if line.words:
        return deny("unknown-command", "kubectl apply takes files only.")
    if line.on("prune"):
        return ask(Risk.DESTRUCTIVE, "prune", "It deletes every object that the files no longer name.")
    if line.on("force"):
        return ask(Risk.DESTRUCTIVE, "force", "It may delete objects and create them anew.")
    return _write(line, "applies what stands in a file")


def _replace(line: Line) -> Judgement:
    if line.on("force"):
        return ask(Risk.DESTRUCTIVE, "force", "It deletes objects and creates them anew.")
    return _write(line, "replaces objects by what stands in a file")


def _delete(line: Line) -> Judgement:
    if odd := _odd_type(line):
        return odd
    if dry_run(line) is not None and not line.on("force"):
        return allow("It is a dry run: nothing is deleted.", "dry-run")
    whole = line.on("all") or line.on("all-namespaces") or "selector" in line.values or "field-selector" in line.values
    many = "many objects at once" if whole else "what it names"
    return ask(Risk.DESTRUCTIVE, "delete", f"It deletes {many}.")


def _patch(line: Line) -> Judgement:
    text = line.last("patch")
    risk = Risk.DESTRUCTIVE if text is not None and _removes(text) else Risk.WRITE
    return _write(
        line, "removes fields of an object" if risk is Risk.DESTRUCTIVE else "changes fields of an object", risk
    )


def _removes(text: str) -> bool:
    """Whether a patch takes something away: null in a merge patch, remove in a JSON patch, or a directive."""
    try:
        patch = json.loads(text)
    except (ValueError, RecursionError):
        return True  # YAML or rubbish: taken for the worse
    queue: list[Any] = [patch]
    while queue:
        node = queue.pop()
        if node is None:
            return True
        if isinstance(node, dict):
            if node.get("op") == "remove" or any(str(key).startswith("$") for key in node):
                return True
            queue += node.values()
        elif isinstance(node, list):
            queue += node
    return False


def _scale(line: Line) -> Judgement:
    counts = line.values.get("replicas", ["1"])
    if not all(count.isdigit() for count in counts):
        return deny("unknown-count", "--replicas is no count.")
    if any(int(count) == 0 for count in counts):
        return _write(line, "stops every replica", Risk.DESTRUCTIVE, rule="scale-to-zero")
    return _write(line, "changes how many replicas run")


def _run(line: Line) -> Judgement:
    if any(line.on(name) for name in ("attach", "stdin", "tty", "rm", "leave-stdin-open")):
        return deny("interactive", "It would run a program in the cluster with this terminal attached.")
    if line.on("privileged") or "overrides" in line.values:
        return _write(line.with_words(()), "runs a pod with rights that the gate can't judge", Risk.DESTRUCTIVE)
    return _write(line.with_words(()), "runs a pod")


def _named(what: str) -> Effect:
    """Creators whose words are names, not types."""
    return lambda line: _write(line.with_words(()), what)


def _metadata(noun: str) -> Effect:
    """``label`` and ``annotate``: reads with ``--list`` when nothing is set or removed."""

    def effect(line: Line) -> Judgement:
        changes = [word for word in line.words if "=" in word or word.endswith("-")]
        if line.on("list") and not changes:
            return _reads_objects(line)
        if line.on("local") and _from_file(line):
            return allow("It changes a file's content in passing and prints it; no cluster takes part.", "local")
        return _write(line, f"changes {noun}")

    return effect


def _set(what: str) -> Effect:
    def effect(line: Line) -> Judgement:
        if line.on("local") and _from_file(line):
            return allow("It changes a file's content in passing and prints it; no cluster takes part.", "local")
        return _write(line, what)

    return effect


def _set_env(line: Line) -> Judgement:
    source = (line.last("from") or "").lower()
    if line.on("resolve") or names_secret([source]):
        return ask(Risk.SECRET, "reads-secret", _SECRET_READ)
    changes = [word for word in line.words if "=" in word or word.endswith("-")]
    if line.on("list") and not changes and not line.values.keys() & {"env", "from", "keys", "prefix"}:
        return _reads_objects(line)
    return _set("changes environment variables")(line)


def _taint(line: Line) -> Judgement:
    evicts = any("NoExecute" in word for word in line.words)
    plain = line.with_words(tuple(word for word in line.words if ":" not in word and "=" not in word))
    if evicts:
        return _write(plain, "evicts pods from nodes", Risk.DESTRUCTIVE)
    return _write(plain, "changes where pods may run")


def _reconcile(_: Line) -> Judgement:
    return ask(Risk.WRITE, "rbac", "It changes who may do what; its dry run does not count as a read.")


_CONFIG_WRITERS = (
    *("set", "set-cluster", "set-context", "set-credentials", "unset", "use-context"),
    *("delete-cluster", "delete-context", "delete-user", "rename-context"),
)
_PLAIN_CREATORS = (
    *("cronjob", "deployment", "ingress", "job", "namespace", "poddisruptionbudget", "priorityclass", "quota"),
)

EFFECTS: dict[tuple[str, ...], Effect] = {
    **dict.fromkeys([("get",), ("describe",), ("wait",), ("apply", "view-last-applied")], _reads_objects),
    **dict.fromkeys([("rollout", "history"), ("rollout", "status")], _reads_workloads),
    **dict.fromkeys([("explain",), ("events",), ("api-resources",), ("api-versions",), ("cluster-info",)], _harmless),
    **dict.fromkeys([("top", "node"), ("top", "pod"), ("version",), ("options",), ("help",)], _harmless),
    **dict.fromkeys([("completion",), ("plugin", "list"), ("auth", "can-i"), ("auth", "whoami")], _harmless),
    **dict.fromkeys([("config", each) for each in ("current-context", "get-contexts", "get-clusters")], _harmless),
    ("config", "get-users"): _harmless,
    ("config", "view"): _config_view,
    ("logs",): _logs,
    ("diff",): _diff,
    ("kustomize",): _kustomize,
    ("cluster-info", "dump"): _dump,
    **dict.fromkeys(
        [("config", each) for each in _CONFIG_WRITERS],
        _denied("writes-kubeconfig", "It changes which cluster and identity later commands use.", Risk.WRITE),
    ),
    ("port-forward",): _port_forward,
    ("proxy",): _proxy,
    ("exec",): _denied("inner-command", "It runs a program in a container; the gate can't tell what that does."),
    ("attach",): _denied("inner-command", "It speaks to a running program, unseen."),
    ("cp",): _denied("inner-command", "It copies files between this machine and a container, by a program run there."),
    ("debug",): _denied("inner-command", "It runs a program with access to a pod or a node."),
    ("edit",): _denied("editor", "It opens an editor, whose outcome nobody can see beforehand.", Risk.WRITE),
    ("apply", "edit-last-applied"): _denied("editor", "It opens an editor.", Risk.WRITE),
    ("apply", "set-last-applied"): _writes("changes what later applies compare with"),
    ("create",): _create,
    ("create", "configmap"): _create_config_map,
    **dict.fromkeys([("create", "secret", each) for each in ("generic", "tls", "docker-registry")], _create_secret),
    ("create", "token"): lambda _: ask(Risk.SECRET, "reads-credentials", "It prints a token that acts as an account."),
    **{
        ("create", each): _named("changes who may do what")
        for each in ("role", "rolebinding", "clusterrole", "clusterrolebinding", "serviceaccount")
    },
    **{("create", each): _named(f"creates a {each}") for each in _PLAIN_CREATORS},
    **{
        ("create", "service", each): _named("creates a service")
        for each in ("clusterip", "externalname", "loadbalancer", "nodeport")
    },
    ("apply",): _apply,
    ("replace",): _replace,
    ("delete",): _delete,
    ("patch",): _patch,
    ("scale",): _scale,
    ("run",): _run,
    ("autoscale",): _writes("hands the replica count to an autoscaler"),
    ("expose",): _writes("creates a service"),
    ("label",): _metadata("labels"),
    ("annotate",): _metadata("annotations"),
    ("set", "env"): _set_env,
    ("set", "subject"): _set("changes who may do what"),
    **{("set", each): _set(f"changes the {each} of objects") for each in ("image", "resources", "selector")},
    ("set", "serviceaccount"): _set("changes the account that pods act as"),
    ("rollout", "restart"): _writes("renews every pod of a workload"),
    ("rollout", "undo"): _writes("brings back an earlier revision"),
    ("rollout", "pause"): _writes("holds rollouts"),
    ("rollout", "resume"): _writes("lets rollouts go on"),
    ("auth", "reconcile"): _reconcile,
    ("certificate", "approve"): _named("hands out an identity"),
    ("certificate", "deny"): _named("refuses an identity for good"),
    ("cordon",): _named("keeps new pods off a node"),
    ("uncordon",): _named("lets pods onto a node again"),
    ("drain",): lambda line: _write(line.with_words(()), "evicts every pod of a node", Risk.DESTRUCTIVE),
    ("taint",): _taint,
}
"""The rule of every command path."""

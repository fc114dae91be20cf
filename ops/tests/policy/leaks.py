"""Command lines that must not pass as reads, made by class × the ways in which kubectl lets one write the same thing.

Each leak is (class, risk, words behind ``kubectl``). `variants` wraps them: flags before and behind the command, ``=``
and a blank, bundled letters, repeated flags, a global flag in between. A wrapper must keep the meaning, so the risk
stays what the class says.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kora.domain.risk import Risk

READ, WRITE, DESTRUCTIVE, SECRET = Risk.READ, Risk.WRITE, Risk.DESTRUCTIVE, Risk.SECRET


class Leak(NamedTuple):
    """One line that has to be denied or asked for."""

    name: str
    risk: Risk | None
    """None where the class is about not being understood, so that any risk above READ will do."""
    words: tuple[str, ...]


def _leaks(name: str, risk: Risk | None, *lines: str) -> Iterator[Leak]:
    for line in lines:
        yield Leak(name, risk, tuple(line.split()))


SECRET_TYPES = (
    *("secret", "secrets", "Secret", "SECRETS", "secrets.v1.", "secret.v1", "secrets.", "pods,secrets", "all,secret"),
    *("secret/db", "pods/web,secret/db", "secrets/db", "configmap,secrets", "externalsecrets.external-secrets.io"),
)
DRY_RUNS = ("", "--dry-run=none", "--dry-run", "--dry-run=true", "--dry-run=false", "--dry-run=Client", "--dry-run=")
ELSEWHERE = (
    *("--kubeconfig=/x", "--kubeconfig /x", "--context=prod", "--context prod", "--cluster=c", "--user=u"),
    *("--server=https://x", "--server https://x", "-s https://x", "-shttps://x", "-s=https://x", "--token=t"),
    *("--token t", "--as=admin", "--as admin", "--as-group=system:masters", "--as-uid=1", "--as-user-extra=a=b"),
    *("--insecure-skip-tls-verify", "--insecure-skip-tls-verify=true", "--certificate-authority=/x"),
    *("--client-certificate=/x", "--client-key=/x", "--tls-server-name=x", "--username=u", "--password=p"),
    *(
        "--cache-dir=/x",
        "--profile=cpu",
        "--profile-output=/x",
        "--kuberc=/x",
        "-v=9",
        "--v=8",
        "-v8",
        "--vmodule=*=9",
        "-v=+9",
    ),
)
WRITES = {
    WRITE: (
        *("scale deploy/web --replicas=3", "apply -f web.yaml", "create -f web.yaml", "patch deploy web -p {}"),
        *("set image deploy/web web=web:2", "rollout restart deploy/web", "rollout undo deploy/web", "label pod x a=b"),
        *("annotate pod x a=b", "expose deploy web", "autoscale deploy web --max=3", "run x --image=y"),
        *("create deployment x --image=y", "cordon n", "taint node n a=b:NoSchedule", "replace -f web.yaml"),
        *("create clusterrolebinding x --clusterrole=a --user=b", "set env deploy/web A=b", "create namespace x"),
    ),
    DESTRUCTIVE: (
        *("delete pod x", "delete pods --all", "delete ns shop", "delete pvc data", "delete crd x.y.z", "drain n"),
        *(
            "delete pods -l app=web",
            "scale deploy/web --replicas=0",
            "taint node n a=b:NoExecute",
            "delete -f web.yaml",
        ),
    ),
}
LEAKS: tuple[Leak, ...] = (
    *(leak for words in SECRET_TYPES for leak in _leaks("secret", SECRET, f"get {words}", f"describe {words}")),
    *_leaks(
        "secret", SECRET, "get secret db -o jsonpath={.data}", "get secrets -o custom-columns=A:.data", "get -f x.yaml"
    ),
    *_leaks("secret", SECRET, "create secret generic x --from-literal=a=b", "create token admin", "describe -f x.yaml"),
    *_leaks("secret", SECRET, "create secret tls x --cert=a --key=b --dry-run=client", "label secret x --list"),
    *_leaks("secret", SECRET, "apply view-last-applied secret/db", "get -k dir", "label secret x a=b --dry-run=client"),
    *_leaks("secret", SECRET, "set env deploy/web --list --resolve", "set env deploy/web --from=secret/db"),
    *_leaks(
        "secret", SECRET, "config view --raw", "config view --flatten", "config view --raw=true", "cluster-info dump"
    ),
    *_leaks(
        "secret", SECRET, "annotate -f x.yaml a=b --dry-run=client -o yaml", "wait secret/x --for=jsonpath={.data}=x"
    ),
    *_leaks("secret", SECRET, "create configmap x --from-file=/etc/shadow --dry-run=client -o yaml", "proxy"),
    *(
        leak
        for risk, lines in WRITES.items()
        for line in lines
        for dry in (DRY_RUNS[:1] if line.startswith("rollout restart") else DRY_RUNS)
        for leak in _leaks("write", risk if dry in ("", "--dry-run=none") else None, f"{line} {dry}")
    ),
    *_leaks("force", DESTRUCTIVE, "apply -f x --force", "apply -f x --prune -l a=b", "replace --force -f x.yaml"),
    *_leaks("force", DESTRUCTIVE, "patch deploy web -p null", "delete pod x --force --grace-period=0"),
    *_leaks("last-wins", None, "delete pod x --dry-run=client --dry-run=none", "apply -f x --dry-run=server --dry-run"),
    *_leaks("inner", None, "run x --image=y -- sh --dry-run=client", "create job x --image=y -- a --dry-run=client"),
    *_leaks("inner", None, "exec x -- delete --dry-run=client", "delete pod x -- --dry-run=client"),
    *_leaks("inner", DESTRUCTIVE, "exec web -- ls", "exec -it web -- sh", "attach web", "cp web:/x y", "debug web"),
    *_leaks("inner", DESTRUCTIVE, "debug node/n --image=x", "run x --image=y -it", "run x --image=y --rm --attach"),
    *_leaks("editor", WRITE, "edit deploy web", "create -f x --edit", "apply edit-last-applied deploy/web"),
    *_leaks("rbac", WRITE, "auth reconcile -f x.yaml", "auth reconcile -f x.yaml --dry-run=client"),
    *_leaks("rbac", WRITE, "certificate approve x", "set subject rolebinding x --user=a"),
    *_leaks("config", WRITE, "config set-context x", "config use-context x", "config use x", "config set a b"),
    *_leaks(
        "config", WRITE, "config set-cluster x", "config set-credentials x", "config unset a", "config delete-user x"
    ),
    *_leaks("config", WRITE, "config delete-context x", "config rename-context a b", "config delete-cluster x"),
    *_leaks("bind", None, "proxy --address=0.0.0.0", "proxy --accept-hosts=.*", "proxy --unix-socket=/x"),
    *_leaks("bind", None, "port-forward svc/web 80 --address=0.0.0.0", "port-forward svc/web 80 --address=10.0.0.1"),
    *_leaks(
        "bind", None, "port-forward svc/web 80 --address localhost,0.0.0.0", "port-forward svc/web 80 --address=::"
    ),
    *_leaks("bind", None, "port-forward web 80 --address=localhost --address=0.0.0.0"),
    *_leaks("raw", None, "get --raw /api/v1/secrets", "get --raw=/api", "delete --raw /api/x", "create --raw /x -f y"),
    *_leaks("file", None, "apply -f https://x/y.yaml", "apply -f http://x", "apply -f -", "apply -f-", "apply -f=-"),
    *_leaks("file", None, "apply -f a.yaml,-", "create --filename=-", "apply -f /dev/stdin", "apply -k github.com/x/y"),
    *_leaks("file", None, "diff -f https://x", "diff -f -", "diff -k https://x", "apply -f /proc/self/fd/0"),
    *_leaks("file", None, "create -f https://x --dry-run=client", "kustomize https://x", "kustomize github.com/a/b"),
    *_leaks(
        "file", None, "kustomize . --enable-exec", "kustomize . --enable-helm", "kustomize . -o x", "kustomize x?ref=a"
    ),
    *_leaks("file", None, "get pods -o jsonpath-file=/etc/shadow", "get pods -o go-template-file=x"),
    *_leaks("file", None, "get pods -o custom-columns-file=x", "get pods -o templatefile=x", "set env deploy/web -"),
    *(leak for flag in ELSEWHERE for leak in _leaks("elsewhere", None, f"get pods {flag}", f"{flag} get pods")),
    *_leaks(
        "unknown", None, "frobnicate", "get pods --frob", "get pods -Z", "rollout frob x", "alpha auth x", "kuberc set"
    ),
    *_leaks(
        "unknown", None, "ns", "neat get pods", "__complete get", "get pods --dry-run", "--all-namespaces get delete x"
    ),
    *_leaks(
        "unknown",
        None,
        "get pods --all_namespaces --frob",
        "-A delete pods",
        "get pods -o frob",
        "GET pods",
        "Get pods",
    ),
    *_leaks("shell", None, "get pods ; id", "get pods | sh", "get pods > x", "get pods >> x", "get pods && id"),
    *_leaks("shell", None, "get pods || id", "get pods & id", "get $(id)", "get `id`", "get pods;id", "get pods|sh"),
    *_leaks("shell", None, "get pods>x", "get pods 2>x", "get pods <x", "get ${X}", "get <(id)", "-n x;id get pods"),
    *_leaks("shell", None, "get pods -n $(id)", "get pods -l a=`id`", "get pods -o json;id", "get pods -o name>x"),
    *_leaks("shell", None, "set image deploy/x a=b;id --dry-run=client", "get pods -o jsonpath={.a};id"),
)
"""Every class of the specification."""

PROGRAMS = (
    *(
        "./kubectl",
        "/usr/bin/kubectl",
        "../kubectl",
        "kubectl.exe",
        "kubectl-neat",
        "Kubectl",
        "KUBECTL",
        "kubect1",
        "k",
    ),
    *("kubectl ", " kubectl", "kubeсtl", "kubectⅼ", "ｋubectl", "kubectl\u200b", "\ufeffkubectl", "kubectl\n"),
    *("sh", "bash", "sudo", "env", "xargs", "watch", "timeout", "oc", "helm", "docker", "", "KUBECONFIG=/x", "A=b"),
    *("kubectl get pods", "kubectl;id", "$(kubectl)", "`kubectl`", "kubectl|sh", "kubectl&&id", "-", "--", "ƙubectl"),
)
"""What is not kubectl, however much it looks like it."""


def variants(leak: Leak) -> Iterator[tuple[str, ...]]:
    """The same line in other clothes, each as the words behind ``kubectl``."""
    words = leak.words
    yield words
    head, inner = _split(words)
    yield ("-n", "shop", *words)
    yield ("--namespace=shop", *words)
    yield (*head, "-nshop", *inner)
    yield (*head, "--request-timeout=5s", "--warnings-as-errors", *inner)
    if leak.name == "shell":
        return  # taken apart otherwise than words are
    yield tuple(_with_equals(head)) + inner


def _split(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    at = words.index("--") if "--" in words else len(words)
    return words[:at], words[at:]


def _with_equals(words: tuple[str, ...]) -> Iterator[str]:
    """Long flags that are followed by their value, written with ``=``."""
    queue = list(words)
    while queue:
        word = queue.pop(0)
        joins = word in (
            "--kubeconfig",
            "--context",
            "--token",
            "--as",
            "--server",
            "--address",
            "--raw",
            "-f",
            "-o",
            "-s",
        )
        yield f"{word}={queue.pop(0)}" if joins and queue else word

"""Images that can't be had: a name that is none, a tag that is not there, a registry that says no, never-pull."""

from collections.abc import Callable, Iterator

from kora.domain.findings import Care
from kora.domain.objects import ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import Container, all_containers, source, subject_of, where
from kora.operations.diagnose.fields import dig, namespace_of
from kora.operations.diagnose.graph import Graph
from kora.operations.diagnose.messages import Refusal, pull_refusal
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.repairs import Repair, previous_revision, replace_in_template, roll_back

PULLING = ("ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError", "SignatureValidationFailed")


@detector
def images(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Containers that wait for an image that does not come."""
    for container in all_containers(graph):
        judge = _JUDGES.get(container.waiting)
        if judge is None:
            continue
        cause, why = judge(container)
        repair = _repair(container)
        yield Candidate(
            cause=cause,
            subject=subject_of(graph, container.pod),
            detail=container.image,
            symptoms=(ObjectRef.of(container.pod),),
            summary=f"{where(graph, container.pod)} can't start: image {container.image} {why}.",
            evidence=(
                Evidence(source=f"status of {source(container.pod, container.name)}", text=_words(container)),
                *_pull_events(container),
                *_secret_evidence(container),
                *repair.evidence,
            ),
            verdict=repair.verdict,
            fix_command=repair.command,
        )


def _pulled(container: Container) -> tuple[str, str]:
    refusal = pull_refusal(_message(container))
    absent_secrets = _absent_pull_secrets(container)
    if refusal is Refusal.DENIED or (absent_secrets and refusal in (Refusal.UNREACHABLE, Refusal.OTHER)):
        named = f"; its pull secret {absent_secrets[0]} does not exist" if absent_secrets else ""
        return "ImagePullDenied", f"is refused by its registry{named}"
    if refusal is Refusal.UNREACHABLE:
        return "ImageNotFound", "is not on the node, and its registry can't be reached"
    return "ImageNotFound", "does not exist in its registry"


_JUDGES: dict[str, Callable[[Container], tuple[str, str]]] = {
    "ErrImageNeverPull": lambda _: (
        "ImageNeverPull",
        "is not on the node, and imagePullPolicy Never forbids to pull it",
    ),
    "InvalidImageName": lambda _: ("ImageNameInvalid", "is not a valid image name"),
} | dict.fromkeys(PULLING, _pulled)


def _message(container: Container) -> str:
    # The back-off message of older kubelets holds no reason; the event of the attempt before does.
    events = [each.get("message", "") for each in container.graph.events(container.pod, "Failed")]
    return " ".join([container.message, *(each for each in events if container.image in each)])


def _words(container: Container) -> str:
    return f"{container.waiting}: {container.message}"[:400]


def _pull_events(container: Container) -> Iterator[Evidence]:
    for event in container.graph.events(container.pod, "Failed"):
        message = event.get("message", "")
        if container.image in message and "rpc error" in message:
            yield Evidence(source=f"event {source(container.pod)}", text=message[:400])
            return


def _absent_pull_secrets(container: Container) -> list[str]:
    namespace = namespace_of(container.pod)
    named = [each.get("name", "") for each in dig(container.pod, "spec", "imagePullSecrets") or ()]
    if not container.graph.knows("Secret", namespace):
        told = " ".join(
            e.get("message", "") for e in container.graph.events(container.pod, "FailedToRetrieveImagePullSecret")
        )
        return [each for each in named if each in told]
    return [each for each in named if container.graph.find("Secret", namespace, each) is None]


def _secret_evidence(container: Container) -> Iterator[Evidence]:
    for name in _absent_pull_secrets(container):
        yield Evidence(source="secrets", text=f"imagePullSecrets names {name}, which does not exist in the namespace")


def _repair(container: Container) -> Repair:
    graph, pod = container.graph, container.pod
    workload = graph.top(pod)
    revision = previous_revision(graph, workload, pod)
    if revision is None:
        return roll_back(graph, pod)
    old = next(
        (
            each.get("image")
            for each in dig(revision.template, "spec", "containers") or ()
            if each["name"] == container.name
        ),
        None,
    )
    undo = roll_back(graph, pod)
    if revision.serving and old and old != container.image:
        fact = Evidence(source="revisions", text=f"revision {revision.number} serves with {old}")
        return Repair(Care.HEAL, undo.command or replace_in_template(workload, f"{container.path}/image", old), (fact,))
    return undo

"""What follows a deployment: how it is (`status`), what it says (`logs`), and taking it away (`down`)."""

from collections.abc import Callable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from kora.cluster.port import ClusterReader, ClusterWriter
from kora.domain.objects import Manifest, ObjectRef
from kora.helm.port import HelmEngine, Release
from kora.kit import clock
from kora.kit.errors import NotFound
from kora.operations.deploy.configuration import Application
from kora.operations.deploy.release_phases import MANAGED
from kora.operations.deploy.workloads import Row, fleeting_jobs, read_rows, workload_refs

INSTANCE = "app.kubernetes.io/instance"
_GONE_SECONDS = 90
_TAIL = 1000


class Status(BaseModel):
    """The health of one application."""

    model_config = ConfigDict(frozen=True)

    release: Release
    rows: tuple[Row, ...]
    restarts: dict[str, int]
    """By pod, those that restarted."""
    images: dict[str, tuple[str, ...]]
    """By workload."""

    @property
    def healthy(self) -> bool:
        """Everything is there and ready."""
        return self.release.status == "deployed" and all(each.done for each in self.rows)


def status(application: Application, reader: ClusterReader, helm: HelmEngine) -> Status:
    """Where the application stands.

    Raises:
        NotFound: it is not installed.
    """
    release = _installed(application, helm)
    manifests = helm.manifests(application.name, application.target)
    refs = workload_refs(manifests, application.target)
    pods = reader.list("v1", "Pod", application.target, labels=f"{INSTANCE}={application.name}")
    restarts = {each["metadata"]["name"]: _restarts(each) for each in pods}
    images = {
        f"{each['kind'].lower()}/{each['metadata']['name']}": _images(each) for each in manifests if _images(each)
    }
    return Status(
        release=release,
        rows=tuple(read_rows(reader, refs, fleeting_jobs(manifests))),
        restarts={name: count for name, count in restarts.items() if count},
        images=images,
    )


def _installed(application: Application, helm: HelmEngine) -> Release:
    release = helm.get(application.name, application.target)
    if release is None:
        raise NotFound(f"{application.name} is not installed in the namespace {application.target}.", fix="kora up")
    return release


def _restarts(pod: Manifest) -> int:
    return sum(int(each.get("restartCount", 0)) for each in (pod.get("status") or {}).get("containerStatuses") or [])


def _images(manifest: Manifest) -> tuple[str, ...]:
    template = (manifest.get("spec") or {}).get("template") or {}
    return tuple(each["image"] for each in (template.get("spec") or {}).get("containers") or [] if "image" in each)


def pods_of(application: Application, reader: ClusterReader, helm: HelmEngine, service: str | None) -> list[Manifest]:
    """The pods of one service (its workload is called so, or `<application>-<service>`), or of all.

    Raises:
        NotFound: not installed, or no such service; the message names those that there are.
    """
    _installed(application, helm)
    manifests = helm.manifests(application.name, application.target)
    refs = workload_refs(manifests, application.target)
    wanted = {service, f"{application.name}-{service}"}
    chosen = [each for each in refs if service is None or each.name in wanted]
    if not chosen:
        names = ", ".join(sorted(each.name for each in refs))
        raise NotFound(f"There is no service {service}; there are {names}.", fix="kora logs")
    found: dict[str, Manifest] = {}
    for ref in chosen:
        live = reader.get(ref)
        match = ((live or {}).get("spec") or {}).get("selector", {}).get("matchLabels") or {}
        selector = ",".join(f"{key}={value}" for key, value in sorted(match.items()))
        if selector:
            for pod in reader.list("v1", "Pod", application.target, labels=selector):
                found[pod["metadata"]["name"]] = pod
    return [found[name] for name in sorted(found)]


def logs(reader: ClusterReader, find_pods: Callable[[], Sequence[Manifest]], *, follow: bool) -> Iterator[str]:
    """Lines of the pods' logs, ``pod | text``. With `follow` it goes on, and takes up pods that come later; ends when
    the caller stops asking."""
    seen: dict[tuple[str, str], list[str]] = {}
    while True:
        for pod in find_pods():
            name, space = pod["metadata"]["name"], pod["metadata"]["namespace"]
            for container in pod["spec"]["containers"]:
                key = (name, container["name"])
                lines = reader.logs(space, name, container=container["name"], tail=_TAIL).splitlines()
                for line in _new_lines(seen.get(key, []), lines):
                    yield f"{name} | {line}"
                seen[key] = lines
        if not follow:
            return
        clock.sleep(1.0)


def _new_lines(before: Sequence[str], now: Sequence[str]) -> Sequence[str]:
    """What `now` has beyond `before`, where both are the last lines of one growing text."""
    for overlap in range(min(len(before), len(now)), 0, -1):
        if list(before[-overlap:]) == list(now[:overlap]):
            return now[overlap:]
    return now


class Down(BaseModel):
    """What was removed, and what stays."""

    model_config = ConfigDict(frozen=True)

    removed: tuple[str, ...]
    stays: tuple[str, ...]


def down(
    application: Application,
    reader: ClusterReader,
    writer: ClusterWriter,
    helm: HelmEngine,
    *,
    volumes: bool = False,
) -> Down:
    """Remove the application. Its volumes, secrets and namespace stay unless `volumes`: then they are deleted too, the
    namespace only when Kora made it and nothing else lives there. Twice is no error."""
    namespace = application.target
    removed: list[str] = []
    if helm.get(application.name, namespace) is not None:
        helm.uninstall(application.name, namespace)
        removed.append(f"release {application.name}")
        _wait_until_gone(application, reader)
    data = _data(application, reader)
    if volumes:
        for ref in data:
            writer.delete(ref)
            removed.append(str(ref))
        data = []
        if _is_ours_and_empty(namespace, reader):
            ref = _namespace(namespace)
            writer.delete(ref)
            removed.append(str(ref))
    stays = [str(each) for each in data]
    still = reader.get(_namespace(namespace))
    if still is not None and "deletionTimestamp" not in still["metadata"]:
        stays.append(f"namespace/{namespace}")
    return Down(removed=tuple(removed), stays=tuple(stays))


def _namespace(name: str) -> ObjectRef:
    return ObjectRef(api_version="v1", kind="Namespace", name=name)


def _wait_until_gone(application: Application, reader: ClusterReader) -> None:
    end = clock.monotonic() + _GONE_SECONDS
    while clock.monotonic() < end:
        if not reader.list("v1", "Pod", application.target, labels=f"{INSTANCE}={application.name}"):
            return
        clock.sleep(1.0)


def _data(application: Application, reader: ClusterReader) -> list[ObjectRef]:
    """Claims and secrets of the application that outlive a release."""
    label = f"{INSTANCE}={application.name}"
    found = [
        ObjectRef.of(each)
        for kind in ("PersistentVolumeClaim", "Secret")
        for each in reader.list("v1", kind, application.target, labels=label)
    ]
    if application.secrets is not None:
        ref = ObjectRef(api_version="v1", kind="Secret", namespace=application.target, name=application.secrets.name)
        if reader.get(ref) is not None and ref not in found:
            found.append(ref)
    return found


_INHABITANTS = (
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Secret"),
)


def _is_ours_and_empty(name: str, reader: ClusterReader) -> bool:
    namespace = reader.get(_namespace(name))
    labels = ((namespace or {}).get("metadata") or {}).get("labels") or {}
    if any(labels.get(key) != value for key, value in MANAGED.items()):
        return False
    return not any(
        "deletionTimestamp" not in each["metadata"]
        for api_version, kind in _INHABITANTS
        for each in reader.list(api_version, kind, name)
    )

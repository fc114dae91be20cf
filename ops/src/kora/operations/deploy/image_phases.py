"""The first phases of `kora up`: detect, check, build, load, prove. They change nothing in the cluster but images."""

from kora.images.context import content_tag
from kora.images.loaders import full_name
from kora.images.port import Loader
from kora.kit import clock
from kora.operations.deploy.checks import Level, Patient, examine, must_pass
from kora.operations.deploy.errors import ContextRefused, NotProven
from kora.operations.deploy.providers import recognise, schedulable
from kora.operations.deploy.surroundings import Course
from kora.operations.deploy.values import chart_of, values_of

_PROOF_TRIES, _PROOF_PAUSE = 6, 1.0  # a runtime tells of a new image within seconds


def detect(course: Course) -> str:
    """Say which kind of cluster it is and why; refuse what looks like production.

    Raises:
        ContextRefused: it does, and the context was not named.
    """
    given = course.given
    course.nodes = given.reader.list("v1", "Node")
    provider = recognise(course.nodes)
    course.provider = provider
    if provider.production and not given.options.context_named:
        raise ContextRefused(
            f"The cluster of the context {given.reader.context} looks like production: {provider.production}.",
            fix=f"kora up --context {given.reader.context}",
        )
    name = f" {provider.cluster!r}" if provider.cluster else ""
    return f"{provider.kind}{name}: {provider.why}"


def check(course: Course) -> str:
    """Look at machine and cluster; stop when something that this application needs is missing.

    Raises:
        Unavailable: names all that is missing, with one next command.
    """
    given, application = course.given, course.application
    assert course.provider is not None
    course.loader = given.make_loader(course.provider, given.engine, given.options.way)
    plain_volumes = application.chart is None and any(each.volume for each in application.services.values())
    checks = examine(
        Patient(
            reader=given.reader,
            engine=given.engine,
            helm_name=f"{given.helm.name}, {given.helm_reason}" if given.helm_reason else given.helm.name,
            provider=course.provider,
            nodes=course.nodes,
            namespace=course.namespace,
            builds=bool(application.built),
            needs_storage=plain_volumes,
            program=course.loader.program,
        )
    )
    for each in checks:
        if each.level is not Level.FINE:
            course.tell(f"{each.name}: {each.said}" + (f" (next: {each.next})" if each.next else ""))
    must_pass(checks)
    weak = [each.name for each in checks if each.level is Level.WEAK]
    said = f"{len(checks) - len(weak)} of {len(checks)} fine, Helm through {given.helm.name}"
    return said + (f"; do without: {', '.join(weak)}" if weak else "")


def build(course: Course) -> str:
    """Name each image by its content, and build those that the engine does not hold under that name yet.

    Raises:
        BuildFailed, Misconfigured.
    """
    application, engine = course.application, course.given.engine
    assert course.loader is not None
    made: list[str] = []
    for service, wanted in application.built.items():
        context = (application.folder / wanted.context).resolve()
        dockerfile = context / wanted.dockerfile
        tag = content_tag(context, dockerfile, wanted.arguments, wanted.target)
        name = f"{application.name}-{service}:{tag}"
        image = engine.inspect(name)
        if image is None:
            course.tell(f"building {name}", service=service)
            image = engine.build(
                context,
                dockerfile,
                name,
                wanted.arguments,
                target=wanted.target,
                line=lambda said: course.tell(said, output=True),
            )
            made.append(service)
        course.local[service], course.images[name] = name, image
        course.references[service] = course.loader.reference(name)
    if made:
        course.worked.add("build")
    known = [name for name in application.built if name not in made]
    parts = (("built", made), ("unchanged", known))
    return "; ".join(f"{word} {', '.join(names)}" for word, names in parts if names) or "no image of our own"


def load(course: Course) -> str:
    """Bring to the nodes what they lack: our images, and foreign ones that the release uses and the engine holds.

    Raises:
        LoadFailed, Unavailable.
    """
    loader, engine = course.loader, course.given.engine
    assert loader is not None
    foreign = []
    for reference in _foreign(course):
        image = engine.inspect(reference)
        if image is not None:
            course.images[reference] = image
            foreign.append(reference)
    lacking = [name for name in [*course.local.values(), *foreign] if not _is_there(course, loader, name)]
    for name in lacking:
        course.tell(f"{loader.name}: {name}", image=name)
        loader.load(name)
    if lacking:
        course.worked.add("load")
    return f"{loader.name}: {', '.join(lacking)}" if lacking else "every node has every image"


def _foreign(course: Course) -> list[str]:
    """Images in the release that are not ours. Rendered with the names that are known now; nothing is installed."""
    course.chart = str(chart_of(course.application))
    values = values_of(course.application, course.references)
    manifests = course.given.helm.render(course.chart, course.application.name, course.namespace, values)
    ours = set(course.references.values())
    found: dict[str, None] = {}
    for manifest in manifests:
        pod = _pod_of(manifest)
        for group in ("initContainers", "containers"):
            for container in pod.get(group) or []:
                if container.get("image") not in ours:
                    found[container["image"]] = None
    return list(found)


def _pod_of(manifest: dict) -> dict:  # type: ignore[type-arg]
    spec = manifest.get("spec") or {}
    if manifest["kind"] == "Pod":
        return dict(spec)
    if manifest["kind"] == "CronJob":
        spec = (spec.get("jobTemplate") or {}).get("spec") or {}
    return dict((spec.get("template") or {}).get("spec") or {})


def _is_there(course: Course, loader: Loader, name: str) -> bool:
    """Whether each node has this very image already."""
    accepted = course.images[name].accepted
    ids = loader.ids(name)
    if ids is not None:
        return bool(ids) and all(each is not None and each in accepted for each in ids.values())
    wanted = full_name(loader.reference(name))
    if loader.reference(name) != name:  # in a registry: the engine knows what was pushed
        repository = loader.reference(name).rpartition(":")[0]
        return any(each.startswith(f"{repository}@") for each in course.images[name].digests)
    holders = [node for node in schedulable(course.nodes) if wanted in _names(node)]
    return bool(holders) and len(holders) == len(schedulable(course.nodes))


def _names(node: dict) -> set[str]:  # type: ignore[type-arg]
    images = (node.get("status") or {}).get("images") or []
    return {full_name(name) for each in images for name in each.get("names") or []}


def prove(course: Course) -> str:
    """Hold each node's image against the one that was built, by id.

    Raises:
        NotProven: names the node and says what it holds instead.
    """
    loader = course.loader
    assert loader is not None
    proven: set[str] = set()
    later: list[str] = []
    for name in course.local.values():
        nodes = _prove_one(course, loader, name)
        if nodes is None:
            later.append(name)
        else:
            proven |= nodes
    if later:
        return f"{loader.name} cannot ask the nodes; the running pods will tell"
    places = "every node" if "*" in proven else ", ".join(sorted(proven)) or "no image of our own"
    return f"{len(course.local)} image ids equal on {places}"


def _prove_one(course: Course, loader: Loader, name: str) -> set[str] | None:
    accepted = course.images[name].accepted
    for attempt in range(_PROOF_TRIES):
        ids = loader.ids(name)
        if ids is None:
            return None
        wrong = {node: found for node, found in ids.items() if found not in accepted}
        if ids and not wrong:
            return set(ids)
        if any(wrong.values()) and attempt == 0:
            accepted |= course.given.engine.identities(name)
            continue
        clock.sleep(_PROOF_PAUSE)
    node, found = next(iter(wrong.items()), ("?", None))
    why = f"holds {found[:19]}… under that name" if found else "does not hold it"
    raise NotProven(
        f"{name} is {course.images[name].id[:19]}… here, but the node {node} {why}.",
        fix=f"remove the image {full_name(name)} from the node {node}, then: kora up",
    )

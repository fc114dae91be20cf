# ruff: noqa: PERF401 - a pattern is read as one line
"""Workloads: pods and everything that makes pods."""

import re
from typing import Any

from kora.language.creation.containers import KNOWN_IMAGES, read_container
from kora.language.creation.metadata import is_name, read_labels
from kora.language.creation.placement import read_node_selector, read_placement
from kora.language.creation.plain import begins_more
from kora.language.creation.scan import Scan, number, seconds
from kora.language.creation.schedules import read_schedule
from kora.language.creation.security import read_security
from kora.language.creation.volumes import read_claim_templates
from kora.language.intents import ContainerSpec, MountSpec

_CONTAINER_HEAD = re.compile(
    r"(?:(?<=[\s(.:;,])|^)(?:\(?\d[.)]\s*)?(?:and |with |plus |add |include |has |have )*"
    r"(?P<det>an?|one|another|the|first|second|third|other|1|its)?\s*"
    r"(?:(?P<role>init|side-?car|main|primary|logging|helper|proxy|app(?:lication)?)[ -]?)?"
    r"(?:"
    r"containers?(?:\s+\d)?,?\s+(?:is )?(?:named|called)\s+[\"'`]?(?P<after>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[\"'`]?(?![\w-])"
    r"|[\"'`](?P<quoted>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[\"'`]\s+(?:(?P<role3>init|side-?car)[ -]?)?container"
    r"|(?P<before>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\s+(?:(?P<role4>init|side-?car)[ -]?)?container(?!\s*(?:port|image|s\b|named|called))"
    r"|container\s+[\"'`](?P<follow>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[\"'`]"
    r"|(?:(?<=one )|(?<=another )|(?<=other )|(?<=second )|(?<=first ))(?:is )?(?:named|called)\s+[\"'`]?(?P<one>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[\"'`]?(?![\w-])"
    r"|(?P<alone>(?:init|side-?car)[ -]?container|(?<=sidecar )container)"
    r")",
    re.IGNORECASE,
)
_NOT_CONTAINER = frozenset(
    [
        "init",
        "sidecar",
        "the",
        "a",
        "an",
        "first",
        "second",
        "third",
        "other",
        "main",
        "single",
        "one",
        "each",
        "every",
        "both",
        "all",
        "two",
        "three",
        "multi",
        "docker",
        "container",
        "named",
        "and",
        "with",
        "this",
        "that",
        "per",
        "same",
        "its",
        "new",
        "logging",
        "linux",
        "of",
        "to",
        "in",
        "on",
    ]
)
_SCHEDULING_POLICY = {"onfailure": "OnFailure", "never": "Never", "always": "Always"}


def read_workload(scan: Scan, kind: str) -> dict[str, Any]:
    """The slots of a `Create` for a workload, its labels among them."""
    fields: dict[str, Any] = {}
    read_node_selector(scan, fields)
    labels = read_labels(scan)
    if kind == "CronJob":
        schedule = read_schedule(scan)
        if schedule is not None:
            fields["schedule"] = schedule
        _read_cron_fields(scan, fields)
    if kind in {"Job", "CronJob"}:
        _read_job_fields(scan, fields)
    replicas = _read_replicas(scan)
    _read_pod_fields(scan, fields)
    _read_update_fields(scan, fields, kind)
    templates: tuple[MountSpec, ...] = ()
    if kind == "StatefulSet":
        templates = read_claim_templates(scan)
        later = (
            scan.take(r"(?:(?:with|and|using|of|the) )*storage ?-?class(?: ?name)?<is><name:class>")
            if len(templates) == 1
            else None
        )
        if later is not None:
            templates = (templates[0].model_copy(update={"storage_class": later["class"]}),)
        _read_set_service(scan, fields)
    containers = _read_containers(scan, fields)
    if templates:
        first = containers[0]
        containers[0] = first.model_copy(update={"mounts": (*templates, *first.mounts)})
    return {"fields": fields, "replicas": replicas, "containers": tuple(containers), "labels": labels}


def _read_set_service(scan: Scan, fields: dict[str, Any]) -> None:
    """The governing Service: to be made ("a headless service on port 6379"; it is called as the set is unless it is
    named), or only named ("with the headless service db")."""
    port = r"(?:(?:,| on| with| at| exposing| for| using| its)* ?ports? ?:? ?(?P<port>\d{2,5}))?"
    made = r"(?:with |and )?(?:an?|its own|create an?) (?:headless |governing )+service"
    wanted = scan.take(
        rf"{made} (?:named |called )?(?!(?:on|with|at|for|using|exposing|and|in|its)\b)<name:service>{port}",
        rf"{made}{port}",
    )
    if wanted is not None:
        named = wanted.groupdict().get("service")
        fields["service_wanted"] = True
        if named and is_name(named):
            fields["service_name"] = named
        if wanted["port"]:
            fields["service_port"] = int(wanted["port"])
        return
    service = scan.take(
        r"(?:with |and |using |governed by |use )?<the>(?:headless |governing )?service ?-?name\b<is><name:service>",
        r"(?:with |and |using |governed by |through |behind |, )*<the>(?:headless |governing )service (?:named |called )?<name:service>",
    )
    if service is not None:
        fields["service_name"] = service["service"]


def _read_replicas(scan: Scan) -> int | None:
    found = scan.take(
        r"(?:with |and |have |has |having |run(?:ning)? |set |use |scaled? to )*<the>(?:spec\.)?(?:replicas?|replica count|number of replicas)<is><num:n>",
        r"(?:with |and |have |has |having |run(?:ning)? |use |scaled? to |should |exactly |maintain |of )*<the><num:n> (?:identical |running |nginx |pod )?(?:replicas?|instances?|copies|pods|members|nodes)",
        r"(?:with |at |scaled? to |and )+<num:n>(?= ?(?:,|;|\.|$)) ?",
    )
    if found is None:
        found = scan.take(r"(?:a )?single (?:replica|instance|copy)")
        return None if found is None else 1
    return number(found["n"])


def _read_cron_fields(scan: Scan, fields: dict[str, Any]) -> None:
    for slot, pattern in {
        "successful_history": r"(?:keep(?:ing)?|retain(?:ing)?|with|and|of|the|last) ?(?:the )?(?:last )?<num:n> (?:successful|completed)(?: jobs?| runs?| history)*|(?:and |with )?successful ?jobs? ?history ?limit<is><num:n2>",
        "failed_history": r"(?:keep(?:ing)?|retain(?:ing)?|with|and|of|the|last)? ?(?:the )?(?:last )?<num:n> failed(?: jobs?| runs?| history)*|(?:and |with )?failed ?jobs? ?history ?limit<is><num:n2>",
        "starting_deadline": r"(?:with |and )?<the>starting ?deadline(?: ?seconds)?<is><num:n>(?: ?s(?:econds)?)?|<num:n2>[ -]seconds? starting deadline",
    }.items():
        found = scan.take(pattern)
        if found is not None:
            fields[slot] = number(found["n"] or found["n2"])
    found = scan.take(r"(?:with |and )?<the>concurrency ?policy<is>(?P<policy>forbid|allow|replace)")
    if found is not None:
        fields["concurrency"] = found["policy"].capitalize()
    elif scan.take(
        r"(?:(?:it|jobs|runs|which|that|and|but) )*(?:must not|should not|shouldn't|don't|do not|never|no|without|not) (?:be )?(?:allowed to )?(?:overlap(?:ping)?|concurrent|run concurrently|run in parallel|allow(?:ing)? (?:overlapping|concurrent))(?: (?:runs?|jobs?|executions?))?|forbid(?:ding)? (?:concurrent|overlapping)(?: (?:runs?|jobs?|executions?))?"
    ):
        fields["concurrency"] = "Forbid"
    zone = scan.take(
        r"(?:in (?:the )?)?time ?zone<is>(?P<zone>[A-Z][A-Za-z]+(?:/[A-Za-z_]+)*)",
        r"(?:in (?:the )?)?(?P<zone>(?-i:UTC|[A-Z][a-z]+/[A-Z][A-Za-z_]+))(?: time ?zone| time)?",
    )
    if zone is not None:
        fields["time_zone"] = zone["zone"]
    if scan.take(r"(?:it |and )*(?:suspended|paused)(?: initially| at first)?|suspend ?[:=] ?true"):
        fields["suspend"] = True


_JOB_NUMBERS: dict[str, tuple[str, ...]] = {
    "backoff_limit": (
        r"(?:limit\w* )?<the>(?:number of )?(?:back-?off|retry|retries)(?: ?-?limit)?<is><num:n>(?: (?:retries|times|attempts?))?",
        r"<num:n> (?:retries|retry attempts?|re-?attempts?|attempts?)",
        r"retr(?:y|ied|ies|ying)(?: \w+){0,4}? <num:n>(?: (?:times?|attempts?))?",
        r"(?:limit|number)(?: of)?(?: \w+){0,3}? retries(?: \w+){0,5}? <num:n>(?: attempts?| times)?",
    ),
    "completions": (
        r"completions?<is><num:n>",
        r"<num:n>(?: (?:successful|total|required))* (?:completions?|successes|times (?:successfully|in total)|runs? in total)",
        r"(?:complete|succeed|run|finish)s?(?: successfully)? <num:n> times(?: in total)?",
        r"<num:n> (?:pods? )?(?:to )?(?:complete|succeed|finish)(?: successfully)?",
    ),
    "parallelism": (
        r"(?:parallelism|concurrency)<is><num:n>",
        r"<num:n>(?: (?:pods?|of them|workers?|instances?|tasks?|running|parallel|concurrent))*(?: running| run)? (?:at a time|at once|at the same time|in parallel|concurrently|simultaneously|parallel)(?: pods?)?(?: at a time| at once)?",
        r"<num:n> (?:parallel|concurrent)(?: pods?| workers?| runs?)?(?: at a time| at once)?",
    ),
}
_JOB_TIMES: dict[str, tuple[str, ...]] = {
    "ttl": (
        r"ttl(?: ?-?seconds ?-?after ?-?finished)?(?: to| of| is| at|[:=])* ?<dur:n>",
        r"(?:clean(?:ed|s)?(?: itself)? up|deleted?s?|removed?s?|garbage[- ]collected|disappears?|vanish(?:es)?|kept|keep)(?: it| itself| automatically| them| the job| up| only| for)* ?(?:after|for|within)? ?<dur:n>(?: (?:after|once|when|following)(?: it| the job)*(?: is| has| has been)? (?:finish\w*|complet\w*|done|ended|ending|ends))?",
        r"<dur:n> after (?:it|the job|completion|finishing)(?: has| is)? ?(?:finish\w*|complet\w*|done|ended|ends)?",
    ),
    "deadline": (
        r"active ?-?deadline(?: ?-?seconds)?(?: to| of| is| at|[:=])* ?<dur:n>",
        r"(?:deadline|time ?-?limit|time ?out|max(?:imum)? (?:run ?time|duration))(?: to| of| is| at|[:=])* ?<dur:n>",
        r"(?:terminat|kill|stop|abort|cancel|fail)\w*(?: (?:it|the job|automatically|by kubernetes|itself))* (?:after|if|when|once)(?: (?:it|the job|running|runs?|takes?|lasts?|has|not|finished|is|still|exceeds|exceeding|for|longer|more|than|over|after|still running))* ?<dur:n>(?: to (?:execute|run|finish|complete))?",
        r"(?:finish|complete|end|done|run|take|last)\w*(?: (?:within|in|under|for|at most|no longer than|no more than|less than|longer than|more than))+ <dur:n>",
    ),
}


def _read_job_fields(scan: Scan, fields: dict[str, Any]) -> None:
    for times, table in ((False, _JOB_NUMBERS), (True, _JOB_TIMES)):
        for slot, patterns in table.items():
            found = scan.take(*patterns)
            if found is not None:
                fields[slot] = seconds(found["n"]) if times else number(found["n"])
    scan.take(
        r"(?:auto(?:matically)?-?)?(?:cleaned up|removed|deleted)(?: automatically)?(?: after(?:wards)?(?: it| the job)?(?: is| has)? ?(?:completion|finish\w*|complet\w*|done)?)?"
    ) if "ttl" in fields else None
    scan.take(r"after (?:completion|it (?:is done|finish\w+|complet\w+)|finishing)") if "ttl" in fields else None
    if scan.take(r"(?:completion ?-?mode<is>indexed|indexed(?: completion)?(?: mode)?(?: jobs?)?)"):
        fields["indexed"] = True


def _read_pod_fields(scan: Scan, fields: dict[str, Any]) -> None:
    found = scan.take(
        r"(?:with |and |use |using |under |as |running |it |should |runs? )*<the>service ?-?account(?: name)?<is>(?:named |called )?<name:account>",
        r"(?:with |use |uses |using |under |as |running |runs? )+<the><name:account> service ?-?account",
    )
    if found is not None:
        fields["service_account"] = found["account"]
    found = scan.take(
        r"(?:with |and |using )*<the>restart ?-?policy<is>[\"'`]?(?P<policy>on ?failure|never|always)[\"'`]?"
    )
    if found is not None:
        fields["restart_policy"] = _SCHEDULING_POLICY[found["policy"].lower().replace(" ", "")]
    elif scan.take(
        r"(?:never|not|doesn't|don't|must not|shouldn't|won't) (?:be )?restart(?:ed|s|ing)?(?: (?:pods?|it|itself|containers?|them))?(?: (?:on|upon|after|when it) (?:failures?|errors?|fails?|exits?|finish\w*))?|(?:without|no) restart(?:s|ing)?(?: on failures?)?|(?:only |just )+(?:runs? )?(?:once|a single time|one time)|runs? (?:only )?(?:once|a single time|one time)|no restarts?"
    ):
        fields["restart_policy"] = "Never"
    elif scan.take(r"restart(?:ed|s)?(?: only)? (?:on|upon|after) (?:failures?|errors?)"):
        fields["restart_policy"] = "OnFailure"
    elif scan.take(r"always (?:be )?restart(?:ed|s|ing)?|restart(?:ed|s)? always"):
        fields["restart_policy"] = "Always"
    found = scan.take(
        r"(?:with |and |using )*<the>priority ?class(?: ?name)?<is>(?:named |called )?<name:priority>",
        r"(?:with |using )<the><name:priority> priority ?class",
    )
    if found is not None:
        fields["priority_class"] = found["priority"]
    read_placement(scan, fields)
    grace = scan.take(
        r"(?:with |and )*<the>(?:termination ?)?grace ?period(?: ?seconds)?<is><dur:n>",
        r"<the><dur:n> (?:termination )?grace period",
        r"<dur:n> (?:to (?:shut down|stop|terminate|exit|finish))(?: gracefully| cleanly)?",
    )
    if grace is not None:
        fields["grace_seconds"] = seconds(grace["n"])
    read_security(scan, fields)
    if scan.take(r"<the>host(?:'s)? ?network(?:ing)?(?: namespace)?(?: ?[:=] ?true| enabled)?"):
        fields["host_network"] = True
    if scan.take(r"<the>host(?:'s)? ?pid(?: namespace)?(?: ?[:=] ?true| enabled)?"):
        fields["host_pid"] = True
    if scan.take(r"<the>host(?:'s)? ?ipc(?: namespace)?(?: ?[:=] ?true| enabled)?"):
        fields["host_ipc"] = True
    pulls = scan.take_all(
        r"<the>image ?-?pull ?-?secrets?(?: name)?<is>(?:named |called )?<name:pull>",
        r"<the><name:pull> (?:as (?:the |an )?)?image ?-?pull ?-?secret",
        r"pull(?:s|ed|ing)?(?: the images?| its images?| images?| it)? (?:with|using|via|through) <the>(?:registry )?(?:secret|credentials?)(?: secret)?<is><name:pull>(?: secret)?",
        r"(?:registry|pull) (?:secret|credentials?)<is><name:pull>",
    )
    if pulls:
        fields["pull_secrets"] = list(dict.fromkeys(each["pull"] for each in pulls))


def _read_update_fields(scan: Scan, fields: dict[str, Any], kind: str) -> None:
    if kind not in {"Deployment", "StatefulSet", "DaemonSet"}:
        return
    if scan.take(
        r"(?:with |and |using |use )*<the>(?:(?:update |deployment |rollout )?strategy<is>)?(?:type )?recreate(?: strategy)?"
    ):
        fields["strategy"] = "Recreate"
    rolling = scan.take(
        r"(?:with |and |using |use )*<the>(?:(?:update |deployment |rollout )?strategy<is>)?(?:type )?rolling ?-?updates?(?: strategy)?"
    )
    if rolling is not None:
        fields["strategy"] = "RollingUpdate"
    for slot, pattern in (
        (
            "max_unavailable",
            r"(?:never|at most|no more than|not|only|maximum)(?: \w+){0,3}? (?:more than )?(?P<n>\d+%|\d+|one|two|three)(?: (?:pods?|replicas?|of them|instances?))?(?: \w+){0,2}? (?:down|unavailable|missing|offline)(?: at (?:a time|once|any time|the same time))?",
        ),
        (
            "max_surge",
            r"(?P<n>\d+%|\d+|one|two|three) (?:extra|additional|more|surge)(?: pods?| replicas?| instances?)?",
        ),
        ("max_unavailable", r"(?P<n>\d+%|\d+|zero|no) (?:unavailable|down)(?: pods?| replicas?)?"),
    ):
        found = scan.take(pattern)
        if found is not None and slot not in fields:
            fields[slot] = found["n"] if found["n"].endswith("%") else 0 if found["n"] == "no" else number(found["n"])
    if "max_unavailable" not in fields and scan.take(
        r"(?:with(?:out)? (?:any )?|zero[- ]|no )down ?-?time(?: rollouts?| rolling updates?| updates?| deployments?)?"
    ):
        fields["max_unavailable"] = 0
    scan.take(r"(?:the |each |every |a )?(?:rollout|rolling update|update)s?") if {
        "max_surge",
        "max_unavailable",
    } & set(fields) else None
    for slot, word in (("max_surge", r"max(?:imum)? ?-?surge"), ("max_unavailable", r"max(?:imum)? ?-?unavailable")):
        found = scan.take(rf"(?:with |and )*<the>{word}<is>(?P<n>\d+%?)(?!\w)")
        if found is not None:
            fields[slot] = found["n"] if found["n"].endswith("%") else int(found["n"])
    found = scan.take(
        r"(?:with |and |keep(?:ing)? )*<the>revision ?history ?limit<is><num:n>", r"min ?ready ?seconds<is><num:ready>"
    )
    if found is not None:
        groups = found.groupdict()
        fields["revision_history" if groups.get("n") else "min_ready_seconds"] = number(
            groups.get("n") or groups["ready"]
        )


# --- several containers ---------------------------------------------------------------------------------------------


def _read_containers(scan: Scan, fields: dict[str, Any]) -> list[ContainerSpec]:
    shared = _read_shared_volume(scan)
    waits = _read_waits(scan)
    parts = _container_parts(scan)
    declared = scan.take(
        r"(?:(?:with|has|have|having|containing|contains|running|runs|that|which|it|should|and|the|following) )*<num:n> containers?(?: in it| inside)?"
    )
    if not parts:
        spec = read_container(scan)
        images = [spec]
        if declared is not None and number(declared["n"]) > 1:
            images += _further_images(scan)
            if len(images) != number(declared["n"]):
                fields["containers_said"] = number(declared["n"])
        return images
    containers = [read_container(part, name=name, init=role == "init") for name, role, part in parts]
    sidecars = [name or "sidecar" for name, role, _ in parts if role == "native-sidecar"]
    if sidecars:
        fields["sidecars"] = sidecars
    for name, _, part in parts:
        _read_log_reading(part, name, containers, shared, fields)
        fields.setdefault("left", []).extend(part.left())
    pod_level = (
        read_container(scan)
        if scan.peek(r"image") or len(containers) == 1 or all(each.init for each in containers)
        else None
    )
    if pod_level is not None and pod_level.image:
        containers.insert(0, pod_level)
    if shared is not None:
        fields["shared_volume"] = shared
    if waits:
        fields["waits"] = [list(pair) for pair in waits]
    if not fields.get("left"):
        fields.pop("left", None)
    return containers


def _further_images(scan: Scan) -> list[ContainerSpec]:
    from kora.language.creation.containers import read_image

    found: list[ContainerSpec] = []
    while (image := _one_more(scan, read_image)) is not None:
        found.append(ContainerSpec(image=image))
    return found


def _one_more(scan: Scan, read_image: Any) -> str | None:
    image = read_image(scan)
    if image is not None:
        return str(image)
    found = scan.take(
        r"(?:and|,|another|one|other) ?(?:and |another |one |other |running |using |with |the )*(?P<image>[a-z][\w./-]*(?::[\w][\w.-]*\w|:\w)|nginx|busybox|redis|alpine|httpd|memcached|mysql|postgres|consul)(?= ?(?:,|;|\.|$|and|container|image))(?: image| container)?"
    )
    return None if found is None else found["image"]


def _container_parts(scan: Scan) -> list[tuple[str | None, str, Scan]]:
    """The text of each container that is told apart; what is said later about "the NAME container" joins its part."""
    marks: list[tuple[int, int, str | None, str]] = _listed_containers(scan)
    for found in _CONTAINER_HEAD.finditer(scan.rest) if not marks else ():
        groups = found.groupdict()
        name = groups["one"] or groups["after"] or groups["quoted"] or groups["before"] or groups["follow"]
        role = (
            (
                groups["role"]
                or groups["role3"]
                or groups["role4"]
                or (
                    "init"
                    if (groups["alone"] or "").lower().startswith("init")
                    else "sidecar"
                    if groups["alone"]
                    else ""
                )
            )
            .lower()
            .replace("-", "")
        )
        if groups["before"] and (groups["before"].lower() in _NOT_CONTAINER or not is_name(groups["before"])):
            if groups["before"].lower() not in {"init", "sidecar"}:
                continue
            name, role = None, groups["before"].lower()
        before = scan.text[max(0, found.start() - 24) : found.start()].lower()
        if groups["before"] and re.search(r"\b(?:image|using|uses)\s*$", before):
            continue
        marks.append(
            (found.start(), found.end(), name, "init" if role == "init" else "sidecar" if role == "sidecar" else "")
        )
    known = {name for _, _, name, _ in marks if name}
    if len(known) < 2 and not any(role for *_, role in marks) and len(marks) < 2:
        return _single_named(scan, marks)
    parts: dict[tuple[str | None, str], Scan] = {}
    order: list[tuple[str | None, str]] = []
    ends = [mark[0] for mark in marks[1:]] + [len(scan.rest)]
    pieces = []
    for (start, end, name, role), stop in zip(marks, ends, strict=True):
        if name is None:
            inner = re.compile(
                r"[\s,]*(?:named |called )[\"'`]?(?P<name>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[\"'`]?"
            ).match(scan.rest, end)
            if inner is not None:
                name, end = inner["name"], inner.end()
        stop = _pod_level_after(scan, end, stop)
        pieces.append((start, end, stop, name, role))
    for start, end, stop, name, role in pieces:
        scan.claim(start, end)
        part = scan.part(end, stop)
        key = next((each for each in order if each[0] == name and name is not None), (name, role))
        if key in parts:
            joined = Scan(parts[key].text + " . " + part.text)
            joined.rest = parts[key].rest + " . " + part.rest
            parts[key] = joined
        else:
            parts[key] = part
            order.append(key)
    return [(name, role, parts[(name, role)]) for name, role in order]


_LISTED = re.compile(
    r"(?:(?<=[:;,(])\s*|(?<=\.)\s+|(?<=\band)\s+|(?<=\bone)\s+|^\s*|\n\s*)(?:\(?\d[.)]\s*)?(?:and\s+|one\s+|a\s+|an\s+|the\s+|first\s+|second\s+|another\s+)*[\"'`]?(?P<name>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[\"'`]?"
    r"(?=\s*(?:\((?:image\s*:?\s*)?|:\s*|=\s*|,?\s*(?:which\s+|that\s+)?(?:uses?|using|runs?|running|with|based on|from|has|is)\s+(?:the\s+)?(?:container\s+|docker\s+)?(?:image\s*:?\s*)?)[\"'`]?(?:[a-z0-9][\w./-]*:[\w][\w.-]*|[a-z0-9][\w.-]*/[\w./-]*\w|(?:"
    + KNOWN_IMAGES
    + r")\b))",
    re.IGNORECASE,
)


def _listed_containers(scan: Scan) -> list[tuple[int, int, str | None, str]]:
    """``two containers: app using x:1 and logger using y:2``, where the word container isn't said again."""
    opening = re.search(r"\bcontainers\b\s*(?:inside\s*|in it\s*)?[:,(-]", scan.rest, re.IGNORECASE)
    if opening is None:
        return []
    marks = [
        (found.start("name") - (scan.rest[found.start("name") - 1] in "\"'`"), found.end(), found["name"], "")
        for found in _LISTED.finditer(scan.rest, opening.end() - 1)
        if is_name(found["name"])
        and found["name"].lower() not in _NOT_CONTAINER
        and not begins_more(found["name"])
        and found["name"].lower() not in {"image", "command", "port", "args", "volume", "env"}
    ]
    return marks if len(marks) > 1 else []


def _single_named(scan: Scan, marks: list[tuple[int, int, str | None, str]]) -> list[tuple[str | None, str, Scan]]:
    if len(marks) == 1 and marks[0][2] is not None:
        start, end, name, role = marks[0]
        scan.claim(start, end)
        whole = Scan(scan.text)
        whole.rest = scan.rest
        scan.claim(0, len(scan.rest))
        return [(name, role, whole)]
    return []


_POD_LEVEL = re.compile(
    r"(?:(?<=\.)\s+|(?<=;)\s*|\n\s*)(?=(?:the pod|both|all|the containers|they|it should|pod |add |set |use an?|label|the deployment|with labels|call |name (?:it|the)|make sure|ensure|share|a shared|each of|these|the (?:shared )?volume|the (?:directory|folder|path)|the job|the cron|the daemon|the stateful)\b)", re.IGNORECASE)  # fmt: skip


def _pod_level_after(scan: Scan, start: int, stop: int) -> int:
    found = _POD_LEVEL.search(scan.rest, start, stop)
    return stop if found is None else found.start()


def _read_shared_volume(scan: Scan) -> dict[str, str] | None:
    lead = r"(?:(?:the|both|all|two|three|these|containers?|they|should|must|will|each|and|with|that|which|pod) )*"
    volume = r"(?P<kind>(?:an? )?(?:shared )?(?:empty ?-?dir )?volumes?)"
    at = r"(?:,? ?(?:mounted |and |mount it |which is |is |in both |in each |in all )*(?:at|on|under|to)(?: the)?(?: mount)?(?: path| directory| folder)? <path:path>(?: (?:in|of|for) (?:both|all|each|the two)(?: containers?| of them)?)?)?"
    for pattern in (
        rf"<the>(?:directory |folder |path )?<path:path> (?:directory |folder )?(?:\\w+ ){{0,2}}?(?:shared|persistent|available|accessible|common) (?:between|across|by|for|to|in|among) <the>(?:both |two |all )*containers(?:,? (?:using|with|via|through|by|on) <the>{volume}(?:,? (?:named|called) <name:volume>)?)?",
        rf"{lead}(?:share|sharing|mount|mounting) <the>(?:same )?{volume}(?: named| called)? <name:volume>{at}",
        rf"{lead}(?:share|sharing|mount|mounting) <the>(?:same )?<name:volume> (?:empty ?-?dir )?volume{at}",
        rf"(?:(?:with|and|using|use|through|via) )*(?:an? )?shared (?:empty ?-?dir )?volume(?: named| called)? <name:volume>{at}",
        rf"{lead}(?:share|sharing|mount|mounting) <the>(?:same )?(?:empty ?-?dir(?: volume)?|volume){at}",
        rf"(?:(?:with|and|using|use|through|via) )*(?:an? )?shared (?:empty ?-?dir(?: volume)?|volume){at}",
    ):
        found = scan.peek(pattern)
        if found is None or (found.groupdict().get("volume") and not is_name(found["volume"])):
            continue
        before = scan.text[: found.start()].rstrip()
        if re.search(r"\b(?:shar\w+|both|all|each|containers|common)\b", found.group(), re.IGNORECASE) is None and not (
            re.search(r"(?:\b(?:both|all|containers|they|each)\b[^.]*)$", before[-60:], re.IGNORECASE)
        ):
            continue  # one container alone mounts it
        scan.claim(*found.span())
        shared = {"name": found.groupdict().get("volume") or "shared"}
        if found["path"]:
            shared["path"] = found["path"]
        written = scan.take(
            r"(?:where|to which|into which|in which|so that|and) <the><name:writer>(?: container)? (?:writes?|stores?|puts?|saves?) (?:its |the )?(?:access |error )?logs?"
        )
        if written is not None:
            shared["logs_of"] = written["writer"]
        return shared
    return None


def _read_waits(scan: Scan) -> list[tuple[str, str]]:
    """``the A container should start only after the B container is ready`` → (A, B)."""
    found = []
    for each in scan.take_all(
        r"(?:and )?<the><name:late>(?: container)? (?:(?:should|must|may|will|has to|can|is to|to) )?(?:only )?(?:start|starts|begin|run|be started|wait)s?(?: only| until| for)?(?: once| after| when| until| for)? <the><name:early>(?: container)?(?: (?:is|has|becomes|to be|has become|are)? ?(?:ready|started|up|running|up and running|available|healthy))(?: and (?:ready|running))?"
    ):
        found.append((each["late"], each["early"]))
    return found


_LOG_FILES = {
    "nginx": ("/var/log/nginx", "access.log"),
    "httpd": ("/usr/local/apache2/logs", "access_log"),
}
"""Where known images write logs: folder and file of the requests."""


def _read_log_reading(
    part: Scan, name: str | None, containers: list[ContainerSpec], shared: dict[str, str] | None, fields: dict[str, Any]
) -> None:
    found = part.take(
        r"(?:that |which |and |to |it |should |will )*(?:monitors?|tails?|reads?|follows?|watch(?:es)?|streams?|prints?|ships?|process(?:es)?|collects?|forwards?)(?:ing)? <the>(?:(?P<whose>\w+)(?:'s)? )?(?:container'?s? )?(?P<which>access |error )?logs?(?: files?)?(?: (?:from|of) <the>(?:<name:whom>)(?: container)?)?(?: (?:from|in|on|via|through) <the>(?:shared |same )?volume)?"
    )
    if found is None:
        return
    fields.setdefault("log_readers", []).append(
        {"reader": name, "of": found["whose"] or found["whom"], "which": (found["which"] or "").strip().lower()}
    )

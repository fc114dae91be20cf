# ruff: noqa: PERF401 - a pattern is read as one line
"""Workloads: pods and everything that makes pods."""

import re
from typing import Any

from kora.language.creation.company import Member, how_many, members
from kora.language.creation.containers import read_container
from kora.language.creation.metadata import is_name, read_labels
from kora.language.creation.placement import read_affinity, read_node_selector, read_placement
from kora.language.creation.scan import Scan, number, seconds
from kora.language.creation.schedules import read_schedule
from kora.language.creation.security import read_security
from kora.language.creation.volumes import Mount, read_claim_templates
from kora.language.intents import ContainerSpec, MountSpec

_SCHEDULING_POLICY = {"onfailure": "OnFailure", "never": "Never", "always": "Always"}


def read_workload(scan: Scan, kind: str) -> dict[str, Any]:
    """The slots of a `Create` for a workload, its labels among them."""
    fields: dict[str, Any] = {}
    read_node_selector(scan, fields)
    read_affinity(scan, fields)
    labels = read_labels(scan)
    if kind == "CronJob":
        schedule = read_schedule(scan)
        if schedule is not None:
            fields["schedule"] = schedule
        _read_cron_fields(scan, fields)
    if kind in {"Job", "CronJob"}:
        _read_job_fields(scan, fields)
    _read_update_fields(scan, fields, kind)  # "at most two pods unavailable" is no number of replicas
    replicas = _read_replicas(scan)
    _read_pod_fields(scan, fields)
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
        main = next((at for at, each in enumerate(containers) if not each.init), 0)
        containers[main] = containers[main].model_copy(update={"mounts": (*templates, *containers[main].mounts)})
    return {"fields": fields, "replicas": replicas, "containers": tuple(containers), "labels": labels}


def _read_set_service(scan: Scan, fields: dict[str, Any]) -> None:
    """The governing Service: to be made ("a headless service on port 6379"; it is called as the set is unless it is
    named), or only named ("with the headless service db")."""
    port = (
        r"(?:(?:(?:,| on| with| at| exposing| for| using| its)* ?ports? ?:? ?| (?:on|at|exposing) )(?P<port>\d{2,5}))?"
    )
    made = r"(?:with |and |, ?)?(?:an?|its own|create an?|plus an?) (?:headless |governing )+service"
    wanted = scan.take(
        rf"{made} (?:named |called )?(?!(?:of|by|under|bearing|on|with|at|for|using|exposing|and|in|its)\b)<name:service>{port}",
        rf"{made}(?: (?:of|with|by|bearing) the same name(?: as (?:it|the (?:set|stateful ?set)))?)?{port}",
        rf"(?:headless |governing )+service (?:named |called )?(?!(?:of|by|under|bearing|on|with|at|for|using|exposing|and|in|its)\b)<name:service>{port.removesuffix('?')}",
        rf"(?:(?:and|plus|with) )?<the>service (?!(?:of|by|under|bearing|on|with|at|for|using|exposing|and|in|its|account|name)\b)<name:service>{port.removesuffix('?')}",
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
        r"(?:(?:with|and|is|which is) )*governed by <the>(?:headless |governing )?service (?:named |called )?<name:service>",
        r"(?:with |and |using |governed by |through |behind |, )*<the>(?:headless |governing )service (?:named |called )?<name:service>",
    )
    if service is not None:
        fields["service_name"] = service["service"]


def _read_replicas(scan: Scan) -> int | None:
    found = scan.take(
        r"(?:with |and |have |has |having |run(?:ning)? |set |use |scaled? to )*<the>(?:spec\.)?(?:replicas?|replica count|number of replicas)<is><num:n>",
        r"(?:with |and |have |has |having |run(?:ning)? |use |scaled? to |should |exactly |maintain |of )*<the><num:n> (?:identical |running |nginx |pod )?(?:replicas?|instances?|copies|pods|members|nodes|brokers|servers|workers|shards)(?: (?:each|apiece|in each|for each))?",
        r"(?:with |at |scaled? to |and )+<num:n>(?= ?(?:,|;|\.|$)) ?",
    )
    if found is None:
        found = scan.take(r"(?:with |of |and )?<num:n>(?= [\w./-]+:[\w.-]+ (?:replicas?|pods?|instances?))")
        if found is not None:
            scan.take(r"replicas?|instances?")
    if found is None:
        found = scan.take(r"(?:a )?single (?:replica|instance|copy)")
        return None if found is None else 1
    return number(found["n"])


def _read_cron_fields(scan: Scan, fields: dict[str, Any]) -> None:
    both = scan.take(
        r"(?:keep(?:ing)?|retain(?:ing)?) <the>(?:last )?<num:good> (?:successful|completed|succeeded)(?: jobs?| runs?)? and <the>(?:last )?<num:bad> (?:failed|unsuccessful)(?: jobs?| runs?)?",
        r"(?:keep(?:ing)? |with |and )*<the>(?:jobs? )?history(?: of| limits?)?<is><num:good> (?:success\w*)(?: ?(?:/|,|and) ?)<num:bad> (?:fail\w*)",
    )
    if both is not None:
        fields["successful_history"], fields["failed_history"] = number(both["good"]), number(both["bad"])
    for slot, pattern in {
        "successful_history": r"(?:keep(?:ing)?|retain(?:ing)?|with|and|of|the|last) ?(?:the )?(?:last )?<num:n> (?:successful|completed|success(?:es)?|succeeded)(?: jobs?| runs?| history)*|(?:and |with )?successful ?jobs? ?history ?limit<is><num:n2>",
        "failed_history": r"(?:keep(?:ing)?|retain(?:ing)?|with|and|of|the|last)? ?(?:the )?(?:last )?<num:n> (?:failed|failures?|unsuccessful)(?: jobs?| runs?| history)*|(?:and |with )?failed ?jobs? ?history ?limit<is><num:n2>",
        "starting_deadline": r"(?:with |and )?<the>starting ?deadline(?: ?seconds)?<is><dur:n>|<num:n2>[ -]seconds? starting deadline",
    }.items():
        found = scan.take(pattern)
        if found is not None:
            fields[slot] = (
                seconds(found["n"]) if slot == "starting_deadline" and found["n"] else number(found["n"] or found["n2"])
            )
    if {"successful_history", "failed_history"} & set(fields):
        scan.take_all(r"<the>(?:jobs? )?history(?: limits?)?")
    found = scan.take(r"(?:with |and )?<the>concurrency ?policy<is>(?P<policy>forbid|allow|replace)")
    if found is not None:
        fields["concurrency"] = found["policy"].capitalize()
    elif scan.take(
        r"(?:forbid|disallow|prevent|no|without)(?:s|den|ding|ing)? (?:any )?concurren(?:cy|t (?:runs?|jobs?|executions?))",
        r"(?:(?:it|jobs|runs|which|that|and|but) )*(?:must not|should not|shouldn't|don't|do not|never|no|without|not) (?:be )?(?:allowed to )?(?:overlap(?:ping)?|concurrent|run concurrently|run in parallel|allow(?:ing)? (?:overlapping|concurrent))(?: (?:runs?|jobs?|executions?))?|forbid(?:ding)? (?:concurrent|overlapping)(?: (?:runs?|jobs?|executions?))?",
    ):
        fields["concurrency"] = "Forbid"
    elif (
        due := scan.take(
            r"(?:if|when|while|as long as) [^.;,]{0,40}?(?:still )?running(?:,? (?:when|while|as)(?: (?:the|a|next|new|one|run|is|comes|gets|due|starts?|again))+)?[^.;]{0,20}?(?P<do>skip\w*|leave out|(?:don't|do not|never|must not|should not) start|replace|kill|stop|cancel)[^.;,]{0,30}"
        )
    ) is not None:
        fields["concurrency"] = "Replace" if due["do"].lower() in {"replace", "kill", "stop", "cancel"} else "Forbid"
    elif scan.take(
        r"(?:(?:and|it|should|must|a|new|run|runs) )*replac(?:e|es|ing) <the>(?:running|previous|old|older|current|last|still[ -]running|unfinished) (?:ones?|runs?|jobs?)(?: (?:that|if|which|still|is|are|running|it))*"
    ):
        fields["concurrency"] = "Replace"
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
        r"(?:giv(?:e|es|ing) up|stop(?:s|ping)?|fail(?:s|ing)?|be given up|abandon(?:s|ed)?)(?: (?:the|job|it|retrying|trying))* after <num:n> (?:failures?|retries|attempts?|failed (?:attempts?|pods?|tries)|tries)",
        r"(?:allow(?:s|ing)?|tolerat\w+|up to|at most|max(?:imum)?(?: of)?) <num:n> (?:failures|failed pods)",
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
        r"<num:n> (?:parallel|concurrent) (?:pods?|workers?|runs?|instances?|tasks?)(?: at a time| at once)?",
        r"<num:n>(?: (?:pods?|of them|workers?|instances?|tasks?|running|parallel|concurrent))*(?: running| run)? (?:at a time|at once|at the same time|in parallel|concurrently|simultaneously|parallel)(?: pods?)?(?: at a time| at once)?",
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
    if scan.take(
        r"(?:with |and |allow(?:s|ing)? )*(?:no|zero|without(?: any)?) (?:retries|retry|retrying|re-?attempts)(?: at all)?|(?:never|not|don't|do not|must not|should not) (?:be )?retr(?:y|ied)(?: (?:it|the job|at all))*"
    ):
        fields["backoff_limit"] = 0
    for times, table in ((False, _JOB_NUMBERS), (True, _JOB_TIMES)):
        for slot, patterns in table.items():
            found = scan.take(*patterns) if slot not in fields else None
            if found is not None:
                fields[slot] = seconds(found["n"]) if times else number(found["n"])
    scan.take(
        r"(?:auto(?:matically)?-?)?(?:cleaned up|removed|deleted)(?: automatically)?(?: after(?:wards)?(?: it| the job)?(?: is| has)? ?(?:completion|finish\w*|complet\w*|done)?)?"
    ) if "ttl" in fields else None
    scan.take(r"after (?:completion|it (?:is done|finish\w+|complet\w+)|finishing)") if "ttl" in fields else None
    if scan.take(r"(?:completion ?-?mode<is>indexed|indexed(?: completion)?(?: mode)?(?: jobs?)?)"):
        fields["indexed"] = True


def _read_pod_fields(scan: Scan, fields: dict[str, Any]) -> None:
    scan.take(r"(?:with |and )?(?:no|without(?: an?| the| any)?) (?:auto-?)?(?:mounted )?service ?-?account token")
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
        r"(?:never|not|doesn't|don't|must not|shouldn't|won't) (?:be )?restart(?:ed|s|ing)?(?: (?:pods?|it|itself|containers?|them))?(?: (?:on|upon|after|when it) (?:failures?|errors?|fails?|exits?|finish\w*))?|(?:without|no) restart(?:s|ing)?(?: on failures?)?|(?:pods? )?restart(?:s|ed)? never|(?:only |just )+(?:runs? )?(?:once|a single time|one time)|runs? (?:only )?(?:once|a single time|one time)|no restarts?"
    ) or scan.take(r"once(?= ?(?:[,.;]|$))"):
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
        r"<the><dur:n> (?:termination )?grace(?: period)?",
        r"(?:(?:and|is|be|are|should|must|with|gracefully|cleanly) )*(?:terminat|shut(?:s|ting)? ?down|stop)\w*(?: (?:gracefully|cleanly|it|down|pods?))* (?:within|after|in) <dur:n>",
        r"(?:(?:with|and|give|gets?|has|have|it|them|pods?) )*<dur:n> (?:to (?:shut down|stop|terminate|exit|finish))(?: gracefully| cleanly)?",
    )
    if grace is not None:
        fields["grace_seconds"] = seconds(grace["n"])
    read_security(scan, fields)
    for shared in scan.take_all(
        r"(?:(?:and|with|shar(?:es?|ing)|us(?:es?|ing)|join(?:s|ing)?) )*<the>(?:host|node)(?:'s)? (?P<all>(?:network|pid|ipc)(?:(?:, and |,? and |, )(?:network|pid|ipc))+)(?: namespaces?)?"
    ):
        for each in re.findall(r"network|pid|ipc", shared["all"].lower()):
            fields[f"host_{each}"] = True
    if scan.take(r"<the>host(?:'s)? ?network(?:ing)?(?: namespace)?(?: ?[:=] ?true| enabled)?"):
        fields["host_network"] = True
    if scan.take(r"<the>host(?:'s)? ?pid(?: namespace)?(?: ?[:=] ?true| enabled)?"):
        fields["host_pid"] = True
    if scan.take(r"<the>host(?:'s)? ?ipc(?: namespace)?(?: ?[:=] ?true| enabled)?"):
        fields["host_ipc"] = True
    dns = scan.take(
        r"(?:with |and |set |a |the |using )*dns ?-?policy<is>[\"'`]?(?P<policy>none|default|cluster ?first(?: ?with ?host ?net)?)[\"'`]?"
    )
    if dns is not None:
        policies = {"n": "None", "d": "Default", "c": "ClusterFirst"}
        fields["dns_policy"] = policies[dns["policy"][0].lower()] + (
            "WithHostNet" if "host" in dns["policy"].lower() else ""
        )
    servers = scan.take(
        r"(?:with |and |the |a |custom |using |dns )*name ?-?servers?<is>(?P<all><cidr>(?:(?:, and |,? and |, )<cidr>)*)"
    )
    if servers is not None:
        fields["nameservers"] = re.findall(r"\d+\.\d+\.\d+\.\d+", servers["all"])
    host = scan.take(
        r"(?:with |and |the |a |its |whose |should be )*host ?-?name<is>[\"'`]?(?P<host>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[\"'`]?"
    )
    if host is not None:
        fields["hostname"] = host["host"]
    pulls = scan.take_all(
        r"<the>image ?-?pull ?-?secrets?(?: name)?<is>(?:named |called )?<name:pull>",
        r"<the><name:pull> (?:as (?:the |an )?)?image ?-?pull ?-?secret",
        r"pull(?:s|ed|ing)?(?: the images?| its images?| images?| it)? (?:with|using|via|through) <the>(?:registry )?(?:secret|credentials?)(?: secret)?<is><name:pull>(?: secret)?",
        r"(?:with |and |using |the )*(?:registry|pull|image) (?:credentials?|auth\w*|login)(?: (?:in|from|of|stored|kept|held|with|via|by|the|a))* secret<is>(?:named |called )?<name:pull>",
        r"(?:registry|pull) (?:secret|credentials?)<is><name:pull>",
    )
    if pulls:
        fields["pull_secrets"] = list(dict.fromkeys(each["pull"] for each in pulls))


def _read_update_fields(scan: Scan, fields: dict[str, Any], kind: str) -> None:
    if kind not in {"Deployment", "StatefulSet", "DaemonSet"}:
        return
    if scan.take(
        r"(?:with |and |using |use )*<the>(?:(?:update |deployment |rollout )?strategy<is>)?(?:type )?recreate(?:[ -]strategy)?"
    ):
        fields["strategy"] = "Recreate"
    elif scan.take(
        r"(?:with |and |using |use )*<the>(?:(?:update )?strategy<is>)?(?:type )?on ?-?delete(?:[ -](?:update )?strategy)?|(?:pods )?(?:updated |replaced )?only when (?:they are|it is|a pod is) deleted(?: by hand)?"
    ):
        fields["strategy"] = "OnDelete"
    if kind == "StatefulSet":
        if scan.take(
            r"(?:(?:with|and|its|the|all|pods|start|started|starting|use|using) )*(?:parallel (?:pod )?management(?: policy)?|(?:pod )?management ?policy<is>parallel|(?:pods? )?(?:start|started|starting|managed|launched) (?:all )?(?:in parallel|at once))"
        ):
            fields["parallel"] = True
        partition = scan.take(
            r"(?:with |and |using |a |an |update )*partition(?:ed)?<is><num:n>(?: (?:on|for|of|in) (?:the |its )?(?:rolling )?updates?)?"
        )
        if partition is not None:
            fields["partition"] = number(partition["n"])
    rolling = scan.take(
        r"(?:with |and |using |use )*<the>(?:(?:update |deployment |rollout )?strategy<is>)?(?:type )?rolling ?-?updates?(?:[ -]strategy)?"
    )
    if rolling is not None:
        fields["strategy"] = "RollingUpdate"
    for slot, pattern in (
        (
            "max_unavailable",
            r"(?:never|at most|no more than|not|only|maximum)(?: \w+){0,3}? (?:more than )?(?P<n>\d+%|\d+|one|two|three)(?: (?:pods?|replicas?|of them|instances?))?(?: \w+){0,2}? (?:down|unavailable|missing|offline)(?: at (?:a time|once|any time|the same time))?(?: (?:while|when|during|in)(?: (?:it|they|the|pods?|an?|is|are|being|updates?|updated|rollouts?|rolling|upgrades?|upgraded))+)?",
        ),
        (
            "max_surge",
            r"(?P<n>\d+%|\d+|one|two|three|no|zero) (?:extra|additional|more|surge)(?: pods?| replicas?| instances?)?",
        ),
        ("max_unavailable", r"(?P<n>\d+%|\d+|zero|none|no) (?:unavailable|down)(?: pods?| replicas?)?"),
    ):
        found = scan.take(pattern)
        if found is not None and slot not in fields:
            fields[slot] = (
                found["n"] if found["n"].endswith("%") else 0 if found["n"] in {"no", "none"} else number(found["n"])
            )
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
    progress = scan.take(r"(?:with |and )*<the>progress ?-?deadline(?: ?-?seconds)?<is><dur:n>")
    if progress is not None:
        fields["progress_deadline"] = seconds(progress["n"])
    found = scan.take(
        r"(?:with |and |keep(?:ing)? )*<the>revision ?history(?: ?limit)?<is><num:n>(?: revisions?)?|(?:keep(?:ing)? |retain(?:ing)? )(?:the )?(?:last |only )*<num:n2> (?:old |past |previous )*(?:revisions?|replica ?sets)",
        r"min ?ready ?seconds<is><num:ready>",
    )
    if found is not None:
        groups = found.groupdict()
        kept = groups.get("n") or groups.get("n2")
        fields["revision_history" if kept else "min_ready_seconds"] = number(kept or groups["ready"])


# --- several containers ---------------------------------------------------------------------------------------------


def _read_containers(scan: Scan, fields: dict[str, Any]) -> list[ContainerSpec]:
    waits = _read_waits(scan)
    who = members(scan)
    declared = how_many(scan)
    if len(who) < 2 and not any(each.role for each in who):
        name = who[0].name if who else None
        spec, mounts = read_container(scan, name=name)
        if declared is not None and declared > 1:
            fields["containers_said"] = declared
        return [_mounted(spec, [each.spec for each in mounts if each.spec.path])]
    if declared is not None and declared != sum(each.role != "init" for each in who) and declared != len(who):
        fields["containers_said"] = declared
    left: list[str] = []
    containers: list[ContainerSpec] = []
    loose: list[tuple[int | None, Mount]] = []
    for at, each in enumerate(who):
        part = _part_of(scan, each)
        part.take_all(r"<the>(?:first|second|third|other) container(?= ?,)")
        _read_log_reading(part, each.name, fields)
        spec, mounts = read_container(part, name=each.name, init=each.role == "init", image=each.image)
        containers.append(spec)
        loose += [(at, mount) for mount in mounts]
        left += [word for word in part.left() if not each.answers_to(word) and word.lower() not in _SELF]
    if fields.get("log_readers"):
        scan.take_all(_WRITES_LOGS)
    common, mounts = read_container(scan, image="")
    loose += [(None, mount) for mount in mounts]
    containers = _with_common(scan, containers, common, left)
    containers = _share_out(who, containers, loose, fields, left)
    if waits:
        fields["waits"] = [list(pair) for pair in waits]
    if left:
        fields.setdefault("left", []).extend(left)
    return containers


_SELF = frozenset(["container", "containers", "sidecar", "init", "initcontainer", "init-container"])
"""Words by which a container may speak of itself."""


def _part_of(scan: Scan, member: Member) -> Scan:
    """What is said about one container, everything else blotted out; it is claimed."""
    part = Scan(scan.text)
    kept = ["\x00" if each.strip() else each for each in scan.rest]
    for start, end in member.spans:
        kept[start:end] = scan.rest[start:end]
        if start:
            kept[start - 1 : start] = "\n"  # stretches from different places are no one sentence
    part.rest = "".join(kept)
    for start, end in member.spans:
        scan.claim(start, end)
    return part


def _mounted(spec: ContainerSpec, mounts: list[MountSpec]) -> ContainerSpec:
    return spec.model_copy(update={"mounts": (*spec.mounts, *mounts)}) if mounts else spec


def _with_common(
    scan: Scan, containers: list[ContainerSpec], common: ContainerSpec, left: list[str]
) -> list[ContainerSpec]:
    """What is said of all containers, or of the pod when it has one beside those that only prepare it."""
    said = {
        slot: value
        for slot, value in common.model_dump(exclude_defaults=True).items()
        if slot not in {"name", "image", "init", "mounts"}
    }
    if not said:
        return containers
    main = [at for at, each in enumerate(containers) if not each.init]
    every = re.search(r"\b(?:both|all|each|every|containers)\b", scan.text, re.IGNORECASE) is not None
    if not every and len(main) > 1:
        left += [slot.replace("_", " ") for slot in said]
        return containers
    return [
        each.model_copy(
            update={
                slot: getattr(common, slot)
                for slot in said
                if not getattr(each, slot, None) or each.model_dump(exclude_defaults=True).get(slot) is None
            }
        )
        if every or at in main
        else each
        for at, each in enumerate(containers)
    ]


def _share_out(
    who: list[Member],
    containers: list[ContainerSpec],
    loose: list[tuple[int | None, Mount]],
    fields: dict[str, Any],
    left: list[str],
) -> list[ContainerSpec]:
    """Every mount to the containers that it is for."""
    made = list(containers)
    for at, mount in loose:
        spec = mount.spec
        whom = [place for place, each in enumerate(who) if any(each.answers_to(ref) for ref in mount.refs)]
        if mount.refs and not whom:
            left += mount.refs
        elif mount.refs:
            pass
        elif (mount.shared or at is None) and spec.source == "empty_dir" and (mount.shared or len(made) > 1):
            shared = fields.setdefault("shared_volume", {"name": spec.volume or "shared"})
            if spec.volume:
                shared["name"] = spec.volume
            if spec.path:
                shared["path"] = spec.path
            shared |= {key: value for key, value in (("size", spec.size), ("in_memory", spec.in_memory)) if value}
        elif at is not None:
            whom = [at]
        else:
            whom = list(range(len(made)))
        for place in whom if spec.path else ():
            made[place] = _mounted(made[place], [spec])
    return made


def _read_waits(scan: Scan) -> list[tuple[str, str]]:
    """``the A container should start only after the B container is ready`` → (A, B)."""
    found = []
    for each in scan.take_all(
        r"(?:and )?<the><name:late>(?: container)? (?:(?:should|must|may|will|has to|can|is to|to) )?(?:only )?(?:start|starts|begin|run|be started|wait)s?(?: only| until| for)?(?: once| after| when| until| for)? <the><name:early>(?: container)?(?: (?:is|has|becomes|to be|has become|are)? ?(?:ready|started|up|running|up and running|available|healthy))(?: and (?:ready|running))?"
    ):
        found.append((each["late"], each["early"]))
    return found


_WRITES_LOGS = r"(?:where|in which|to which|into which) <the>(?:\w+) (?:writes?|puts?|stores?|keeps?|saves?) (?:its|the|all|those|these)?(?: access| error)? ?(?:logs?|log files?)(?: to| into| in)?"


def _read_log_reading(part: Scan, name: str | None, fields: dict[str, Any]) -> None:
    found = part.take(
        r"(?:that |which |and |to |it |should |will )*(?:monitors?|tails?|reads?|follows?|watch(?:es)?|streams?|prints?|ships?|process(?:es)?|collects?|forwards?)(?:ing)? <the>(?:(?P<whose>\w+)(?:'s)? )?(?:container'?s? )?(?P<which>access |error )?logs?(?: files?)?(?: (?:from|of) <the>(?:<name:whom>)(?: container)?)?(?: (?:from|in|on|via|through) <the>(?:shared |same )?volume)?"
    )
    if found is None:
        return
    fields.setdefault("log_readers", []).append(
        {"reader": name, "of": found["whose"] or found["whom"], "which": (found["which"] or "").strip().lower()}
    )

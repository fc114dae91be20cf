"""Rollouts, jobs, autoscaling and disruption budgets."""

from kora.domain.findings import Severity
from kora.operations.diagnose.cause import Cause, Level

CAUSES = (
    Cause(
        "RolloutStuck", Level.SYMPTOM, Severity.WARNING, "A rollout does not get on",
        "`kubectl rollout status` waits; the Deployment's condition `Progressing` says `ProgressDeadlineExceeded`.",
        "New pods don't become ready in time, and no other cause was found that explains it.",
        "Rolls back when an older revision still serves.",
        "Look at the newest pods, or run `kubectl rollout undo`.",
    ),
    Cause(
        "PodLost", Level.CONSEQUENCE, Severity.INFO, "A pod went away under its controller",
        "`kubectl get pods` shows one that is terminating, or a younger one in its place.",
        "Somebody or something deleted it: a person, an eviction, a node that was drained.",
        "The operator tells it and how long the gap lasted; Kubernetes fills it by itself.",
        "Nothing, unless it happens often: the audit log of the API server names who deletes pods.",
    ),
    Cause(
        "ContainerRestarted", Level.CONSEQUENCE, Severity.INFO, "A container ended and was started anew",
        "`kubectl get pods` shows one restart more.",
        "Its program ended, was killed, or a probe failed once.",
        "The operator tells it with the exit code; the kubelet starts it by itself. Repeated restarts are a cause of"
        " their own.",
        "Nothing, unless it happens often: look at `kubectl logs --previous`.",
    ),
    Cause(
        "JobFailed", Level.SYMPTOM, Severity.WARNING, "A job does not get done",
        "`kubectl describe job NAME` shows `BackoffLimitExceeded`, `DeadlineExceeded` or failed pods.",
        "Its program ends with an error, or takes longer than it may.",
        "Quotes the error; jobs are not run again by itself, because they may not be harmless twice.",
        "Fix what the log says, then create the job again.",
    ),
    Cause(
        "CronJobInvalid", Level.SERVICE, Severity.WARNING, "A cron job can never run as it is written",
        "Events such as `TooManyMissedTimes` or `UnknownTimeZone`, or a schedule without a date that exists.",
        "The schedule names a day that no calendar has, a time zone that is unknown, or a deadline that is too short.",
        "Tells a person; it does not guess what schedule was meant.",
        "Correct `schedule`, `timeZone` or `startingDeadlineSeconds`.",
    ),
    Cause(
        "CronJobSuspended", Level.BEHAVIOUR, Severity.INFO, "A cron job is suspended",
        "`kubectl get cronjob` shows `SUSPEND True`.",
        "Somebody switched it off, perhaps for a while, and it stays off until somebody switches it on.",
        "Mentions it. The annotation `kora.taskora.dev/expected: CronJobSuspended` says that it is meant to be so.",
        "`kubectl patch cronjob NAME -p '{\"spec\":{\"suspend\":false}}'` if it should run.",
    ),
    Cause(
        "HpaInactive", Level.CONSEQUENCE, Severity.WARNING, "An autoscaler can't work",
        "`kubectl describe hpa NAME` shows `ScalingActive False` or `AbleToScale False`.",
        "Its target does not exist, its containers request none of the resource that it measures, or there are no"
        " metrics.",
        "Names what is missing; requests are not invented.",
        "Set requests on every container, correct the target, or install a metrics server.",
    ),
    Cause(
        "PdbBlocking", Level.CONSEQUENCE, Severity.WARNING, "A disruption budget allows no eviction, ever",
        "`kubectl get pdb` shows `ALLOWED DISRUPTIONS 0` although all pods are healthy.",
        "`minAvailable` is not below the number of replicas, `maxUnavailable` is 0, or two budgets select one pod: a"
        " node can't be drained.",
        "Tells a person; budgets are never loosened by itself.",
        "Run one replica more, or allow one to be unavailable.",
    ),
)  # fmt: skip

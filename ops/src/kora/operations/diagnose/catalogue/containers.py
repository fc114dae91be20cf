"""Containers: images, starts, crashes, probes."""

from kora.domain.findings import Severity
from kora.operations.diagnose.cause import Cause, Level

CAUSES = (
    Cause(
        "OOMKilled", Level.CONTAINER, Severity.CRITICAL, "A container used more memory than its limit",
        "`kubectl describe pod POD` shows `Last State: Terminated, Reason: OOMKilled`, mostly with exit code 137.",
        "The kernel ended the process because the container's memory went over `resources.limits.memory`. The limit is"
        " too small, the load grew, or memory leaks.",
        "Proposes a higher limit within bounds, computed from the limit that was too small. It never removes a limit.",
        "Raise the limit, or find what grows: a cache without a bound, a batch that is too large, too many workers.",
    ),
    Cause(
        "CrashLoop", Level.CONTAINER, Severity.CRITICAL, "A container starts and ends again and again",
        "`kubectl get pods` shows `CrashLoopBackOff` or a rising restart count;"
        " `kubectl logs POD -c CONTAINER --previous` shows the last words of the run before.",
        "The program itself gives up. The evidence holds its last error lines and its exit code.",
        "Rolls back when an older revision of the same workload still serves; otherwise tells a person.",
        "Read the error, fix the program or its settings, or run `kubectl rollout undo`.",
    ),
    Cause(
        "CommandInvalid", Level.CONTAINER, Severity.CRITICAL, "The container's command can't be run",
        "`kubectl describe pod POD` shows `executable file not found`, `no such file or directory`, `exec format error`"
        " or one of the exit codes 126, 127 and 128.",
        "`command`, `args` or `workingDir` name something that is not in the image, that is not executable, or that was"
        " built for another processor.",
        "Rolls back when an older revision still serves; proposes the standard program that was nearly written. It"
        " never invents a command.",
        "Correct `command` and `args`, or use an image that holds the program, for the node's architecture.",
    ),
    Cause(
        "InitFailed", Level.CONTAINER, Severity.CRITICAL, "An init container fails, so the pod never starts",
        "`kubectl get pods` shows `Init:Error` or `Init:CrashLoopBackOff`;"
        " `kubectl logs POD -c INIT-CONTAINER` says why.",
        "Init containers run one after the other before the application, and this one ends with an error.",
        "Rolls back when an older revision still serves; otherwise quotes the error.",
        "Fix what the init container does: a migration, a download, a wait for something that never comes.",
    ),
    Cause(
        "ImageNotFound", Level.CONTAINER, Severity.CRITICAL, "The image can't be found",
        "`kubectl get pods` shows `ErrImagePull` or `ImagePullBackOff`; the event holds the registry's answer.",
        "The name or the tag is wrong, the image was never pushed, or its registry can't be reached from the node.",
        "Rolls back to the image that the older revision still serves with. It never invents an image or a tag.",
        "Correct the image, push it, or load it onto the nodes.",
    ),
    Cause(
        "ImagePullDenied", Level.CONTAINER, Severity.CRITICAL, "The registry refuses to give the image",
        "`ErrImagePull` with `401`, `403`, `unauthorized`, `pull access denied` or `authorization failed`.",
        "The pod has no pull secret, a wrong one, or one that does not exist; or the account may not read the image.",
        "Says which pull secrets the pod names and whether they exist. It never invents credentials.",
        "Create the pull secret and name it in `imagePullSecrets` of the pod or of its service account.",
    ),
    Cause(
        "ImageNeverPull", Level.CONTAINER, Severity.CRITICAL, "The image is not on the node and may not be pulled",
        "`kubectl get pods` shows `ErrImageNeverPull`.",
        "`imagePullPolicy: Never` needs the image on every node that the pod can run on, and it is not there.",
        "Rolls back when an older revision still serves; otherwise names node and image.",
        "Load the image onto the node, correct its name, or choose the policy `IfNotPresent`.",
    ),
    Cause(
        "ImageNameInvalid", Level.CONTAINER, Severity.CRITICAL, "The image's name is not a valid reference",
        "`kubectl get pods` shows `InvalidImageName`.",
        "Upper-case letters, spaces, a doubled colon or an empty part: no registry could ever hold such a name.",
        "Rolls back when an older revision still serves; it never guesses the right name.",
        "Correct the name: `[registry/]path/name[:tag][@digest]`, in lower case.",
    ),
    Cause(
        "SecurityContextDenied", Level.CONTAINER, Severity.CRITICAL, "The node refuses the pod's security settings",
        "`kubectl describe pod POD` shows `container has runAsNonRoot and image will run as root`, or the pod failed"
        " with `SysctlForbidden` or `AppArmor`.",
        "The security context asks for something that the image or the node can't give, such as not being root with an"
        " image whose user is root.",
        "Rolls back when an older revision still serves; it never weakens a security setting.",
        "Set a numeric `runAsUser` that the image works with, or build the image with a numeric non-root user.",
    ),
    Cause(
        "PermissionDenied", Level.CONTAINER, Severity.CRITICAL, "The program may not do what it needs to do",
        "The log says `permission denied`, `EACCES`, `read-only file system`, or the API server answers `forbidden`.",
        "A file or folder is not writable for the container's user, the root file system is read-only, a low port"
        " needs a capability, or the service account lacks a role.",
        "Tells a person, with the path or the API permission that is missing. Rights are never widened by itself.",
        "Mount a writable volume at the path, set `fsGroup`, or bind the missing role to the service account.",
    ),
    Cause(
        "EnvironmentMissing", Level.CONTAINER, Severity.CRITICAL, "The program misses an environment variable",
        "The log names a variable that is not set, and the container's `env` and `envFrom` don't hold it.",
        "The workload was written or changed without a setting that the program can't do without.",
        "Names the variable, and a near name that is set. It never invents a value.",
        "Set the variable from a ConfigMap or a Secret.",
    ),
    Cause(
        "ProbeMisconfigured", Level.CONTAINER, Severity.CRITICAL, "A probe asks the wrong port or path",
        "The event says `connection refused` or `404` while the container answers elsewhere.",
        "The probe's port, path or scheme is not what the container serves. Proven by asking the container itself.",
        "Patches the probe to the port or path that answered, when exactly one did; it never removes a probe.",
        "Correct `httpGet.port`, `httpGet.path` or `scheme`.",
    ),
    Cause(
        "ProbeFailing", Level.BEHAVIOUR, Severity.WARNING, "A probe fails although it asks the right place",
        "`kubectl describe pod POD` lists `Unhealthy` events that go on.",
        "The application says itself that it is not well, answers too slowly for `timeoutSeconds`, or does not listen.",
        "Tells a person, with the answer and the log's last error.",
        "Look into the application; raise `timeoutSeconds` only when the answers are right but slow.",
    ),
    Cause(
        "StartupSlow", Level.BEHAVIOUR, Severity.WARNING, "The container is killed before it has started",
        "`Container … failed liveness probe, will be restarted` (or startup probe) soon after each start, with no error"
        " in the log.",
        "The program needs longer to start than its startup or liveness probe allows.",
        "Proposes a larger startup budget; it never removes a probe.",
        "Add a `startupProbe`, or raise its `failureThreshold` above the time that a start takes.",
    ),
    Cause(
        "RestartTrend", Level.BEHAVIOUR, Severity.WARNING, "A container restarts often, although it runs now",
        "`kubectl get pods` shows several restarts within the last hour.",
        "The program ends from time to time; the last exit code and log say how.",
        "Tells a person, with the last exit and its log.",
        "Find the reason in `kubectl logs POD --previous` before it becomes a crash loop.",
    ),
    Cause(
        "CpuThrottled", Level.BEHAVIOUR, Severity.WARNING, "A container uses all of its CPU limit",
        "`kubectl top pod --containers` shows a usage close to `resources.limits.cpu`.",
        "A CPU limit makes the kernel pause the container for the rest of each period. Needs the metrics API; without"
        " it this can't be measured, and the diagnosis says so.",
        "Tells a person; `kora rightsize` computes better numbers.",
        "Raise or remove the CPU limit, and keep the request.",
    ),
)  # fmt: skip

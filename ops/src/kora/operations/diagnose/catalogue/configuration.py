"""What a pod refers to, and what admission says about it."""

from kora.domain.findings import Severity
from kora.operations.diagnose.cause import Cause, Level

CAUSES = (
    Cause(
        "ConfigMapMissing", Level.NAMESPACE, Severity.CRITICAL, "A ConfigMap that a pod needs does not exist",
        "The pod stays in `CreateContainerConfigError` or `ContainerCreating` with `configmap \"NAME\" not found`.",
        "The ConfigMap was not created, was deleted, lies in another namespace, or its name is misspelt.",
        "Proposes the near name when exactly one exists, or a roll-back when an older revision serves; it never invents"
        " content.",
        "Create the ConfigMap, or correct the reference.",
    ),
    Cause(
        "SecretMissing", Level.NAMESPACE, Severity.CRITICAL, "A Secret that a pod needs does not exist",
        "The pod stays in `CreateContainerConfigError` or `ContainerCreating` with `secret \"NAME\" not found`.",
        "The Secret was not created, was deleted, lies in another namespace, or its name is misspelt.",
        "Proposes the near name when exactly one exists, or a roll-back when an older revision serves; it never invents"
        " credentials.",
        "Create the Secret, or correct the reference.",
    ),
    Cause(
        "KeyMissing", Level.CONTAINER, Severity.CRITICAL, "A ConfigMap or Secret lacks a key that a pod needs",
        "`couldn't find key KEY in ConfigMap NAMESPACE/NAME`, or `references non-existent config key`.",
        "The key was renamed or misspelt on one side.",
        "Proposes the near key when exactly one exists; it never invents a value.",
        "Add the key, or correct the reference.",
    ),
    Cause(
        "ServiceAccountMissing", Level.NAMESPACE, Severity.CRITICAL, "The service account of a workload does not exist",
        "`kubectl describe replicaset NAME` shows `serviceaccount \"NAME\" not found`; no pods are created.",
        "`serviceAccountName` is misspelt, or the account was deleted or never created.",
        "Proposes the near name, or a roll-back when an older revision serves; it never creates an account.",
        "Create the service account, or correct the name.",
    ),
    Cause(
        "QuotaExceeded", Level.NAMESPACE, Severity.CRITICAL, "A ResourceQuota leaves no room for the pod",
        "`kubectl describe replicaset NAME` shows `exceeded quota`; `kubectl describe quota` shows what is used.",
        "The namespace's quota is used up, or the pod does not say what the quota counts (`must specify limits`).",
        "Tells a person; quotas are never raised or removed by itself.",
        "Ask for less, free something, or raise the quota.",
    ),
    Cause(
        "LimitRangeViolated", Level.NAMESPACE, Severity.CRITICAL, "A LimitRange forbids the container's resources",
        "`kubectl describe replicaset NAME` shows `maximum memory usage per Container is …, but limit is …`.",
        "Requests or limits lie outside of what the namespace's LimitRange allows.",
        "Rolls back when an older revision serves; otherwise tells a person.",
        "Change the container's requests and limits, or the LimitRange.",
    ),
    Cause(
        "AdmissionDenied", Level.NAMESPACE, Severity.CRITICAL, "An admission rule refuses the pod",
        "`FailedCreate` with `violates PodSecurity`, `admission webhook … denied the request` or"
        " `ValidatingAdmissionPolicy … denied request`.",
        "The namespace's Pod Security level, a webhook or an admission policy forbids what the pod asks for, often a"
        " part of its security context.",
        "Rolls back when an older revision serves; it never weakens a rule.",
        "Change the pod as the message says.",
    ),
    Cause(
        "WebhookUnavailable", Level.CLUSTER, Severity.CRITICAL, "An admission webhook has nothing that answers",
        "`failed calling webhook` in events or answers; the webhook's service has no endpoints or does not exist.",
        "The program behind the webhook is gone or broken while its configuration with `failurePolicy: Fail` stayed.",
        "Tells a person; webhooks are never changed by itself.",
        "Repair the program behind it, or remove the webhook configuration if it is a leftover.",
    ),
    Cause(
        "Drift", Level.BEHAVIOUR, Severity.INFO, "An object differs from what its Helm release says",
        "`helm get manifest RELEASE | kubectl diff -f -`.",
        "Somebody changed or deleted the object by hand; the next upgrade may undo that, or fail on it.",
        "Lists the fields; only when it may read the release, which Helm stores as a Secret.",
        "Bring the change into the chart's values, or run `helm upgrade` again.",
    ),
    Cause(
        "FinalizerStuck", Level.CLUSTER, Severity.WARNING, "An object can't be deleted because of a finalizer",
        "`kubectl get KIND NAME -o yaml` shows `deletionTimestamp` and `finalizers`.",
        "A controller has to finish its cleaning before the object may go, and it is gone, broken or waiting.",
        "Tells a person; finalizers are never removed by itself, because that can lose data.",
        "Repair the controller. Remove the finalizer by hand only when you know that nothing is left to clean.",
    ),
)  # fmt: skip

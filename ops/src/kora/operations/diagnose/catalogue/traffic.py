"""Services, ingress, certificates and the network between pods."""

from kora.domain.findings import Severity
from kora.operations.diagnose.cause import Cause, Level

CAUSES = (
    Cause(
        "DependencyUnreachable", Level.DEPENDENCY, Severity.CRITICAL, "Something that the program needs can't"
                                                                      " be reached",
        "The log says `connection refused`, `no such host` or a timeout, with the name of the other side.",
        "The other side is not there, has another name or port, or does not answer.",
        "Follows the name to the service and its pods: when they have a cause of their own, that one is reported.",
        "Start the other side, or correct the address.",
    ),
    Cause(
        "DnsBlocked", Level.CONNECTION, Severity.CRITICAL, "A network policy keeps pods from resolving names",
        "The log says that no name can be resolved, and no egress rule allows port 53.",
        "A policy with `policyTypes: [Egress]` forbids everything that it does not name, the cluster's DNS included.",
        "Shows the rule that is missing; policies are never removed.",
        "Allow UDP and TCP port 53 to the pods of the cluster's DNS in `kube-system`.",
    ),
    Cause(
        "NetworkPolicyBlocks", Level.CONNECTION, Severity.CRITICAL, "A network policy blocks a connection that"
                                                                    " is needed",
        "Timeouts between two pods of which one is selected by a NetworkPolicy.",
        "The policies of the receiving or of the sending pod don't allow this port from or to the other one.",
        "Names both sides, the port and the policies; policies are never removed.",
        "Add a rule for exactly this connection.",
    ),
    Cause(
        "ServiceNoEndpoints", Level.CONSEQUENCE, Severity.WARNING, "A service has no endpoints",
        "`kubectl get endpointslices -l kubernetes.io/service-name=NAME` lists no ready address.",
        "No pod has the labels that the service selects, or none of them is ready.",
        "Reports what is wrong with the pods when something is.",
        "Create the pods, or correct the selector.",
    ),
    Cause(
        "ServiceSelectorMismatch", Level.SERVICE, Severity.CRITICAL, "A service's selector misses its pods by a little",
        "The service has no endpoints, while a workload has almost the labels that it selects.",
        "A label was renamed or misspelt on one side.",
        "Patches the selector when exactly one workload fits.",
        "Correct the selector.",
    ),
    Cause(
        "ServicePortMismatch", Level.SERVICE, Severity.CRITICAL, "A service sends to a port where nobody listens",
        "Connections to the service are refused although its pods are ready; `targetPort` is not what they serve.",
        "`targetPort` names a port that no container has, or a number on which nothing listens.",
        "Patches `targetPort` when exactly one other port is declared and answers.",
        "Correct `targetPort`.",
    ),
    Cause(
        "IngressClassMissing", Level.SERVICE, Severity.CRITICAL, "No controller feels responsible for the ingress",
        "`kubectl get ingressclass` does not list the class that the ingress names, or the ingress names none.",
        "The class is misspelt or its controller is not installed; or there is no default class.",
        "Proposes the class when exactly one exists or is near.",
        "Set `ingressClassName` to a class that exists, or install the controller.",
    ),
    Cause(
        "IngressBackendMissing", Level.SERVICE, Severity.CRITICAL, "An ingress sends to a service that does not exist",
        "`kubectl describe ingress NAME` shows `<error: services \"NAME\" not found>`, or a port that the"
        " service lacks.",
        "The service or its port is misspelt, was renamed, or lies in another namespace.",
        "Proposes the near name or the only port.",
        "Correct the backend, or create the service.",
    ),
    Cause(
        "TlsSecretMissing", Level.SERVICE, Severity.CRITICAL, "An ingress has no usable certificate",
        "The secret under `spec.tls` does not exist, or lacks `tls.crt` or `tls.key`; browsers see a default"
        " certificate.",
        "The secret was not created, or its name is misspelt.",
        "Names the near secret; it never makes a certificate.",
        "`kubectl create secret tls NAME --cert=FILE --key=FILE`, or correct the name.",
    ),
    Cause(
        "CertificateExpired", Level.SERVICE, Severity.CRITICAL, "A certificate has expired, or is about to",
        "`kubectl get secret NAME -o jsonpath='{.data.tls\\.crt}' | base64 -d | openssl x509 -noout -enddate`.",
        "It was not renewed in time.",
        "Tells a person; below seven days it warns.",
        "Renew the certificate and replace the secret.",
    ),
)  # fmt: skip

"""Clusters recognised by what their nodes say; the nodes are recorded ones, cut to what tells something."""

from typing import Any

import pytest

from kora.domain.objects import Manifest
from kora.operations.deploy.providers import Kind, Provider, recognise, schedulable

HERE = "11111111-2222-3333-4444-555555555555"


def node(name: str, *, labels: dict[str, str] | None = None, provider: str = "", **info: str) -> Manifest:
    told = {"osImage": "Debian GNU/Linux 12 (bookworm)", "containerRuntimeVersion": "containerd://2.1.9"} | info
    spec: dict[str, Any] = {"providerID": provider} if provider else {}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels or {}},
        "spec": spec,
        "status": {"nodeInfo": told},
    }


MINIKUBE = node(
    "minikube",
    labels={"minikube.k8s.io/name": "minikube", "minikube.k8s.io/primary": "true"},
    osImage="Debian GNU/Linux 12 (bookworm)",
    containerRuntimeVersion="docker://28.5.1",
    bootID=HERE,
)
KIND = node("kind-control-plane", provider="kind://docker/kind/kind-control-plane", bootID=HERE)
K3D = node("k3d-dev-server-0", provider="k3s://k3d-dev-server-0", osImage="K3s v1.35.4+k3s1", bootID=HERE)
K3S = node("box", provider="k3s://box", containerRuntimeVersion="containerd://2.1.9-k3s1", bootID=HERE)
DESKTOP = node("docker-desktop", osImage="Docker Desktop", containerRuntimeVersion="docker://28.3.0")
DESKTOP_KIND = node("desktop-control-plane", provider="kind://docker/desktop/desktop-control-plane")
EKS = node("ip-10-0-0-1", labels={"eks.amazonaws.com/nodegroup": "a"}, provider="aws:///eu-central-1a/i-0abc")
GKE = node("gke-a", labels={"cloud.google.com/gke-nodepool": "a"}, provider="gce://project/zone/gke-a")
AKS_WITHOUT_ID = node("aks-a", labels={"kubernetes.azure.com/cluster": "shop"})
HOST = node("box", bootID=HERE)
FAR = node("far", bootID="99999999-0000-0000-0000-000000000000")


@pytest.mark.parametrize(
    ("nodes", "kind", "cluster", "evidence"),
    [
        ([MINIKUBE], Kind.MINIKUBE, "minikube", "minikube.k8s.io/name"),
        ([KIND], Kind.KIND, "kind", "kind://docker/kind"),
        ([K3D], Kind.K3D, "dev", "k3s://k3d-dev"),
        ([K3S], Kind.THIS_HOST, "", "boot id"),
        ([DESKTOP], Kind.DOCKER_DESKTOP, "", "Docker Desktop"),
        ([DESKTOP_KIND], Kind.DOCKER_DESKTOP, "", "desktop-control-plane"),
        ([EKS], Kind.CLOUD, "", "aws:///"),
        ([GKE], Kind.CLOUD, "", "gce://"),
        ([AKS_WITHOUT_ID], Kind.CLOUD, "", "AKS"),
        ([HOST], Kind.THIS_HOST, "", "boot id"),
        ([FAR], Kind.PLAIN, "", "Debian"),
        ([], Kind.PLAIN, "", "no node"),
    ],
)
def test_each_kind_is_told_by_its_nodes(nodes: list[Manifest], kind: Kind, cluster: str, evidence: str) -> None:
    found = recognise(nodes, HERE)
    assert (found.kind, found.cluster) == (kind, cluster)
    assert evidence in found.why


def test_an_import_on_this_host_would_not_reach_a_second_node() -> None:
    found = recognise([HOST, FAR], HERE)
    assert found.kind is Kind.PLAIN
    assert "2 nodes" in found.why


def test_a_machine_without_a_boot_id_is_nobodys_host() -> None:
    assert recognise([node("box", bootID="")], "").kind is Kind.PLAIN


@pytest.mark.parametrize("nodes", [[EKS], [AKS_WITHOUT_ID], [node(f"n{i}") for i in range(6)]])
def test_what_looks_like_production(nodes: list[Manifest]) -> None:
    assert recognise(nodes, HERE).production


@pytest.mark.parametrize("nodes", [[MINIKUBE], [KIND] * 8, [HOST], [FAR], [DESKTOP]])
def test_what_does_not(nodes: list[Manifest]) -> None:
    assert recognise(nodes, HERE).production == ""


def test_the_name_of_a_node_alone_tells_nothing() -> None:
    pretender: Provider = recognise([node("minikube"), node("kind-control-plane")], HERE)
    assert pretender.kind is Kind.PLAIN


def test_cordoned_and_reserved_nodes_take_no_pods() -> None:
    cordoned, reserved, soft = node("a"), node("b"), node("c")
    cordoned["spec"]["unschedulable"] = True
    reserved["spec"]["taints"] = [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]
    soft["spec"]["taints"] = [{"key": "spare", "effect": "PreferNoSchedule"}]
    assert [each["metadata"]["name"] for each in schedulable([cordoned, reserved, soft])] == ["c"]

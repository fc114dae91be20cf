"""What a release is made of: the Secret, the values, the plain chart, and the diff that is shown."""

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from kora.domain.objects import Manifest
from kora.helm.library import LibraryEngine
from kora.kit.errors import Misconfigured
from kora.operations.deploy.configuration import Secrets, parse
from kora.operations.deploy.credentials import fill, read_env_file
from kora.operations.deploy.difference import compare, fingerprint
from kora.operations.deploy.values import PLAIN_CHART, merged, split_reference, values_of

KEYS = {
    "PASSWORD": {"generate": "hex", "length": 32},
    "URL": {"template": "db://user:${PASSWORD}@host"},
    "GIVEN": {},
    "EXTRA": {"optional": True},
}
WANTED = Secrets.model_validate({"name": "s", "keys": KEYS})


def decoded(manifest: Manifest) -> dict[str, str]:
    return {key: base64.b64decode(value).decode() for key, value in manifest["data"].items()}


def test_a_first_secret_is_given_generated_and_derived() -> None:
    filled = fill(WANTED, "shop", None, {"GIVEN": "abc"})
    values = decoded(filled.manifest)
    assert values["GIVEN"] == "abc"
    assert len(values["PASSWORD"]) == 32
    assert values["URL"] == f"db://user:{values['PASSWORD']}@host"
    assert "EXTRA" not in values
    assert filled.changes
    assert "abc" not in filled.told()
    assert values["PASSWORD"] not in filled.told()


def test_what_exists_is_kept_whatever_is_offered() -> None:
    first = fill(WANTED, "shop", None, {"GIVEN": "abc"}).manifest
    again = fill(WANTED, "shop", first, {"GIVEN": "other", "PASSWORD": "other"})
    assert again.manifest["data"] == first["data"]
    assert not again.changes
    assert again.differing == ("PASSWORD", "GIVEN")


def test_a_new_key_joins_and_strangers_stay() -> None:
    first = fill(WANTED, "shop", None, {"GIVEN": "abc"}).manifest
    first["data"]["STRANGER"] = "eHl6"
    again = fill(WANTED, "shop", first, {"EXTRA": "now"})
    assert decoded(again.manifest)["EXTRA"] == "now"
    assert again.manifest["data"]["STRANGER"] == "eHl6"
    assert again.given == ("EXTRA",)


def test_a_key_without_a_value_is_asked_for_by_name() -> None:
    with pytest.raises(Misconfigured, match="GIVEN"):
        fill(WANTED, "shop", None, {})


def test_env_files(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    assert read_env_file(path) == {}
    path.write_text("# a\nexport A=1\nB='two words'\n\nC=x=y\nD=\n")
    assert read_env_file(path) == {"A": "1", "B": "two words", "C": "x=y", "D": ""}
    path.write_text("A=1\nsecret words here\n")
    with pytest.raises(Misconfigured, match="Line 2") as caught:
        read_env_file(path)
    assert "secret words" not in caught.value.message


CHART = """
name: shop
services: {web: {build: {}}}
chart:
  path: chart
  files: [more.yaml]
  values: {web: {image: {pull: Always}, replicas: 3}}
  images: {web: {repository: web.image.name, tag: web.image.tag, pull_policy: web.image.pull}}
"""


def test_values_files_values_and_images_win_in_this_order(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("web: {replicas: 1, other: 5}\n")
    values = values_of(parse(CHART, tmp_path), {"web": "localhost:5000/web:kora-1"})
    assert values == {
        "web": {
            "replicas": 3,
            "other": 5,
            "image": {"name": "localhost:5000/web", "tag": "kora-1", "pull": "IfNotPresent"},
        }
    }


def test_a_path_through_a_value_is_refused(tmp_path: Path) -> None:
    text = CHART.replace("{image: {pull: Always}, replicas: 3}", "{image: name}").replace("  files: [more.yaml]\n", "")
    with pytest.raises(Misconfigured, match="runs into a value"):
        values_of(parse(text, tmp_path), {"web": "web:1"})


def test_references_and_merging() -> None:
    assert split_reference("a:5000/b:1") == ("a:5000/b", "1")
    with pytest.raises(Misconfigured):
        split_reference("a:5000/b")
    assert merged({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}) == {"a": {"b": 3, "c": 2}}


PLAIN = """
name: shop
services:
  web:
    build: {}
    port: 8080
    health: /health
    environment: {CACHE: "redis://cache:6379/0"}
    secrets: [KEY, EXTRA]
  worker: {build: {}, command: [python, work.py]}
  cache: {image: "redis:8", port: 6379, user: 999, volume: {path: /data, size: 2Gi}}
secrets: {name: shop-secret, keys: {KEY: {generate: hex}, EXTRA: {optional: true}}}
front: {service: web, port: 8080, host: shop.local}
"""


@pytest.fixture
def plain() -> dict[str, Manifest]:
    values = values_of(parse(PLAIN, Path()), {"web": "shop-web:kora-1", "worker": "shop-worker:kora-2"}, "v1")
    rendered = LibraryEngine(offline=True).render(str(PLAIN_CHART), "shop", "shop", values)
    return {f"{each['kind']}/{each['metadata']['name']}": each for each in rendered}


def test_the_plain_chart_makes_what_each_service_needs(plain: dict[str, Manifest]) -> None:
    assert set(plain) == {
        "Service/web",
        "Deployment/web",
        "Deployment/worker",
        "Service/cache",
        "StatefulSet/cache",
        "Ingress/shop",
    }
    assert plain["Service/web"]["spec"]["type"] == "NodePort"
    assert plain["Service/cache"]["spec"]["type"] == "ClusterIP"
    (container,) = plain["Deployment/web"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "shop-web:kora-1"
    assert container["readinessProbe"]["httpGet"]["path"] == "/health"
    by_name = {each["name"]: each for each in container["env"]}
    assert by_name["CACHE"]["value"] == "redis://cache:6379/0"
    assert by_name["KEY"]["valueFrom"]["secretKeyRef"] == {"name": "shop-secret", "key": "KEY", "optional": False}
    assert by_name["EXTRA"]["valueFrom"]["secretKeyRef"]["optional"] is True
    claim = plain["StatefulSet/cache"]["spec"]["volumeClaimTemplates"][0]
    assert claim["spec"]["resources"]["requests"]["storage"] == "2Gi"


def test_every_pod_of_the_plain_chart_keeps_to_restricted(plain: dict[str, Manifest]) -> None:
    pods = [each["spec"]["template"]["spec"] for each in plain.values() if "template" in each["spec"]]
    assert len(pods) == 3
    for pod in pods:
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]


def secret(value: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"K": value}}


def settings(value: Any, name: str = "c") -> Manifest:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"K": value}}


def test_the_diff_names_objects_and_hides_secrets() -> None:
    found = compare(
        [secret("b2xk"), settings("1"), settings("1", "gone")], [secret("bmV3"), settings("2"), settings("1", "new")]
    )
    assert (found.added, found.changed, found.removed) == (
        ("configmap/new",),
        ("secret/s", "configmap/c"),
        ("configmap/gone",),
    )
    assert "another value" in found.text
    assert "b2xk" not in found.text
    assert "bmV3" not in found.text
    assert found.told() == "1 added, 2 changed, 1 removed"


def test_equal_releases_have_no_diff_and_one_fingerprint() -> None:
    one, two = [settings("1"), secret("eA==")], [secret("eA=="), settings("1")]
    assert compare(one, two).empty
    assert fingerprint(one) == fingerprint(two)
    assert fingerprint(one) != fingerprint([settings("2"), secret("eA==")])


def test_a_long_diff_is_cut() -> None:
    found = compare([], [settings({str(i): i for i in range(900)})])
    assert "more lines" in found.text
    assert len(yaml.safe_dump(found.text)) < 20_000

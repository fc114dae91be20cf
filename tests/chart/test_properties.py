"""Values drawn from the schema: what it lets through gives sound manifests or is refused in our own words."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

Schema = dict[str, Any]
LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"])

# Values whose free form belongs to Kubernetes; what is in there is the cluster's to judge.
FREE = {"affinity", "tolerations", "topologySpreadConstraints", "extraObjects", "global", "parentRefs"}
FREE |= {"extraEnv", "extraEnvFrom", "extraVolumes", "extraVolumeMounts", "extraIngress", "extraEgress", "channels"}


def values_of(schema: Schema) -> st.SearchStrategy[Any]:
    """Values that a schema of ours accepts. Groups come with any few of their keys: Helm adds the defaults."""
    if "properties" in schema and "default" not in schema:
        optional = {name: values_of(child) for name, child in schema["properties"].items() if name not in FREE}
        return st.fixed_dictionaries({}, optional=optional)
    return _one_value(schema)


def _one_value(schema: Schema) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([KINDS[kind](schema) for kind in kinds])


def _object(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    if "properties" in schema:
        return st.fixed_dictionaries({name: _one_value(schema["properties"][name]) for name in schema["required"]})
    if isinstance(schema.get("additionalProperties"), dict):
        return st.dictionaries(_text(schema["propertyNames"]), _one_value(schema["additionalProperties"]), max_size=2)
    return st.just({})


def _text(schema: Schema) -> st.SearchStrategy[str]:
    longest = schema.get("maxLength", 60)
    if "pattern" not in schema:
        return st.text(PRINTABLE, min_size=schema.get("minLength", 0), max_size=30)
    drawn = st.from_regex(re.compile(schema["pattern"], re.ASCII), fullmatch=True)
    return drawn.filter(lambda text: len(text) <= longest and text.isprintable())


KINDS = {
    "null": lambda schema: st.none(),
    "boolean": lambda schema: st.booleans(),
    # Far above any sensible setting, and no more than a 32-bit field of Kubernetes takes.
    "integer": lambda schema: st.integers(schema.get("minimum", 0), schema.get("maximum", 2**31 - 1)),
    "number": lambda schema: st.floats(0, 1e6, allow_nan=False),
    "string": _text,
    "array": lambda schema: st.lists(_one_value(schema["items"]), min_size=schema.get("minItems", 0), max_size=3),
    "object": _object,
}


@pytest.fixture(scope="module")
def drawn(chart: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Overrides for one to four sections at a time: all at once would only ever show contradictions."""
    sections = {
        name: values_of(child)
        for name, child in chart.schema["properties"].items()
        if name not in FREE and name != "kubeVersion"
    }
    names = st.lists(st.sampled_from(sorted(sections)), min_size=1, max_size=4, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: sections[name] for name in chosen}))


def check(manifests: Any) -> None:
    """What holds for every set of manifests."""
    pods = manifests.pods()
    seen = set()
    for item in manifests.objects:
        metadata = item["metadata"]
        assert LABEL.fullmatch(metadata["name"])
        assert len(metadata["name"]) <= 63
        assert (item["kind"], metadata["name"]) not in seen
        seen.add((item["kind"], metadata["name"]))
        for value in metadata.get("labels", {}).values():
            assert isinstance(value, str)
            assert len(value) <= 63
    for service in manifests.all("Service"):
        selector = service["spec"]["selector"]
        assert sum(selector.items() <= metadata["labels"].items() for _, metadata, _ in pods) == 1
    for _, _, spec in pods:
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["automountServiceAccountToken"] is False
    for name, container in manifests.containers():
        assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
    for item in manifests.all("ConfigMap"):
        assert all(isinstance(value, str) for value in item["data"].values())
    assert "<no value>" not in manifests.notes


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_the_schema_lets_through_renders_or_is_refused_in_our_words(
    helm: Any, render: Any, drawn: Any, data: st.DataObject
) -> None:
    values = data.draw(drawn)
    note(f"values: {values}")
    try:
        manifests = render(values)
    except helm.HelmError as refusal:
        message = str(refusal)
        assert "These values can't be used:" in message, message
        assert "Fix: " in message
    else:
        check(manifests)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_renders_is_valid_for_kubernetes(
    helm: Any, render: Any, drawn: Any, data: st.DataObject, validate: Any
) -> None:
    values = data.draw(drawn)
    note(f"values: {values}")
    try:
        manifests = render(values)
    except helm.HelmError:
        return
    for item in manifests.objects:
        validate(item, "1.35")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_rendering_is_repeatable(helm: Any, render: Any, drawn: Any, data: st.DataObject) -> None:
    """Nothing but the generated Secret may differ, or every pipeline would see changes that are none."""
    values = data.draw(drawn)
    try:
        first, second = render(values), render(values, upgrade=True)
    except helm.HelmError:
        return
    assert [i for i in first.objects if i["kind"] != "Secret"] == [i for i in second.objects if i["kind"] != "Secret"]

"""Writes each chart's JSON schema and its README's table from one source: its values.yaml and the comments in it.

    chart_docs.py            writes values.schema.json and the table in README.md
    chart_docs.py --check    writes nothing, names what is out of date and ends with 1

In values.yaml a comment block stands above each value: `# --` is its description, `# @default --` the text that the
table shows instead of the value, `# @schema` (one line of YAML) what the JSON schema says besides the type. The type
comes from the value itself. `make gen` runs this; a test in tests/chart holds the files against it.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_HELM = Path(__file__).resolve().parents[1] / "helm"
CHARTS = {"Taskora": _HELM / "taskora", "Kora": _HELM / "kora"}  # by the name that the schema shows
BEGIN, END = "<!-- values: begin -->", "<!-- values: end -->"

Schema = dict[str, Any]

_DNS_LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?"
_DNS_NAME = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_CPU = "([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)"
_LABEL_VALUE = "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"


def _text(pattern: str, longest: int | None = None, *, optional: bool = False) -> Schema:
    shape: Schema = {"type": "string", "pattern": f"^({pattern})?$" if optional else f"^{pattern}$"}
    return shape if longest is None else shape | {"maxLength": longest}


def _map_of(value: Schema, key_pattern: str) -> Schema:
    return {"type": "object", "propertyNames": {"pattern": key_pattern}, "additionalProperties": value}


# The shapes that `@schema` lines refer to as $ref: <name>. 40 characters leave room for the endings of names.
SHAPES: dict[str, Schema] = {
    "name": _text(_DNS_LABEL, 63),
    "optionalName": _text(_DNS_LABEL, 40, optional=True),
    "optionalDnsName": _text(_DNS_NAME, 253, optional=True),
    "host": _text("(\\*\\.)?" + _DNS_NAME, 253),
    "cidr": _text("[0-9a-fA-F.:]+/[0-9]{1,3}"),
    "sqlName": _text("[a-z_][a-z0-9_]*", 63),
    "repository": _text("[a-z0-9]+([._/:-]+[a-z0-9]+)*", 255),
    "tag": _text("[A-Za-z0-9_][A-Za-z0-9._-]*", 128, optional=True),
    "requiredTag": _text("[A-Za-z0-9_][A-Za-z0-9._-]*", 128),
    "digest": _text("sha256:[0-9a-f]{64}", optional=True),
    "path": _text("/[!-~]*"),
    "cpu": _text(_CPU),
    "optionalCpu": _text(_CPU, optional=True),
    "memory": _text("[1-9][0-9]*(Ki|Mi|Gi|k|M|G)"),
    "size": _text("[1-9][0-9]*(Mi|Gi|Ti)"),
    "port": {"type": "integer", "minimum": 1, "maximum": 65535},
    "unprivilegedPort": {"type": "integer", "minimum": 1024, "maximum": 65535},
    "nodePort": {"type": ["integer", "null"], "minimum": 30000, "maximum": 32767},
    "labels": _map_of({"type": "string", "pattern": _LABEL_VALUE, "maxLength": 63}, "^[A-Za-z0-9][-A-Za-z0-9_./]*$"),
    "annotations": _map_of({"type": "string"}, "^[A-Za-z0-9][-A-Za-z0-9_./]*$"),
    "environment": _map_of({"type": ["string", "integer", "number", "boolean"]}, "^[A-Za-z_][A-Za-z0-9_]*$"),
    "nameReference": {
        "type": "object",
        "properties": {"name": _text(_DNS_NAME, 253)},
        "required": ["name"],
        "additionalProperties": False,
    },
    "namedObject": {
        "type": "object",
        "properties": {"name": {"type": "string", "minLength": 1}},
        "required": ["name"],
    },
    "variable": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "value": {"type": "string"},
            "valueFrom": {"type": "object"},
        },
        "required": ["name"],
        "additionalProperties": False,
    },
    "mount": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "mountPath": {"type": "string", "pattern": "^/"},
        },
        "required": ["name", "mountPath"],
    },
    "anyObject": {"type": "object"},
}


class ChartDocsError(Exception):
    """values.yaml can't be turned into a schema; the message names the line and the fix."""


@dataclass(frozen=True)
class Value:
    """One value: where it stands, what it is, what its comment says."""

    path: tuple[str, ...]
    node: yaml.Node
    description: str
    default_text: str | None
    schema: Schema | None

    @property
    def is_group(self) -> bool:
        """Whether it only holds other values of ours (a map with entries and without a comment)."""
        return isinstance(self.node, yaml.MappingNode) and bool(self.node.value) and not self.description


def read_values(text: str) -> list[Value]:
    """Every value and group of values.yaml in order.

    Raises:
        ChartDocsError: a value lacks its comment, or a comment can't be read.
    """
    lines = text.splitlines()
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise ChartDocsError("values.yaml holds no map")
    return list(_walk(root, (), lines))


def _walk(node: yaml.MappingNode, path: tuple[str, ...], lines: list[str]) -> Iterator[Value]:
    for key, child in node.value:
        value = _describe((*path, key.value), child, key.start_mark.line, lines)
        yield value
        if value.is_group:
            assert isinstance(child, yaml.MappingNode)
            yield from _walk(child, value.path, lines)
        elif not value.description:
            raise ChartDocsError(
                f"line {key.start_mark.line + 1}: {'.'.join(value.path)} has no '# --' comment; add one"
            )


def _describe(path: tuple[str, ...], node: yaml.Node, line: int, lines: list[str]) -> Value:
    block: list[str] = []
    while line > 0 and lines[line - 1].strip().startswith("#"):
        line -= 1
        block.insert(0, lines[line].strip().removeprefix("#").strip())
    description, default_text, schema = "", None, None
    for text in block:
        if text.startswith("-- "):
            description = text.removeprefix("-- ")
        elif text.startswith("@default -- "):
            default_text = text.removeprefix("@default -- ")
        elif text.startswith("@schema "):
            try:
                schema = yaml.safe_load(text.removeprefix("@schema "))
            except yaml.YAMLError as error:
                raise ChartDocsError(f"line {line + 1}: the @schema of {'.'.join(path)} is no YAML: {error}") from error
    return Value(path, node, description, default_text, schema)


def default_of(node: yaml.Node) -> Any:
    """The value that a node stands for."""
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def json_schema(values: list[Value], name: str = "Taskora") -> Schema:
    """The schema of all values. Strict on every level of ours, and every key is required: Helm merges the defaults in
    before it checks, so a missing key is one that somebody set to null.

    Raises:
        ChartDocsError: a value's type isn't clear from its default.
    """
    root = _group(f"Values of the {name} chart; generated from values.yaml")
    groups: dict[tuple[str, ...], Schema] = {(): root}
    for value in values:
        parent = groups[value.path[:-1]]
        name = value.path[-1]
        if value.is_group:
            groups[value.path] = parent["properties"][name] = _group(None)
        else:
            parent["properties"][name] = _value_schema(value)
        if not _may_be_missing(parent["properties"][name]):
            parent["required"].append(name)
    return {"$schema": "http://json-schema.org/draft-07/schema#", **root}


def _group(title: str | None) -> Schema:
    named: Schema = {} if title is None else {"title": title}
    return {**named, "type": "object", "additionalProperties": False, "required": [], "properties": {}}


def _value_schema(value: Value) -> Schema:
    default = default_of(value.node)
    stated = _expand(value.schema or {}, ".".join(value.path))
    if "type" not in stated and "enum" not in stated:
        stated = {"type": _type_name(value, default), **stated}
    return {"description": value.description, **stated, "default": default}


def _expand(stated: Any, path: str) -> Any:
    """The same schema with the shape in place of every reference, so that Helm's messages name the broken rule."""
    if isinstance(stated, list):
        return [_expand(item, path) for item in stated]
    if not isinstance(stated, dict):
        return stated
    if "$ref" in stated:
        name = stated["$ref"]
        if name not in SHAPES:
            raise ChartDocsError(f"{path}: {name!r} is not among the shapes of chart_docs.py")
        return SHAPES[name]
    return {key: _expand(item, path) for key, item in stated.items()}


def _type_name(value: Value, default: Any) -> str:
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(default, kind):
            return name
    if value.schema and isinstance(default, list) and "items" in value.schema:
        return "array"
    if value.schema and isinstance(default, dict):
        return "object"
    raise ChartDocsError(f"{'.'.join(value.path)}: its default does not tell the type; say it in a '# @schema' line")


def _may_be_missing(schema: Schema) -> bool:
    """Whether null is allowed; Helm drops a null before the schema sees it."""
    return isinstance(schema.get("type"), list) and "null" in schema["type"]


def table(values: list[Value]) -> str:
    """The README's table, one per section of the values."""
    sections: dict[str, list[str]] = {}
    for value in values:
        if value.is_group:
            continue
        section = value.path[0] if len(value.path) > 1 else "general"
        shown = value.default_text
        if shown is None:
            shown = f"`{json.dumps(default_of(value.node))}`"
        row = f"| `{'.'.join(value.path)}` | {shown} | {value.description.replace('|', chr(92) + '|')} |"
        sections.setdefault(section, []).append(row)
    parts = []
    for section, rows in sections.items():
        parts.append("\n".join([f"### {section}", "", "| value | default | what it does |", "|---|---|---|", *rows]))
    return "\n\n".join(parts)


def generate(chart: Path, name: str = "Taskora") -> dict[Path, str]:
    """Every generated file with its text.

    Raises:
        ChartDocsError: values.yaml is incomplete, or README.md lacks the marks.
    """
    values = read_values((chart / "values.yaml").read_text(encoding="utf-8"))
    readme = (chart / "README.md").read_text(encoding="utf-8")
    if BEGIN not in readme or END not in readme:
        raise ChartDocsError(f"README.md lacks the marks {BEGIN} and {END}")
    pattern = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    filled = pattern.sub(lambda _: f"{BEGIN}\n{table(values)}\n{END}", readme)
    schema = json.dumps(json_schema(values, name), indent=2, ensure_ascii=False) + "\n"
    return {chart / "README.md": filled, chart / "values.schema.json": schema}


def main() -> int:
    """Command line; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    options = parser.parse_args()
    stale = False
    generated = (each for name, chart in CHARTS.items() for each in generate(chart, name).items())
    for path, text in generated:
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale = True
        if options.check:
            sys.stderr.write(f"{path.parent.name}/{path.name} is out of date: run make gen\n")
        else:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.parent.name}/{path.name}\n")
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())

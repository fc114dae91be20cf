"""JSON schemas of Pydantic models in the form that a CustomResourceDefinition takes: structural, no references.

What the Kubernetes API does not know of JSON Schema is left out; what only it knows (`x-kubernetes-…`, such as CEL
rules and list types) comes through from a model's `json_schema_extra`.
"""

from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

_KEPT = {
    "type", "enum", "pattern", "minimum", "maximum", "description", "default", "required", "minLength", "maxLength",
    "minItems", "maxItems", "maxProperties",
}  # fmt: skip
_FORMATS = {"date-time"}  # the API server knows more, but these are what our models write


def structural(model: type[BaseModel]) -> Schema:
    """The schema of `model` by its aliases. Fields that it does not name are pruned by the API server."""
    document = model.model_json_schema(by_alias=True)
    definitions = document.pop("$defs", {})
    return {**_inlined(document, definitions), "type": "object"}


def _inlined(node: Schema, definitions: Schema) -> Schema:
    if reference := node.get("$ref"):
        node = {**definitions[reference.rsplit("/", 1)[1]], **{k: v for k, v in node.items() if k != "$ref"}}
    if choices := [each for each in node.get("anyOf", ()) if each.get("type") != "null"]:
        rest = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
        return {**_inlined(choices[0], definitions), **_inlined(rest, definitions), "nullable": True}
    clean = {key: value for key, value in node.items() if key in _KEPT or key.startswith("x-kubernetes-")}
    if node.get("format") in _FORMATS:
        clean["format"] = node["format"]
    if isinstance(clean.get("default"), dict | list):
        del clean["default"]  # a section that is left out takes the defaults of its fields
    if "const" in node:
        clean["enum"] = [node["const"]]
    if "properties" in node:
        clean["properties"] = {name: _inlined(each, definitions) for name, each in node["properties"].items()}
    if isinstance(extra := node.get("additionalProperties"), dict):
        clean["additionalProperties"] = _inlined(extra, definitions)
    if "items" in node:
        clean["items"] = _inlined(node["items"], definitions)
    return clean

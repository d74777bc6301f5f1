"""Writes schema.json: the wire of ChatKit as OpenAI publishes it, for the tests.

    python3 -m venv /tmp/chatkit && /tmp/chatkit/bin/pip install pydantic==2.14.3 jinja2==3.1.6
    /tmp/chatkit/bin/pip install --no-deps openai-chatkit==1.6.5
    /tmp/chatkit/bin/python test/chatkit/write-schema.py

The models of that package (Apache-2.0, https://github.com/openai/chatkit-python) are the only normative description of
the protocol. Its own server writes them without nulls and with all else, defaults too; so what is asked here of an answer
is more than what the models take: every field that is never null, no field that they do not know, and no widget of
another kind than theirs.
"""

import importlib.metadata
import json
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")

# The package's __init__ and its types need neither the agents SDK nor a server.
from chatkit import types as chatkit  # noqa: E402
from pydantic import TypeAdapter  # noqa: E402
from pydantic.json_schema import GenerateJsonSchema  # noqa: E402

DYNAMIC = {"DynamicWidgetComponent", "DynamicWidgetRoot", "BasicRoot"}
NO_USE = {"title", "description", "default", "deprecated", "discriminator"}
ANSWERS = {
    "event": chatkit.ThreadStreamEvent,
    "thread": chatkit.Thread,
    "threads": chatkit.Page[chatkit.Thread],
    "items": chatkit.Page[chatkit.ThreadItem],
    "syncAction": chatkit.SyncCustomActionResponse,
}


class Written(GenerateJsonSchema):
    """What a server writes: of a model every field, of a typed dictionary what it must have."""

    def field_is_required(self, field, total):
        return field["type"] == "model-field" or super().field_is_required(field, total)


def is_dynamic(schema):
    return schema.get("$ref", "").split("/")[-1] in DYNAMIC


def is_null(schema):
    return schema.get("type") == "null"


def tidied(schema, strict):
    """The schema without what does not validate; in a strict one nothing is null and nothing unknown."""
    if isinstance(schema, list):
        return [tidied(one, strict) for one in schema]
    if not isinstance(schema, dict):
        return schema
    nullable = {name for name, one in schema.get("properties", {}).items() if "anyOf" in one and any(map(is_null, one["anyOf"]))}
    out = {}
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            out[key] = {name: tidied(one, strict) for name, one in value.items()}
        elif key not in NO_USE:
            out[key] = tidied(value, strict)
    # Unions are told apart by it.
    if "const" in out.get("properties", {}).get("type", {}):
        out["required"] = sorted({"type", *out.get("required", [])})
    if not strict:
        return out
    for union in ("anyOf", "oneOf"):
        if union in out:
            out[union] = [one for one in out[union] if not is_null(one) and not is_dynamic(one)]
            if len(out[union]) == 1:
                out.update(out.pop(union)[0])
    if "properties" in out:
        out["additionalProperties"] = False
        out["required"] = sorted(set(out.get("required", [])) - nullable)
    return out


def reached(schema, definitions, names):
    """The names of the definitions that a schema leads to."""
    if isinstance(schema, list):
        for one in schema:
            reached(one, definitions, names)
    elif isinstance(schema, dict):
        name = schema.get("$ref", "").removeprefix("#/$defs/")
        if name and name not in names:
            names.add(name)
            reached(definitions[name], definitions, names)
        for one in schema.values():
            reached(one, definitions, names)
    return names


def whole(schema, strict):
    schema = tidied(schema, strict)
    definitions = schema.pop("$defs")
    kept = sorted(reached(schema, definitions, set()))
    return {**schema, "$defs": {name: definitions[name] for name in kept}}


answers = {
    name: whole(TypeAdapter(kind).json_schema(mode="serialization", schema_generator=Written), True)
    for name, kind in ANSWERS.items()
}
request = whole(TypeAdapter(chatkit.ChatKitReq).json_schema(mode="validation"), False)

definitions = {}
for one in answers.values():
    definitions |= one.pop("$defs")

lines = [
    '"$comment":'
    + json.dumps(
        f"Made by write-schema.py from openai-chatkit {importlib.metadata.version('openai-chatkit')}. Copyright 2025 OpenAI, "
        "licensed under the Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0"
    ),
    '"request":' + json.dumps(request, separators=(",", ":"), sort_keys=True),
    '"answers":' + json.dumps(answers, separators=(",", ":"), sort_keys=True),
    '"$defs":{\n'
    + ",\n".join(f'"{name}":' + json.dumps(definitions[name], separators=(",", ":"), sort_keys=True) for name in sorted(definitions))
    + "\n}",
]
path = pathlib.Path(__file__).with_name("schema.json")
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
print(f"{path}: {path.stat().st_size} bytes, {len(definitions)} definitions", file=sys.stderr)

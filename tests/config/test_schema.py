"""The JSON Schemas say what the loader does, checked with the few words of JSON Schema that they use."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from radiocast.config.load import parse_schedule, parse_station
from radiocast.config.schema import schedule_schema, station_schema
from tests.config.test_schedule_file import SMALLEST
from tests.config.test_schedule_file import WHOLE as WHOLE_SCHEDULE
from tests.config.test_station_file import WHOLE as WHOLE_STATION

_KNOWN_WORDS = {
    *("$schema", "title", "description", "default", "examples", "type", "properties", "required"),
    *("additionalProperties", "items", "minItems", "maxItems", "anyOf", "enum", "const", "pattern"),
    *("minLength", "minimum", "maximum", "minProperties", "maxProperties"),
}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value satisfies a schema; fails on a word of JSON Schema that it does not know."""
    assert set(schema) <= _KNOWN_WORDS, set(schema) - _KNOWN_WORDS
    types = schema.get("type", [])
    types = types if isinstance(types, list) else [types]
    return all(
        (
            not types or any(value is None if t == "null" else isinstance(value, _TYPES[t]) for t in types),
            "anyOf" not in schema or any(fits(value, one) for one in schema["anyOf"]),
            "enum" not in schema or value in schema["enum"],
            "const" not in schema or value == schema["const"],
            not isinstance(value, str) or fits_string(value, schema),
            not isinstance(value, list) or fits_list(value, schema),
            not isinstance(value, dict) or fits_object(value, schema),
            not isinstance(value, int | float)
            or schema.get("minimum", value) <= value <= schema.get("maximum", value),
        )
    )


def fits_string(value: str, schema: dict[str, Any]) -> bool:
    return bool(re.search(schema.get("pattern", ""), value)) and len(value) >= schema.get("minLength", 0)


def fits_list(value: list[Any], schema: dict[str, Any]) -> bool:
    enough = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
    return enough and all(fits(one, schema.get("items", {})) for one in value)


def fits_object(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    properties, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    if not set(schema.get("required", ())) <= set(value) or len(value) < schema.get("minProperties", 0):
        return False
    for key, inner in value.items():
        if key in properties:
            if not fits(inner, properties[key]):
                return False
        elif more is False or (isinstance(more, dict) and not fits(inner, more)):
            return False
    return True


def plain(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize("text", [SMALLEST, WHOLE_SCHEDULE])
def test_good_schedules_fit_their_schema(text: str) -> None:
    parse_schedule(text, Path("s"))
    assert fits(plain(text), schedule_schema())


@pytest.mark.parametrize("text", ["station: {name: x}\nlisten:\n", WHOLE_STATION])
def test_good_stations_fit_their_schema(text: str) -> None:
    parse_station(text, Path("s"))
    assert fits(plain(text), station_schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("files:", "file:"),
        ("sustainer: rotation/music", ""),
        ("rotation/music}]", "music}]"),
        ("fill: rotation", "fill: bulletin"),
        ("default:", "monday:"),
        ("[{fill: rotation/music}]", "[]"),
        ("{fill: rotation/music}", "{fill: rotation/music, until: '61:00'}"),
        ("{fill: rotation/music}", "{fill: rotation/music, backtime: true}"),
        ("{fill: rotation/music}", "{every: 4, play: cart/x}"),
        ("grid:", "dst: {gap: next_valid}\ngrid:"),
    ],
)
def test_what_the_loader_refuses_the_schedule_schema_refuses_too(old: str, new: str) -> None:
    assert old in SMALLEST
    text = SMALLEST.replace(old, new)
    with pytest.raises(Exception, match=":"):
        parse_schedule(text, Path("s"))
    assert not fits(plain(text), schedule_schema())


@pytest.mark.parametrize(
    "text",
    [
        "station: {}",
        "listen: {port: 80}",
        "station: {name: x}\nlisten: {burst: 6}",
        "station: {name: x}\nlisten: {workers: 2}",
        "station: {name: x}\nlisten: {tls: {}}",
        "station: {name: x}\nmounts: []",
        "station: {name: x}\nmounts: [{path: live.mp3}]",
        "station: {name: x}\nmounts: [{path: /a, bitrate: 127k}]",
        "station: {name: x}\nnewsroom: {feeds: [{url: u}]}",
        "station: {name: x}\nnewsroom: {voice: {engine: piper}}",
    ],
)
def test_what_the_loader_refuses_the_station_schema_refuses_too(text: str) -> None:
    with pytest.raises(Exception, match=":"):
        parse_station(text, Path("s"))
    assert not fits(plain(text), station_schema())


@pytest.mark.parametrize("schema", [station_schema(), schedule_schema()])
def test_a_schema_is_json_and_describes_every_key(schema: dict[str, Any]) -> None:
    assert json.loads(json.dumps(schema)) == schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert all(value["description"] for value in schema["properties"].values())

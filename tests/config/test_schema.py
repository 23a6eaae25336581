"""The JSON Schemas say what the loader does, checked with the few words of JSON Schema that they use."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from radiocast.cli import app
from radiocast.config.document import Findings, Items, Keyed, Node, Scalar, read_document
from radiocast.config.load import parse_schedule, parse_station
from radiocast.config.schema import SCHEMAS, schedule_schema, station_schema
from tests.config.test_schedule_file import SMALLEST
from tests.config.test_schedule_file import WHOLE as WHOLE_SCHEDULE
from tests.config.test_station_file import WHOLE as WHOLE_STATION

_KNOWN_WORDS = {
    *(
        "$schema",
        "title",
        "patternProperties",
        "description",
        "default",
        "examples",
        "type",
        "properties",
        "required",
    ),
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
    patterns = schema.get("patternProperties", {})
    for key, inner in value.items():
        named = [properties[key]] if key in properties else []
        named += [one for pattern, one in patterns.items() if re.search(pattern, key)]
        if named:
            if not all(fits(inner, one) for one in named):
                return False
        elif more is False or (isinstance(more, dict) and not fits(inner, more)):
            return False
    return True


def plain(text: str) -> Any:
    """What an editor makes of a file: values by the core schema of YAML 1.2 (§10.3)."""
    root = read_document(text, Findings(Path("s")))
    assert root is not None
    return as_json(root)


def as_json(node: Node) -> Any:
    if isinstance(node, Keyed):
        return {key.text: as_json(value) for key, value in node.pairs}
    if isinstance(node, Items):
        return [as_json(child) for child in node.nodes]
    return scalar_as_json(node)


def scalar_as_json(value: Scalar) -> Any:
    text = value.text
    if value.quoted:
        return text
    if value.empty:
        return None
    if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return text.casefold() == "true"
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text


@pytest.mark.parametrize("text", [SMALLEST, WHOLE_SCHEDULE])
def test_good_schedules_fit_their_schema(text: str) -> None:
    parse_schedule(text, Path("s"))
    assert fits(plain(text), schedule_schema())


@pytest.mark.parametrize(
    "text",
    [
        "station: {name: x}\nlisten:\n",
        "station: {name: x}\nnewsroom:\n  feeds:\n  desk:\n  voice:\n  voices:\n  templates:\n  keep: 7\n",
        WHOLE_STATION,
    ],
)
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
        ("{fill: rotation/music}", "{fill: rotation/music, backtime: yes}"),
        ("{fill: rotation/music}", "{fill: stream/example.org/live}"),
        ("{fill: rotation/music}", "{fill: rotation/music, start: hard}"),
        ("{fill: rotation/music}", "{after: prev, wait_up_to: 90s, play: rotation/music}"),
        ("{fill: rotation/music}", "{at: 10:00, wait_up_to: 90, play: rotation/music}"),
        ("{fill: rotation/music}", "{at: 10:00, wait_upto: 90s, play: rotation/music}"),
        ("{fill: rotation/music}", "{at: 10:00, priority: 101, play: rotation/music}"),
        ("{fill: rotation/music}", "{at: 10:00, start: hart, play: rotation/music}"),
        ("{fill: rotation/music}", "{every: 20m, play: stream/https://example.org/live}"),
        ('"music/**"', '"music/**", weights: {a: 0}'),
        ("{default: hour}", "{default: hour, mon-fry: hour}"),
        ("{default: hour}", "{default: hour, mon 06:30-09: hour}"),
        ("{default: hour}", "{default: hour, weekend: hour}"),
        ("grid:", "exceptions: [{date: 25.12.2026, clock: hour}]\ngrid:"),
        ("grid:", "exceptions: [{date: 2026-12-25}]\ngrid:"),
        ("grid:", "exceptions: [{date: 2026-12-25, hours: 6am, clock: hour}]\ngrid:"),
        ("grid:", "exceptions: {date: 2026-12-25, clock: hour}\ngrid:"),
        ("grid:", "events: [{name: e, at: 2026-11-03, play: rotation/music}]\ngrid:"),
        ("grid:", "events: [{name: e, at: 8pm, play: rotation/music}]\ngrid:"),
        ("grid:", "events: [{at: 20:00, play: rotation/music}]\ngrid:"),
        ("grid:", "events: [{name: e, at: 20:00, days: mon-fry, play: rotation/music}]\ngrid:"),
        ("grid:", "carts: {c: {cuts: [{file: a, valid: 12-25}]}}\ngrid:"),
        ("grid:", "carts: {c: {cuts: [{file: a, daypart: morning}]}}\ngrid:"),
        ("grid:", "carts: {c: {cuts: [{file: a, evergreen: maybe}]}}\ngrid:"),
        ("grid:", "breaking: {max_age: 5m}\ngrid:"),
        ("grid:", "breaking: {folder: a, max_age: 5}\ngrid:"),
        ("{fill: rotation/music}", "{every: 4, play: cart/x}"),
        ("grid:", "dst: {gap: next}\ngrid:"),
        ("sustainer: rotation/music", "sustainer: stream/https://example.org/live"),
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
        "station: {name: x}\nlisten: {workers: 65}",
        "station: {name: x}\nlisten: {tls: {}}",
        "station: {name: x}\nlisten: {tls: {cert: a, key: b, port: 70000}}",
        "station: {name: x}\nlisten: {max_duration: 12}",
        "station: {name: x}\nmounts: [{path: /a, max_listeners: 0}]",
        "station: {name: x}\nrecords: {addresses: sha256}",
        "station: {name: x}\nrecords: {access_log: {size: lots}}",
        "station: {name: x}\nmounts: []",
        "station: {name: x}\nmounts: [{path: live.mp3}]",
        "station: {name: x}\nmounts: [{path: /a, bitrate: 127k}]",
        "station: {name: x}\nnewsroom: {feeds: [{url: u}]}",
        "station: {name: x}\nnewsroom: {feeds: [{name: a b, url: http://a.example}]}",
        "station: {name: x}\nnewsroom: {feeds: [{name: a, url: ftp://a.example}]}",
        "station: {name: x}\nnewsroom: {feeds: [{name: a, url: http://a.example, every: 300}]}",
        "station: {name: x}\nnewsroom: {feeds: [{name: a, url: http://a.example, max_bytes: lots}]}",
        "station: {name: x}\nnewsroom: {desk: {airings: -1}}",
        "station: {name: x}\nnewsroom: {voice: {engine: pipr}}",
        "station: {name: x}\nnewsroom: {voices: {parts: {weather: {}}}}",
        "station: {name: x}\nnewsroom: {templates: {en: hello}}",
        "station: {name: x}\nnewsroom: {keep: ever}",
    ],
)
def test_what_the_loader_refuses_the_station_schema_refuses_too(text: str) -> None:
    with pytest.raises(Exception, match=":"):
        parse_station(text, Path("s"))
    assert not fits(plain(text), station_schema())


# Wherever the loader takes a text, a list or a number, an editor does not mark it.
@pytest.mark.parametrize(
    "more",
    [
        "exceptions:\nevents:\nbreaking: {folder: a}\ndst:",
        "exceptions: [{date: 12-25, hours: 06, clock: hour}]",
        "exceptions: [{date: 12-24 .. 01-02, hours: [6, 8-10], clock: hour}]",
        "events: [{name: e, at: 2026-11-03 20:00, play: file/a}]",
        "events: [{name: e, at: 8:05:30, days: [Sat, sunday], valid: ..2026-12-31, play: rotation/music}]",
        "events: [{name: e, at: 8:05, duration: 1h30m, play: stream/http://example.org}]",
        "carts: {c: {cuts: [{file: a, valid: 2026-05-01.., daypart: [22:00-02:00, 6-7], days: sat - mon}]}}",
        "breaking: {folder: media/b, priority: 0, max_age: 1h, sounder: b.ogg}",
    ],
)
def test_what_the_loader_takes_the_schema_takes_too(more: str) -> None:
    text = f"{SMALLEST}{more}\n"
    parse_schedule(text, Path("s"))
    assert fits(plain(text), schedule_schema())


@pytest.mark.parametrize(
    "rule", ["mon", "Mon-Fri 06-09", "sat,sun", "22-02", "fri 22-02", "06", "mon-fri,sun 06-09,16-19,22"]
)
def test_rules_of_the_grid_fit_the_schema(rule: str) -> None:
    text = SMALLEST.replace("grid: {default: hour}", f"grid:\n  default: hour\n  {rule}: hour")
    assert len(parse_schedule(text, Path("s")).grid) == 1
    assert fits(plain(text), schedule_schema())


@pytest.mark.parametrize("name", ["schedule", "station"])
def test_the_command_prints_a_schema(name: str) -> None:
    done = CliRunner().invoke(app, ["schema", name])
    assert done.exit_code == 0
    assert json.loads(done.output) == SCHEMAS[name]()


def test_the_command_knows_its_schemas() -> None:
    done = CliRunner().invoke(app, ["schema", "skedule"])
    assert done.exit_code == 2
    assert "there are: schedule, station" in done.output


def described(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that an editor completes, with its schema."""
    if isinstance(schema, dict):
        for key, inner in schema.get("properties", {}).items():
            yield f"{path}.{key}", inner
        for word, inner in schema.items():
            yield from described(inner, f"{path}.{word}")
    elif isinstance(schema, list):
        for index, inner in enumerate(schema):
            yield from described(inner, f"{path}[{index}]")


def test_an_editor_has_something_to_say_about_every_key() -> None:
    silent = {
        path
        for path, schema in (*described(schedule_schema()), *described(station_schema()))
        # The parts of a bulletin are words of a list, described there.
        if not schema.get("description") and ".parts." not in path
    }
    assert not silent


@pytest.mark.parametrize("schema", [station_schema(), schedule_schema()])
def test_a_schema_is_json_and_describes_every_key(schema: dict[str, Any]) -> None:
    assert json.loads(json.dumps(schema)) == schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert all(value["description"] for value in schema["properties"].values())

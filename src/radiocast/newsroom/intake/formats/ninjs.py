"""IPTC ninjs: a story as JSON, the way agencies deliver it. Versions 1 to 3, and what is near them.

Its keys are those of `fields`. Version 2 has lists (`headlines`, `descriptions`, `bodies`) where version 1
had `headline`, `description_text`, `body_text` or `body_html`; of those the main one is taken, text before
HTML. A body goes through the rules of furniture, byline and dateline like any other. One file is one
story; a list of one is accepted, because that is how some programs write one. `breaking` and `corrects`
are ours.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Any, Final

from radiocast.model.errors import StoryError
from radiocast.newsroom.intake.formats.draft import (
    Draft,
    Line,
    drop,
    find_byline,
    lines_of,
    paragraphs,
    with_credit,
    with_dateline,
    without_furniture,
)
from radiocast.newsroom.intake.formats.fields import Given, bad_value, draft_of
from radiocast.newsroom.intake.formats.markup import read_markup
from radiocast.newsroom.intake.reading import clean, one_line

# Where a name is when a value is an object: `{"name": "Reuters"}`, `{"copyrightnotice": "..."}`.
_NAMES: Final = ("name", "value", "title", "copyrightnotice", "usageterms", "literal", "uri", "href")
# Lists of versions 2 and 3, and the key of version 1 that each stands for.
_LISTS: Final = {"headlines": "headline", "descriptions": "description_text", "infosources": "infosource"}
_MAIN_ROLES: Final = frozenset(("", "main", "default", "headline", "body", "description"))
# Agencies' own extensions included, an item has some forty.
_MAX_KEYS: Final = 400
_HTML: Final = re.compile(r"html", re.IGNORECASE)
_READ_TYPES: Final = frozenset(("", "text", "news", "article", "composite"))


def take_apart(text: str, *, zone: tzinfo = UTC) -> Draft:
    """The parts of a ninjs document. Raises StoryError with the line where it is none."""
    item = _item(text)
    kind = _first_text(item.get("type"))
    if kind.lower() not in _READ_TYPES:
        raise bad_value(_line_of("type", text), "type", kind, "is not read aloud: only text is")
    given = {
        key.strip().lower(): Given(texts=tuple(_texts(value)), line=_line_of(key, text))
        for key, value in list(item.items())[:_MAX_KEYS]
    }
    for several, one in _LISTS.items():
        if one not in given and several in item:
            given[one] = Given(texts=_main(item[several])[:1], line=_line_of(several, text))
    draft = draft_of(given, zone=zone)
    lines = _body(item)
    kept, dropped = without_furniture(lines)
    if kept and draft.headline and kept[0].text.casefold() == draft.headline.casefold():
        dropped.append(drop(kept.pop(0), "repeated"))
    found = find_byline([Line(number=0, text="- - - -", group=-1), *kept[:2]])
    if found is not None:
        index, byline = found
        dropped.append(drop(kept.pop(index - 1), "byline"))
        draft = replace(draft, byline=draft.byline or byline.writer, source=draft.source or byline.source)
    draft = replace(draft, body=paragraphs(kept), dropped=tuple(sorted(dropped, key=lambda line: line.line)))
    return with_credit(with_dateline(draft, kept), lines)


def _item(text: str) -> Mapping[str, Any]:
    try:
        # Numbers stay as they are written, and one of a million digits is not worked out.
        loaded = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise StoryError(f"line {error.lineno}: not JSON: {error.msg} (column {error.colno})") from error
    except RecursionError as error:
        raise StoryError("not ninjs: it is nested too deep") from error
    if isinstance(loaded, list):
        if len(loaded) != 1:
            raise StoryError(
                f"a list of {len(loaded)} items: one file is one story, give each a file of its own"
            )
        loaded = loaded[0]
    if not isinstance(loaded, dict):
        raise StoryError('not ninjs: it must be an object, {"headline": ..., "body_text": ...}')
    return loaded


def _texts(value: object) -> Iterable[str]:
    """The texts that a value comes to: its own, each of a list's, an object's name."""
    if isinstance(value, bool):
        yield "yes" if value else "no"
    elif isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each) if not isinstance(each, list) else ()
    elif isinstance(value, dict):
        name = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), None)
        if name is not None:
            yield name


def _first_text(value: object) -> str:
    return next((one_line(text) for text in _texts(value)), "")


def _main(value: object) -> tuple[str, ...]:
    """Of version 2's lists, the texts in the order in which they are to be taken: the main one first."""
    entries = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    entries.sort(key=lambda each: str(each.get("role") or "").lower() not in _MAIN_ROLES)
    return tuple(text for entry in entries for text in _texts(entry))


def _body(item: Mapping[str, Any]) -> tuple[Line, ...]:
    """The body's lines, numbered from its own first."""
    text = item.get("body_text")
    if isinstance(text, str) and text.strip():
        return lines_of(clean(text))
    for key in ("body_html", "body_xhtml"):
        html = item.get(key)
        if isinstance(html, str) and html.strip():
            return _from_html(html)
    bodies = item.get("bodies")
    entries = [each for each in bodies if isinstance(each, dict)] if isinstance(bodies, list) else []
    entries.sort(key=lambda each: _HTML.search(str(each.get("contenttype") or "")) is not None)
    entries.sort(key=lambda each: str(each.get("role") or "").lower() not in _MAIN_ROLES)
    for entry in entries:
        value = entry.get("value")
        if isinstance(value, str) and value.strip():
            return (
                _from_html(value)
                if _HTML.search(str(entry.get("contenttype") or ""))
                else lines_of(clean(value))
            )
    return ()


def _from_html(html: str) -> tuple[Line, ...]:
    return tuple(block.line for block in read_markup(clean(html)).blocks if not block.aside)


def _line_of(key: str, text: str) -> int:
    """The line where a key stands first; 0 if it is written in a way of its own (escapes)."""
    at = text.find(json.dumps(key, ensure_ascii=False))
    return text.count("\n", 0, at) + 1 if at >= 0 else 0

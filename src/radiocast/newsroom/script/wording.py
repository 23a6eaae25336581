"""A station's sentences: the house's own in each language, and what the station has in place of them. Pure.

A template that cannot be used is named in `problems` and the house's is used: a bulletin never fails for one.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from radiocast.config.station import StationConfig
from radiocast.model.story import Story
from radiocast.newsroom.languages import known, language_of
from radiocast.newsroom.languages.language import PLACEHOLDERS, WORDLESS
from radiocast.newsroom.script.templates import fill

# What frames a bulletin in a language for which there are no sentences at all.
_HOUSE: Final = "en"


@dataclass(slots=True)
class Wording:
    """`templates` are the station's, by language code and name; those of `PLACEHOLDERS`."""

    templates: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    _usable: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Said when the station starts, not when the first bulletin is made.
        for tag, templates in self.templates.items():
            usable = self._usable.setdefault(_code(tag), {})
            for name, template in templates.items():
                problem = _problem(name, template)
                if problem:
                    self.problems.append(f"station.yaml, newsroom.templates.{tag}.{name}: {problem}")
                else:
                    usable[name] = template

    @classmethod
    def of(cls, config: StationConfig) -> Self:
        """With the templates of `station.yaml`."""
        return cls(config.newsroom.templates)

    def frame(self, tag: str) -> str:
        """The language to frame a bulletin in: this one where it has its sentences, else the house's."""
        code = _code(tag)
        return tag if all(self._template(code, name) for name in PLACEHOLDERS) else _HOUSE

    def has(self, tag: str, name: str) -> bool:
        """Whether there is a sentence of this name in this language."""
        return bool(self._template(_code(tag), name))

    def say(self, tag: str, name: str, **values: str) -> str:
        """The sentence of this name in this language, filled; empty where the language has none."""
        return fill(self._template(_code(tag), name), values)

    def shown(self, story: Story, tag: str) -> str:
        """Its headline where it stands alone: in a player, on a page. `tag` is its language if it names none.

        A correction's says that it is one: the bare headline would show what was wrong as if it were news.
        """
        if not story.corrects:
            return story.headline
        said = self.say(story.language or tag, "correction_title", headline=story.headline)
        return said or story.headline

    def greeting(self, tag: str, at: datetime, *, station: str) -> str:
        """The greeting for the time of day at `at`, a wall clock's."""
        return self.say(tag, f"greeting_{language_of(tag).part_of_day(at)}", station=station)

    def clock(self, tag: str, at: datetime) -> str:
        """The time as spoken, from a wall clock's."""
        return language_of(tag).clock(at)

    def _template(self, code: str, name: str) -> str:
        own = self._usable.get(code, {}).get(name)
        return own if own is not None else language_of(code).templates.get(name, "")


def unframed(config: StationConfig, tags: Iterable[str]) -> tuple[str, ...]:
    """Which of these languages bulletins cannot be framed in, as sentences for `radiocast check`."""
    wording = Wording.of(config)
    sentences: list[str] = []
    for tag in dict.fromkeys(tags):
        missing = [name for name in PLACEHOLDERS if name not in WORDLESS and not wording.has(tag, name)]
        if missing:
            sentences.append(
                f"bulletins in {tag!r} are framed in English: radiocast has sentences in "
                f"{', '.join(sorted(known()))}; others need newsroom.templates.{_code(tag)} with "
                f"{', '.join(missing)}"
            )
    return tuple(sentences)


def _problem(name: str, template: str) -> str:
    if name not in PLACEHOLDERS:
        near = difflib.get_close_matches(name, PLACEHOLDERS, n=1)
        meant = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(PLACEHOLDERS)}"
        return f"there is no such template{meant}"
    try:
        fill(template, dict.fromkeys(PLACEHOLDERS[name], "-"))
    except ValueError as error:
        return f"{template!r} cannot be used: {error}; the house's is used"
    return ""


def _code(tag: str) -> str:
    """The language of a tag: "en" of "en-GB"."""
    return language_of(tag).code

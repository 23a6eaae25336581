"""What a player's title line says, from the station's templates. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from radiocast.config.station import StationConfig
from radiocast.model.story import Story
from radiocast.newsroom.intake.reading import one_line
from radiocast.newsroom.script.templates import fill


@dataclass(slots=True)
class TitleWriter:
    """Fills the templates of `titles:`; a bad one is replaced by the default, and named in `problems`."""

    station: str
    story_template: str = "{headline}"
    bulletin_template: str = "{station} News"
    track_template: str = "{artist} - {title}"
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Said when the station starts, not when the first story is read.
        nobody = Story(slug="", headline="-", versioncreated=datetime.min.replace(tzinfo=UTC))
        self.story(nobody)
        self.bulletin("")
        self.track("-", "-")

    @classmethod
    def of(cls, config: StationConfig) -> Self:
        """With the templates of `station.yaml`."""
        return cls(
            config.station.name,
            story_template=config.titles.story,
            bulletin_template=config.titles.bulletin,
            track_template=config.titles.track,
        )

    def track(self, artist: str, title: str) -> str:
        """The title while a piece of music plays; without an artist, its name alone."""
        if not artist:
            return title
        values = {"artist": artist, "title": title, "station": self.station}
        return self._fill("track", self.track_template, values) or f"{artist} - {title}"

    def story(self, story: Story, *, bulletin: str = "") -> str:
        """The title while a story, or its headline, is read."""
        values = {
            "headline": story.headline,
            "description": story.description_text,
            "byline": story.byline,
            "source": story.source,
            "station": self.station,
            "bulletin": bulletin,
        }
        return self._fill("story", self.story_template, values) or story.headline

    def bulletin(self, name: str) -> str:
        """The title of the bulletin as a whole: its opening and its close."""
        values = {"station": self.station, "bulletin": name}
        return self._fill("bulletin", self.bulletin_template, values) or f"{self.station} News"

    def _fill(self, key: str, template: str, values: Mapping[str, str]) -> str:
        try:
            return one_line(fill(template, values))
        except ValueError as error:
            problem = f"station.yaml, titles.{key}: {template!r} cannot be used: {error}; the default is used"
            if problem not in self.problems:
                self.problems.append(problem)
            return ""

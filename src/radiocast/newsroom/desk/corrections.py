"""Which stories are corrected, and by what. Pure.

Owns: finding the story that a correction means. Must not know: when either is read; that is the desk's rule.
"""

from collections.abc import Iterable, Sequence

from radiocast.model.story import PubStatus, Story
from radiocast.newsroom.desk.airings import Record
from radiocast.newsroom.desk.decisions import Action, Decisions
from radiocast.newsroom.intake.articles import name_of


def is_correction(story: Story) -> bool:
    """Whether it corrects another story."""
    return bool(story.corrects) and story.corrects != story.slug


class Corrections:
    """The corrections among these stories; what was killed or canceled corrects nothing."""

    def __init__(self, stories: Sequence[Story], *, heard: Record, decisions: Decisions) -> None:
        """`heard` knows stories that are gone."""
        self._stories = stories
        self._heard = heard
        self._meant = _resolved(stories, heard)
        self._gone = {
            slug for slug, decided in decisions.standing.items() if decided.action is Action.KILL
        } | {story.slug for story in stories if story.pubstatus is PubStatus.CANCELED}
        self._newest: dict[str, Story] = {}  # by the slug of what they correct
        for story in sorted(stories, key=lambda story: (story.versioncreated, story.slug)):
            if is_correction(story) and story.slug not in self._gone:
                self._newest[self._meant[story.corrects]] = story

    def of(self, story: Story, *, versions: Iterable[str]) -> Story | None:
        """The correction of a story, in any of its versions' slugs, that was sent after this one."""
        for slug in versions:
            found = self._newest.get(slug)
            if found is None or found.slug == story.slug:
                continue
            if story.versioncreated <= found.versioncreated:
                return found
        return None

    def originals(self) -> dict[str, str]:
        """The headlines of what is corrected, by `corrects`, as far as they are known.

        Not of what was killed or canceled: its headline is not said again, not even to be corrected.
        """
        headlines = {slug: heard.headline for slug, heard in self._heard.items()}
        headlines.update((story.slug, story.headline) for story in self._stories)
        return {
            name: headlines[slug]
            for name, slug in self._meant.items()
            if headlines.get(slug) and slug not in self._gone
        }


def _resolved(stories: Sequence[Story], heard: Record) -> dict[str, str]:
    """The slug that each correction means; it says that, a uri, or what `name_of` makes of a headline."""
    wanted = {story.corrects for story in stories if is_correction(story)}
    slugs = {story.slug for story in stories} | heard.keys()
    called: dict[str, str] = {}
    if wanted - slugs:
        originals = [story for story in stories if not is_correction(story)]
        called.update((name_of(each.headline), slug) for slug, each in heard.items())
        called.update((name_of(story.headline), story.slug) for story in originals)
        called.update((story.uri, story.slug) for story in originals)
    return {name: name if name in slugs else called.get(name, name) for name in wanted}

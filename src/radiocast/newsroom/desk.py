"""The desk's rules: which stories are in this bulletin, and in what order. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from radiocast.model.story import Story

# After two days a story is no longer news. It is still better than an empty bulletin, so it goes last.
STALE_AFTER: Final = timedelta(hours=48)


def choose(
    stories: Iterable[Story], *, aired: Mapping[str, datetime], now: datetime, at_most: int
) -> tuple[Story, ...]:
    """The stories for a bulletin at `now`, in the order they are read; at most `at_most`.

    Fresh ones before those older than 48 h; among each, those not yet aired before the others; those not
    yet aired newest first, the others least recently aired first. `aired` says when each slug was last
    heard. Ties go by slug, so that the same newsroom always gives the same bulletin.
    """

    def rank(story: Story) -> tuple[bool, float, float, str]:
        last = aired.get(story.slug)
        return (
            now - story.versioncreated > STALE_AFTER,
            last.timestamp() if last is not None else float("-inf"),
            -story.versioncreated.timestamp(),
            story.slug,
        )

    return tuple(sorted(stories, key=rank)[: max(0, at_most)])

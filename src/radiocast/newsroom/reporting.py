"""What the public is told of the newsroom. Pure.

Owns: what is said of stories that are held, killed, withdrawn or embargoed: their number, and nothing else.
"""

from collections.abc import Callable, Sequence
from typing import Final

from radiocast.model.report import BulletinReport, FeedReport, Headline, NewsroomReport, WithheldReport
from radiocast.model.story import Story, Withheld
from radiocast.newsroom.desk.rules import CONFIDENTIAL, Selection
from radiocast.newsroom.production.bulletin import RenderedBulletin

# The station's page lists so many headlines; the report goes over the link whole with every change.
_REPORTED: Final = 20


def report_of(
    stories: Sequence[Story],
    selection: Selection,
    *,
    unreadable: Sequence[Withheld],
    last: RenderedBulletin | None,
    feeds: tuple[FeedReport, ...],
    shown: Callable[[Story], str],
) -> NewsroomReport:
    """The newsroom's part of the report. `stories` newest first; `last` is the last bulletin made.

    `shown` is a story's headline as it stands alone.
    """
    confidential = {each.slug for each in selection.refused if each.rule in CONFIDENTIAL}
    read = {story.slug for story in selection.not_barred}
    return NewsroomReport(
        stories=sum(story.slug not in confidential for story in stories),
        withheld=len(unreadable) + len(confidential),
        last_bulletin=None
        if last is None
        else BulletinReport(
            rendered_at=last.rendered_at,
            duration_s=last.duration_s,
            stories=len(last.stories),
            took_s=last.took_s,
        ),
        feeds=feeds,
        headlines=tuple(
            Headline(
                slug=story.slug,
                headline=shown(story),
                description=story.description_text,
                source=story.source,
                versioncreated=story.versioncreated,
            )
            for story in [story for story in stories if story.slug in read][:_REPORTED]
        ),
        withheld_files=tuple(WithheldReport(file=each.file, reason=each.reason) for each in unreadable),
    )

"""The desk's rules: which stories a bulletin has, in what order, and which rule keeps the others out. Pure.

Owns: every rule, in the order of `Rule`, and who speaks where several sent the same story. Must not know:
how long a bulletin is, or where stories, decisions and the record of airings come from.

Two things are read that a stricter desk would leave out. A story that an editor put into the folder by hand
does not go stale: as long as it lies there it may be read, after everything newer; a feed's goes stale,
since nobody takes it away. And an embargo, an expiry or a withdrawal by a source is about that source's own
version: others' versions of the story stand for themselves. What the editor holds or kills is gone in every
version.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from radiocast.config.station import DeskConfig
from radiocast.model.story import PubStatus, Story
from radiocast.newsroom.desk.airings import Heard, Record
from radiocast.newsroom.desk.corrections import Corrections, is_correction
from radiocast.newsroom.desk.decisions import Action, Decision, Decisions


class Rule(StrEnum):
    """Why a story is not in the next bulletin. Where several rules say so, the first of these is named."""

    KILLED = "killed"  # by the editor, for ever
    HELD = "held"  # by the editor, until released
    CANCELED = "canceled"  # by its source, for ever
    WITHHELD = "withheld"  # by its source
    EXPIRED = "expired"
    EMBARGO = "embargo"
    CORRECTED = "corrected"  # a correction of it was sent after it
    STALE = "stale"
    DUPLICATE = "duplicate"  # another's version of the same story is read in its place
    CORRECTIONS = "corrections"  # a correction that has been read often enough
    AIRINGS = "airings"
    APART = "apart"


# What these keep out is nothing for the public: neither the story nor that there is one.
CONFIDENTIAL: Final = frozenset({Rule.KILLED, Rule.HELD, Rule.CANCELED, Rule.WITHHELD, Rule.EMBARGO})
# Not even as breaking news.
NOT_TO_BE_USED: Final = CONFIDENTIAL | {Rule.EXPIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A story that is not read now. This rule lets it from `until` on; None is what no time mends."""

    slug: str
    rule: Rule
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the desk says at one moment: every story is in `chosen` or in `refused`, and in one of them.

    `chosen` is in the order of reading, others' versions credited in `also`. `not_barred` are those and the
    ones that have only been heard enough for now. `originals` has the headlines
    of corrected stories, by what corrections call them, where they are known.
    """

    chosen: tuple[Story, ...] = ()
    refused: tuple[Refusal, ...] = ()
    not_barred: tuple[Story, ...] = ()
    originals: Mapping[str, str] = field(default_factory=dict)


def select(
    stories: Iterable[Story],
    *,
    now: datetime,
    rules: DeskConfig,
    heard: Record,
    decisions: Decisions,
    same: Mapping[str, tuple[str, ...]],
) -> Selection:
    """What may be read at `now`, best first.

    `same` are the groups of `duplicates.same_stories`. Breaking news first, then corrections, then what was
    not heard yet (by urgency, then the newest), then what was heard longest ago (by urgency where that is
    one bulletin); what is old and kept by hand last of all. Ties go by slug, so that the same newsroom
    always gives the same bulletin.
    """
    every = tuple(stories)
    corrections = Corrections(every, heard=heard, decisions=decisions)
    desk = _Desk(every, now, rules, heard, decisions, same, corrections)
    refused = {story.slug: refusal for story in desk.stories if (refusal := desk.barred(story)) is not None}
    speakers: list[Story] = []
    for group in desk.groups([story for story in desk.stories if story.slug not in refused]):
        best = desk.speaker(group)
        # In the order in which they reported, however the stories were given.
        others = sorted(
            (story for story in group if story.slug != best.slug),
            key=lambda story: (story.versioncreated, story.slug),
        )
        refused.update((other.slug, _duplicate(other, best)) for other in others)
        also = dict.fromkeys(
            credit
            for other in others
            for credit in other.credits
            if credit not in best.credits and (credit.source or credit.byline) != (best.source or best.byline)
        )
        speakers.append(replace(best, also=(*best.also, *also)) if also else best)
    worn = {story.slug: refusal for story in speakers if (refusal := desk.worn(story)) is not None}
    refused.update(worn)
    speakers.sort(key=desk.rank)
    return Selection(
        chosen=tuple(story for story in speakers if story.slug not in worn),
        not_barred=tuple(speakers),
        refused=tuple(refused[story.slug] for story in desk.stories if story.slug in refused),
        originals=corrections.originals(),
    )


def withdrawn(
    slug: str,
    story: Story | None,
    *,
    decisions: Decisions,
    same: Mapping[str, tuple[str, ...]],
) -> Refusal | None:
    """Whether a story that may be on the air has to leave it: held or killed, or withdrawn by its source.

    Only a withdrawal takes a story off the air while it is read. That it is `None`, deleted, that it expires,
    or that its correction is sent, keeps it out of later renders.
    """
    decided = _decided(slug, decisions, same)
    if decided is not None:
        rule = Rule.KILLED if decided.action is Action.KILL else Rule.HELD
        return Refusal(slug=slug, rule=rule, reason=_in_words(decided, slug))
    match story.pubstatus if story is not None else PubStatus.USABLE:
        case PubStatus.CANCELED:
            return Refusal(slug=slug, rule=Rule.CANCELED, reason="canceled by its source")
        case PubStatus.WITHHELD:
            return Refusal(slug=slug, rule=Rule.WITHHELD, reason="withheld by its source")
        case PubStatus.USABLE:
            return None


@dataclass(frozen=True, slots=True)
class _Desk:
    stories: tuple[Story, ...]
    now: datetime
    rules: DeskConfig
    heard: Record
    decisions: Decisions
    same: Mapping[str, tuple[str, ...]]
    corrections: Corrections

    def barred(self, story: Story) -> Refusal | None:
        """The first rule that keeps this version out, whatever was heard before."""
        gone = withdrawn(story.slug, story, decisions=self.decisions, same=self.same)
        if gone is not None:
            return gone
        if story.expires is not None and story.expires <= self.now:
            return Refusal(slug=story.slug, rule=Rule.EXPIRED, reason="its time is over")
        if story.embargoed is not None and story.embargoed > self.now:
            return Refusal(slug=story.slug, rule=Rule.EMBARGO, reason="embargoed", until=story.embargoed)
        correction = self.corrections.of(story, versions=self._versions(story))
        if correction is not None:
            return Refusal(slug=story.slug, rule=Rule.CORRECTED, reason=f"corrected by {correction.slug}")
        if self._is_old(story) and (story.feed or story.stale_after_s is not None):
            return Refusal(
                slug=story.slug, rule=Rule.STALE, reason=f"older than {_span(self._fresh_s(story))}"
            )
        return None

    def worn(self, story: Story) -> Refusal | None:
        """The first rule that keeps it out for what was heard of it, or of others' versions of it."""
        times, last = self._heard(story)
        if is_correction(story):
            if times >= self.rules.corrections:
                reason = f"read in {_times(times, 'bulletin')}"
                return Refusal(slug=story.slug, rule=Rule.CORRECTIONS, reason=reason)
            return None
        if 0 < self.rules.airings <= times:
            reason = f"aired {_times(times, 'time')} of {self.rules.airings}"
            return Refusal(slug=story.slug, rule=Rule.AIRINGS, reason=reason)
        again = last + timedelta(seconds=self.rules.apart_s) if last is not None else self.now
        if again > self.now:
            reason = f"aired less than {_span(self.rules.apart_s)} ago"
            return Refusal(slug=story.slug, rule=Rule.APART, reason=reason, until=again)
        return None

    def rank(self, story: Story) -> tuple[bool, int, float, int, float, str]:
        """Its place in the order of reading."""
        _, last = self._heard(story)
        kept_by_hand = self._is_old(story) and not is_correction(story)
        return (
            kept_by_hand,
            0 if story.breaking else 1 if is_correction(story) else 2,
            last.timestamp() if last is not None else float("-inf"),
            story.urgency,
            -story.versioncreated.timestamp(),
            story.slug,
        )

    def groups(self, stories: Sequence[Story]) -> tuple[tuple[Story, ...], ...]:
        """Versions of one story together."""
        found: dict[tuple[str, ...], list[Story]] = {}
        for story in stories:
            found.setdefault(self._versions(story), []).append(story)
        return tuple(map(tuple, found.values()))

    def speaker(self, group: Sequence[Story]) -> Story:
        """Which version is read.

        Of each source its newest; of those the house's own before a feed's, whole ones before those that are
        cut to less than half, then the newest.
        """
        if len(group) == 1:
            return group[0]
        newest: dict[str, Story] = {}
        for story in sorted(group, key=lambda story: (story.versioncreated, story.slug)):
            newest[story.feed or f"\n{story.slug}"] = story
        longest = max(map(_length, newest.values()))
        return min(
            newest.values(),
            key=lambda story: (
                not story.breaking,
                bool(story.feed),
                2 * _length(story) < longest,
                -story.versioncreated.timestamp(),
                story.slug,
            ),
        )

    def _versions(self, story: Story) -> tuple[str, ...]:
        return self.same.get(story.slug, (story.slug,))

    def _heard(self, story: Story) -> tuple[int, datetime | None]:
        """How often and when last it was heard, in any version. One bulletin is one airing of all of them."""
        every = [self.heard.get(slug, _NEVER) for slug in self._versions(story)]
        times = {airing.at for heard in every for airing in heard.airings}
        most = max(heard.times for heard in every)
        return max(most, len(times)), max(times, default=None)

    def _fresh_s(self, story: Story) -> float:
        return self.rules.stale_after_s if story.stale_after_s is None else story.stale_after_s

    def _is_old(self, story: Story) -> bool:
        return self.now - story.versioncreated > timedelta(seconds=self._fresh_s(story))


_NEVER: Final = Heard()


def _decided(slug: str, decisions: Decisions, same: Mapping[str, tuple[str, ...]]) -> Decision | None:
    """The editor's word on a story in any of its versions; a kill before a hold."""
    found = [
        decisions.standing[each]
        for each in dict.fromkeys((slug, *same.get(slug, ())))
        if each in decisions.standing
    ]
    return min(found, key=lambda each: each.action is not Action.KILL, default=None)


def _in_words(decision: Decision, slug: str) -> str:
    return str(decision) if decision.slug == slug else f"the same as {decision.slug}, {decision}"


def _duplicate(story: Story, best: Story) -> Refusal:
    if story.feed and story.feed == best.feed:
        reason = f"{best.slug} is its newer version"
    else:
        reason = f"the same as {best.slug}"
    return Refusal(slug=story.slug, rule=Rule.DUPLICATE, reason=reason)


def _length(story: Story) -> int:
    return sum(map(len, story.body_text))


def _times(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _span(seconds: float) -> str:
    """A duration as staff write it: `90s`, `45m`, `48h`."""
    for unit_s, unit in ((3600, "h"), (60, "m")):
        if seconds >= unit_s and seconds % unit_s == 0:
            return f"{seconds / unit_s:g}{unit}"
    return f"{seconds:g}s"

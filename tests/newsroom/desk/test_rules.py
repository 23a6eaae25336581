"""The desk's rules, each alone and all together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.config.station import DeskConfig
from radiocast.model.story import Credit, PubStatus, Story
from radiocast.newsroom.desk.airings import Airing, Heard, with_airing
from radiocast.newsroom.desk.corrections import is_correction
from radiocast.newsroom.desk.decisions import Action, Decision, Decisions
from radiocast.newsroom.desk.duplicates import same_stories
from radiocast.newsroom.desk.rules import Refusal, Rule, Selection, select, withdrawn
from tests.newsroom.texts import WHEN

HOUR = timedelta(hours=1)
LOOSE = DeskConfig(duplicates=0.0)


def story(slug: str, *, hours_old: float = 1, **fields: object) -> Story:
    made = Story(slug=slug, headline=f"The {slug} is open", versioncreated=WHEN - hours_old * HOUR)
    return replace(made, **fields)  # type: ignore[arg-type]


def desk(
    *stories: Story,
    rules: DeskConfig = LOOSE,
    now: datetime = WHEN,
    heard: Mapping[str, Heard] | None = None,
    decisions: Decisions | None = None,
    same: Sequence[Sequence[str]] = (),
) -> Selection:
    groups = {slug: tuple(sorted(group)) for group in same for slug in group}
    return select(
        stories,
        now=now,
        rules=rules,
        heard=heard or {},
        decisions=decisions or Decisions(),
        same=groups,
    )


def slugs(selection: Selection) -> list[str]:
    return [story.slug for story in selection.chosen]


def rules_of(selection: Selection) -> dict[str, Rule]:
    return {refusal.slug: refusal.rule for refusal in selection.refused}


def aired(**hours_ago: float | tuple[float, ...]) -> dict[str, Heard]:
    heard: dict[str, Heard] = {}
    for slug, hours in hours_ago.items():
        for each in hours if isinstance(hours, tuple) else (hours,):
            heard = dict(with_airing(heard, [slug], Airing(at=WHEN - each * HOUR)))
    return heard


def decided(slug: str, *actions: Action) -> Decisions:
    decisions = Decisions()
    for action in actions:
        decisions = decisions.after(Decision(slug=slug, action=action, by="ann", at=WHEN, why="names"))
    return decisions


# --- order


def test_breaking_then_corrections_then_new_by_urgency_then_newest_then_longest_ago() -> None:
    selection = desk(
        story("heard-first", hours_old=9),
        story("heard-last", hours_old=8),
        story("new-old", hours_old=5),
        story("new-young", hours_old=2),
        story("urgent", hours_old=7, urgency=1),
        story("correction", corrects="long-gone"),
        story("alarm", hours_old=3, breaking=True),
        heard=aired(**{"heard-first": 6, "heard-last": 3}),
    )
    assert slugs(selection) == [
        *("alarm", "correction", "urgent", "new-young", "new-old", "heard-first", "heard-last"),
    ]
    assert selection.refused == ()


def test_what_was_heard_in_one_bulletin_goes_by_urgency() -> None:
    stories = story("calm", urgency=6), story("urgent", urgency=2)
    assert slugs(desk(*stories, heard=aired(calm=2, urgent=2))) == ["urgent", "calm"]


# --- each rule alone


def test_an_embargo_ends_at_its_second() -> None:
    embargoed = story("figures", embargoed=WHEN + HOUR)
    [refusal] = desk(embargoed).refused
    assert refusal == Refusal(slug="figures", rule=Rule.EMBARGO, reason="embargoed", until=WHEN + HOUR)
    assert rules_of(desk(embargoed, now=WHEN + HOUR - timedelta(microseconds=1))) == {"figures": Rule.EMBARGO}
    assert slugs(desk(embargoed, now=WHEN + HOUR)) == ["figures"]


def test_what_expires_is_not_read_from_its_second_on() -> None:
    expiring = story("sale", expires=WHEN + HOUR)
    assert slugs(desk(expiring, now=WHEN + HOUR - timedelta(microseconds=1))) == ["sale"]
    assert rules_of(desk(expiring, now=WHEN + HOUR)) == {"sale": Rule.EXPIRED}


def test_a_feeds_story_goes_stale_and_a_file_kept_by_hand_goes_last() -> None:
    selection = desk(
        story("wire-old", hours_old=49, feed="wire"),
        story("wire-short", hours_old=3, feed="wire", stale_after_s=2 * 3600.0),
        story("kept", hours_old=49, urgency=1),
        story("kept-alarm", hours_old=50, breaking=True),
        story("own-limit", hours_old=3, stale_after_s=2 * 3600.0),
        story("fresh", hours_old=47, feed="wire"),
        heard=aired(fresh=1),
    )
    assert slugs(selection) == ["fresh", "kept-alarm", "kept"]
    assert set(rules_of(selection).values()) == {Rule.STALE}
    assert {refusal.reason for refusal in selection.refused} == {"older than 48h", "older than 2h"}


def test_the_sources_word() -> None:
    selection = desk(
        story("later", pubstatus=PubStatus.WITHHELD), story("never", pubstatus=PubStatus.CANCELED)
    )
    assert rules_of(selection) == {"later": Rule.WITHHELD, "never": Rule.CANCELED}


def test_a_hold_is_undone_by_a_release_and_a_kill_by_nothing() -> None:
    def rule(*actions: Action) -> Rule | None:
        return rules_of(desk(story("well"), decisions=decided("well", *actions))).get("well")

    assert rule(Action.HOLD) is Rule.HELD
    assert rule(Action.HOLD, Action.RELEASE) is None
    assert rule(Action.KILL) is Rule.KILLED
    assert rule(Action.KILL, Action.RELEASE) is Rule.KILLED
    assert rule(Action.HOLD, Action.KILL, Action.HOLD, Action.RELEASE) is Rule.KILLED
    assert rule(Action.CORRECT) is None


def test_at_most_so_many_airings() -> None:
    twice = DeskConfig(airings=2)
    assert slugs(desk(story("well"), rules=twice, heard=aired(well=3))) == ["well"]
    assert rules_of(desk(story("well"), rules=twice, heard=aired(well=(3, 2)))) == {"well": Rule.AIRINGS}


def test_airings_that_are_only_counted_any_more_count() -> None:
    heard = {"well": Heard(airings=(Airing(at=WHEN - HOUR),), earlier=299)}
    assert slugs(desk(story("well"), rules=DeskConfig(airings=301), heard=heard)) == ["well"]
    assert slugs(desk(story("well"), rules=DeskConfig(airings=300), heard=heard)) == []


def test_so_much_time_between_two_airings() -> None:
    apart = DeskConfig(apart_s=2 * 3600.0)
    [refusal] = desk(story("well"), rules=apart, heard=aired(well=1.5)).refused
    assert (refusal.rule, refusal.until) == (Rule.APART, WHEN + HOUR / 2)
    assert slugs(desk(story("well"), rules=apart, heard=aired(well=2))) == ["well"]


def test_no_news_is_said_rather_than_stale_news() -> None:
    assert slugs(desk(story("old", hours_old=72, feed="wire"))) == []


# --- corrections


def test_a_correction_airs_in_so_many_bulletins_whatever_airings_and_apart_say() -> None:
    rules = DeskConfig(corrections=2, airings=1, apart_s=7200.0)
    correction = story("fix", hours_old=90, corrects="well")
    assert slugs(desk(correction, rules=rules)) == ["fix"]
    assert slugs(desk(correction, rules=rules, heard=aired(fix=0.5))) == ["fix"]
    [refusal] = desk(correction, rules=rules, heard=aired(fix=(0.5, 0.2))).refused
    assert (refusal.rule, refusal.reason) == (Rule.CORRECTIONS, "read in 2 bulletins")


def test_what_is_corrected_airs_no_more_unless_it_is_updated_since() -> None:
    correction = story("fix", hours_old=2, corrects="well")
    assert rules_of(desk(story("well", hours_old=3), correction)) == {"well": Rule.CORRECTED}
    assert slugs(desk(story("well", hours_old=1), correction)) == ["fix", "well"]


def test_a_correction_that_is_killed_corrects_nothing_and_one_that_is_held_still_does() -> None:
    stories = story("well", hours_old=3), story("fix", hours_old=2, corrects="well")
    assert slugs(desk(*stories, decisions=decided("fix", Action.KILL))) == ["well"]
    assert slugs(desk(*stories, decisions=decided("fix", Action.HOLD))) == []
    canceled = replace(stories[1], pubstatus=PubStatus.CANCELED)
    assert slugs(desk(stories[0], canceled)) == ["well"]


def test_the_original_is_corrected_in_every_version() -> None:
    selection = desk(
        story("well", hours_old=5),
        story("well-b", hours_old=4, feed="b"),
        story("well-c", hours_old=1, feed="c"),
        story("fix", hours_old=2, corrects="well"),
        same=[["well", "well-b", "well-c"]],
    )
    assert slugs(selection) == ["fix", "well-c"]
    assert rules_of(selection) == {"well": Rule.CORRECTED, "well-b": Rule.CORRECTED}


def test_the_originals_headline_is_known_also_when_it_is_gone() -> None:
    heard = {"gone": Heard(headline="The bridge is shut", airings=(Airing(at=WHEN - HOUR),))}
    selection = desk(
        story("well", uri="urn:well:1"),
        story("fix-well", corrects="urn:well:1"),
        story("fix-gone", corrects="gone"),
        story("fix-unknown", corrects="never-heard-of"),
        heard=heard,
    )
    assert selection.originals == {"urn:well:1": "The well is open", "gone": "The bridge is shut"}
    assert rules_of(selection) == {"well": Rule.CORRECTED}


def test_a_correction_may_call_its_original_by_the_headline() -> None:
    heard = {"gone": Heard(headline="The bridge is shut!", airings=(Airing(at=WHEN - HOUR),))}
    selection = desk(
        story("a1", hours_old=2, headline="Harbour: “open”"),
        story("fix", headline="Harbour: “open”", corrects="harbour-open"),
        story("fix-gone", corrects="the-bridge-is-shut"),
        heard=heard,
    )
    assert rules_of(selection) == {"a1": Rule.CORRECTED}
    assert selection.originals == {
        "harbour-open": "Harbour: “open”",
        "the-bridge-is-shut": "The bridge is shut!",
    }


def test_a_story_that_corrects_itself_is_an_update() -> None:
    assert slugs(desk(story("well", corrects="well"))) == ["well"]


def test_a_correction_is_corrected() -> None:
    selection = desk(
        story("well", hours_old=5), story("fix", hours_old=4, corrects="well"), story("fix2", corrects="fix")
    )
    assert slugs(selection) == ["fix2"]


# --- duplicates


def test_of_one_story_by_two_one_version_is_read_and_both_are_credited() -> None:
    selection = desk(
        story("a", feed="a", byline="Ann Roe", source="Valley Herald", body_text=("x" * 90,)),
        story("b", feed="b", hours_old=0.5, source="Lake Agency", body_text=("x" * 100,)),
        story("c", feed="c", hours_old=2, source="Lake Agency", body_text=("x" * 100,)),
        same=[["a", "b", "c"]],
    )
    [chosen] = selection.chosen
    assert chosen.slug == "b"
    assert chosen.also == (Credit(byline="Ann Roe", source="Valley Herald"),)
    assert {refusal.reason for refusal in selection.refused} == {"the same as b"}


def test_the_houses_own_version_speaks_then_a_whole_one_then_the_newest() -> None:
    def speaker(*stories: Story) -> list[str]:
        return slugs(desk(*stories, same=[[story.slug for story in stories]]))

    full, cut = ("word " * 100,), ("word " * 20,)
    old, new = story("old", feed="a", hours_old=2, body_text=full), story("new", feed="b", body_text=full)
    assert speaker(old, new) == ["new"]
    assert speaker(old, replace(new, body_text=cut)) == ["old"]
    assert speaker(old, new, story("own", hours_old=9, body_text=cut)) == ["own"]
    assert speaker(replace(old, breaking=True), new) == ["old"]


def test_of_one_feed_the_newest_version_speaks_however_short() -> None:
    selection = desk(
        story("first", feed="a", hours_old=2, body_text=("word " * 100,)),
        story("second", feed="a", body_text=("word " * 10,)),
        same=[["first", "second"]],
    )
    assert slugs(selection) == ["second"]
    [refusal] = selection.refused
    assert (refusal.rule, refusal.reason) == (Rule.DUPLICATE, "second is its newer version")


def test_a_kill_of_one_version_is_a_kill_of_all() -> None:
    selection = desk(
        story("a"), story("b"), decisions=decided("b", Action.KILL), same=[["a", "b"]], heard=aired(a=1)
    )
    assert rules_of(selection) == {"a": Rule.KILLED, "b": Rule.KILLED}
    assert selection.refused[0].reason == "the same as b, killed by ann: names"


def test_the_headline_of_what_was_killed_is_not_said_again_in_its_correction() -> None:
    stories = (story("well", hours_old=2), story("fix", corrects="well"))
    assert desk(*stories).originals == {"well": "The well is open"}
    killed = desk(*stories, decisions=decided("well", Action.KILL))
    assert (slugs(killed), killed.originals) == (["fix"], {})


def test_of_a_hold_and_a_kill_of_two_versions_the_kill_counts() -> None:
    held_and_killed = decided("a", Action.HOLD).after(
        Decision(slug="b", action=Action.KILL, by="ben", at=WHEN)
    )
    selection = desk(story("a"), story("b"), decisions=held_and_killed, same=[["a", "b"]])
    assert set(rules_of(selection).values()) == {Rule.KILLED}


def test_two_writers_of_one_medium_are_not_two_sources() -> None:
    selection = desk(
        story("a", feed="a", byline="Ann Roe", source="Valley Herald", hours_old=0.5),
        story("b", feed="b", byline="Ben Dube", source="Valley Herald"),
        story("c", feed="c", byline="Cid Moyo"),
        same=[["a", "b", "c"]],
    )
    [chosen] = selection.chosen
    assert chosen.also == (Credit(byline="Cid Moyo"),)


def test_others_are_credited_in_the_order_in_which_they_reported() -> None:
    stories = [
        story("c", source="Herald", hours_old=4),
        story("b", source="Gazette", hours_old=5),
        story("a", source="Lake Agency", hours_old=3),
    ]
    for given_first in (stories, stories[::-1]):
        [chosen] = desk(*given_first, same=[["a", "b", "c"]]).chosen
        assert [credit.source for credit in chosen.credits] == ["Lake Agency", "Gazette", "Herald"]


def test_a_sources_withdrawal_or_embargo_is_about_its_own_version() -> None:
    selection = desk(
        story("a", source="Valley Herald"),
        story("b", source="Lake Agency", pubstatus=PubStatus.CANCELED),
        story("c", source="Hill Post", embargoed=WHEN + HOUR),
        same=[["a", "b", "c"]],
    )
    [chosen] = selection.chosen
    assert (chosen.slug, chosen.also) == ("a", ())


def test_airings_of_one_version_count_for_all() -> None:
    same = [["a", "b"]]
    rules = DeskConfig(airings=2, apart_s=3600.0)
    assert rules_of(desk(story("a"), story("b"), rules=rules, heard=aired(a=9, b=8), same=same))["a"] in {
        Rule.AIRINGS,
        Rule.DUPLICATE,
    }
    assert desk(story("a"), story("b"), rules=rules, heard=aired(a=9, b=8), same=same).chosen == ()
    assert desk(story("a"), story("b"), rules=rules, heard=aired(a=0.5), same=same).chosen == ()
    assert len(desk(story("a"), story("b"), rules=rules, heard=aired(a=2), same=same).chosen) == 1


# --- what is on the air


def test_what_has_to_leave_the_air_and_what_has_not() -> None:
    def reason(found: Story | None, decisions: Decisions | None = None) -> str:
        refusal = withdrawn("a", found, decisions=decisions or Decisions(), same={"a": ("a", "b")})
        return "" if refusal is None else refusal.reason

    assert reason(story("a")) == ""
    assert reason(None) == ""
    assert reason(story("a", expires=WHEN - HOUR)) == ""
    assert reason(story("a", pubstatus=PubStatus.CANCELED)) == "canceled by its source"
    assert reason(story("a", pubstatus=PubStatus.WITHHELD)) == "withheld by its source"
    assert reason(story("a"), decided("a", Action.HOLD)) == "held by ann: names"
    assert reason(None, decided("a", Action.KILL)) == "killed by ann: names"
    assert reason(story("a"), decided("b", Action.KILL)) == "the same as b, killed by ann: names"
    assert reason(story("a"), decided("a", Action.HOLD, Action.RELEASE)) == ""


# --- everything together

WORDS = [
    "ferry",
    "bridge",
    "goat",
    "choir",
    "harbour",
    "captain",
    "winter",
    "market",
    "bell",
    "umbrella",
    "moon",
    "cheese",
    "train",
]
some_hours = st.integers(-300, 300).map(lambda quarter: WHEN + quarter * timedelta(minutes=15))


@st.composite
def newsrooms(draw: st.DrawFn) -> tuple[Story, ...]:
    names = draw(st.lists(st.integers(0, 30), min_size=1, max_size=9, unique=True))
    made: list[Story] = []
    for name in names:
        words = draw(st.permutations(WORDS)) if draw(st.booleans()) else WORDS
        made.append(
            Story(
                slug=f"s{name}",
                headline=" ".join(words[:6]),
                body_text=(" ".join(words),) * draw(st.integers(0, 3)),
                source=draw(st.sampled_from(["", "Herald", "Agency"])),
                versioncreated=draw(some_hours),
                embargoed=draw(st.none() | some_hours),
                expires=draw(st.none() | some_hours),
                stale_after_s=draw(st.none() | st.sampled_from([3600.0, 86400.0])),
                pubstatus=draw(st.sampled_from([PubStatus.USABLE, PubStatus.USABLE, *PubStatus])),
                urgency=draw(st.integers(1, 9)),
                breaking=draw(st.booleans()),
                corrects=draw(st.sampled_from(["", "", "s1", "s2", "gone"])),
                feed=draw(st.sampled_from(["", "a", "b"])),
            )
        )
    return tuple(made)


def decisions_over(names: Sequence[str]) -> st.SearchStrategy[Decisions]:
    def build(steps: list[tuple[str, Action]]) -> Decisions:
        decisions = Decisions()
        for slug, action in steps:
            decisions = decisions.after(Decision(slug=slug, action=action, by="ann", at=WHEN))
        return decisions

    step = st.tuples(st.sampled_from(names), st.sampled_from(list(Action)))
    return st.lists(step, max_size=4).map(build)


rule_sets = st.builds(
    DeskConfig,
    airings=st.integers(0, 3),
    apart_s=st.sampled_from([0.0, 1800.0, 7200.0]),
    corrections=st.integers(0, 3),
    duplicates=st.sampled_from([0.0, 0.6, 1.0]),
)


@settings(max_examples=120, deadline=None)
@given(st.data(), newsrooms(), rule_sets)
def test_a_day_of_bulletins_keeps_every_rule(
    data: st.DataObject, stories: tuple[Story, ...], rules: DeskConfig
) -> None:
    decisions = data.draw(decisions_over([story.slug for story in stories]))
    same = same_stories(stories, alike=rules.duplicates)
    heard: Mapping[str, Heard] = {}
    history: dict[str, list[datetime]] = {}
    now = WHEN
    for _ in range(data.draw(st.integers(1, 6))):
        now += timedelta(minutes=data.draw(st.integers(1, 180)))
        selection = select(stories, now=now, rules=rules, heard=heard, decisions=decisions, same=same)
        shuffled = data.draw(st.permutations(stories))
        again = select(shuffled, now=now, rules=rules, heard=heard, decisions=decisions, same=same)
        assert again.chosen == selection.chosen
        chosen = [story.slug for story in selection.chosen]
        refused = [refusal.slug for refusal in selection.refused]
        assert sorted(chosen + refused) == sorted(story.slug for story in stories)
        groups = [same.get(slug, (slug,)) for slug in chosen]
        assert len(set(groups)) == len(groups)
        for story, group in zip(selection.chosen, groups, strict=True):
            assert story.pubstatus is PubStatus.USABLE
            assert story.embargoed is None or story.embargoed <= now
            assert story.expires is None or story.expires > now
            assert not any(slug in decisions.standing for slug in group)
            past = sorted({at for slug in group for at in history.get(slug, ())})
            if is_correction(story):
                assert len(past) < rules.corrections
            else:
                assert rules.airings == 0 or len(past) < rules.airings
                assert not past or (now - past[-1]).total_seconds() >= rules.apart_s
            age_s = (now - story.versioncreated).total_seconds()
            if story.feed or story.stale_after_s is not None:
                assert age_s <= (story.stale_after_s or rules.stale_after_s)
        order = [
            0 if story.breaking else 1 if is_correction(story) else 2
            for story in selection.chosen
            if is_correction(story) or (now - story.versioncreated).total_seconds() <= rules.stale_after_s
        ]
        assert order == sorted(order)
        for refusal in selection.refused:
            # What it says of the time is so: this rule is not the reason then any more.
            if refusal.until is not None:
                later = select(
                    stories, now=refusal.until, rules=rules, heard=heard, decisions=decisions, same=same
                )
                assert rules_of(later).get(refusal.slug) is not refusal.rule
        read = chosen[: data.draw(st.integers(0, 3))]
        heard = with_airing(heard, read, Airing(at=now))
        for slug in read:
            history.setdefault(slug, []).append(now)

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from radiocast.model.story import PubStatus
from radiocast.newsroom.intake import notices
from radiocast.newsroom.intake.notices import notice, prefix, sum_up

LINES = {
    notices.EMBARGO: [
        "EMBARGOED UNTIL 06:00 GMT, 12 MARCH 2026",
        "Embargoed until 6am on Thursday 12 March",
        "*** STRICTLY EMBARGOED FOR RELEASE UNTIL 00.01 FRIDAY 13 MARCH ***",
        "Embargo: 2026-03-12T06:00+02:00",
        "NOT FOR PUBLICATION BEFORE 6PM ON 12 MARCH",
        "(For release at noon on 12 March 2026)",
    ],
    notices.UNREAD: [
        "EMBARGOED until 6pm tomorrow",
        "EMBARGOED: 6PM TOMORROW",
        "Embargoed until 6pm tomorrow",
        "[Embargoed until tomorrow morning, 6am]",
        "EMBARGOED until the minister has spoken",
        "EMBARGO - delivery of the speech",
        "Strictly embargoed for publication until midnight tonight",
        "EMBARGOED UNTIL 31 FEBRUARY 2026",
        "EMBARGOED UNTIL FURTHER NOTICE",
    ],
    notices.KILL: [
        "KILL",
        "KILL KILL KILL",
        "MANDATORY KILL",
        "WITHDRAWN",
        "STORY WITHDRAWN",
        "This story has been withdrawn.",
        "Eds: please kill the story about the goat",
    ],
    notices.HOLD: ["HOLD", "HOLD FOR RELEASE", "DO NOT USE", "NOT FOR PUBLICATION"],
    notices.CORRECTION: ["CORRECTION", "CORRECTED VERSION", "[CORRECTION NOTICE]"],
    notices.CORRECTED: [
        "(Corrects spelling of name in paragraph 3)",
        "Correction: an earlier version of this story named the wrong goat.",
        "Editor’s note: The original story had the goat's age wrong.",
    ],
    notices.NOTE: ["(Recasts, adds quotes)", "Eds: pictures follow", "Editor's note: the goat is well"],
}  # fmt: skip
ORDINARY = """Embargo until autumn leaves cheese makers calm
Embargo on fish lifted
Embargo until tomorrow leaves cheese makers calm
Embargo: how a village hid its cheese until Sunday
Embargoed until 2030, treasure map stays in its vault
Kill the lights, says the mill
Kill: the night bus nobody rode
Withdrawn from the race, the goat watches
Withdrawn
Hold the door
Correction fluid is banned from the ledger
Corrections officers sing in the choir
Retraction of the pier takes a week
For release of the doves, come at noon
Not for publication, the mayor whispered, and winked.
This story has been withdrawn from the library, and nobody knows by whom or why.
Adds up to nothing (much)
Breaking the rind is a matter for Sundays
Ends meet at the market
Correction: how a village bent a river""".splitlines()


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in LINES.items() for line in lines])
def test_a_notice_is_known_by_its_rule(rule: str, line: str) -> None:
    assert notice(line) == rule


@pytest.mark.parametrize("line", ORDINARY)
def test_an_ordinary_line_is_none(line: str) -> None:
    assert notice(line) is None


@pytest.mark.parametrize(
    ("headline", "rule", "rest"),
    [
        ("KILL: Goat elected", notices.KILL, "Goat elected"),
        ("STORY WITHDRAWN - Goat elected", notices.KILL, "Goat elected"),
        ("[RETRACTED] — Goat elected", notices.KILL, "Goat elected"),
        ("CORRECTION: Goat elected", notices.CORRECTION, "Goat elected"),
        ("Correction: Goat elected", notices.CORRECTION, "Goat elected"),
        ("HOLD: Goat elected", notices.HOLD, "Goat elected"),
        ("BREAKING: Goat elected", notices.URGENT, "Goat elected"),
        ("UPDATE 2-Goat elected", None, ""),
        ("UPDATE 2: Goat elected", notices.NOTE, "Goat elected"),
        ("EMBARGOED UNTIL 06:00 GMT 12 MARCH: Goat elected", notices.EMBARGO, "Goat elected"),
        ("EMBARGOED until 6pm tomorrow: Goat elected", notices.UNREAD, "Goat elected"),
        ("EMBARGOED: 6PM TOMORROW - Goat elected", notices.UNREAD, "Goat elected"),
        ("Kill: the night bus nobody rode", None, ""),
        ("Withdrawn: a goat's tale", None, ""),
        ("Embargo until autumn: what it means for cheese", None, ""),
        ("KILLER WAVE WAS A SMALL ONE", None, ""),
        ("Breaking bread: a baker's year", None, ""),
        ("HOLDALL - a bag for all weathers", None, ""),
    ],
)
def test_prefixes_of_headlines(headline: str, rule: str | None, rest: str) -> None:
    found = prefix(headline)
    assert (found.rule, found.headline) == (rule, rest) if found else rule is None


def test_what_notices_come_to() -> None:
    zone, written = ZoneInfo("Africa/Harare"), datetime(2026, 3, 11, 18, 0, tzinfo=UTC)
    said = sum_up(
        (
            (notices.EMBARGO, "EMBARGOED UNTIL 6AM THURSDAY 12 MARCH"),
            (notices.EMBARGO, "(Embargo: 2026-03-12T05:00Z)"),
            (notices.HOLD, "HOLD"),
            (notices.KILL, "KILL"),
        ),
        zone=zone,
        written=written,
    )
    assert said.embargoed == datetime(2026, 3, 12, 5, 0, tzinfo=UTC)  # the later
    assert said.pubstatus is PubStatus.CANCELED  # the stricter
    assert said.words[0] == "EMBARGOED UNTIL 6AM THURSDAY 12 MARCH"
    assert sum_up((), zone=zone, written=written).pubstatus is PubStatus.USABLE


def test_an_embargo_that_cannot_be_read_withholds_the_story_and_says_why() -> None:
    written = datetime(2026, 3, 11, 18, 0, tzinfo=UTC)
    said = sum_up(((notices.UNREAD, "[EMBARGOED until 6pm tomorrow]"),), zone=UTC, written=written)
    assert said.pubstatus is PubStatus.WITHHELD
    assert said.words == (
        "EMBARGOED until 6pm tomorrow (withheld: write the embargo with its date and time)",
    )

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from radiocast.model.errors import StoryError
from radiocast.model.story import PubStatus
from radiocast.newsroom.intake.formats.ninjs import take_apart

ZONE = ZoneInfo("Africa/Harare")


def item(**given: Any) -> str:
    return json.dumps({"headline": "Bell rings", **given}, indent=1)


def test_a_date_without_a_zone_is_the_stations() -> None:
    draft = take_apart(item(embargoed="2026-03-12T06:00:00"), zone=ZONE)
    assert draft.embargoed is not None
    assert draft.embargoed.isoformat() == "2026-03-12T04:00:00+00:00"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("usable", PubStatus.USABLE),
        ("stat:withheld", PubStatus.WITHHELD),
        ("http://cv.iptc.org/newscodes/pubstatusg2/canceled", PubStatus.CANCELED),
    ],
)
def test_iptcs_own_codes_are_statuses(said: str, status: PubStatus) -> None:
    assert take_apart(item(pubstatus=said)).pubstatus is status


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"urgency": 0}, r"line 3: urgency: '0' is no urgency"),
        ({"expires": "never"}, r"line 3: expires: 'never' is no date"),
        ({"pubstatus": "fine"}, r"line 3: pubstatus: 'fine' is no status"),
        ({"type": "audio"}, r"line 3: type: 'audio' is not read aloud"),
    ],
)
def test_a_bad_value_is_told_with_its_line(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(StoryError, match=reason):
        take_apart(item(**given))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "a list of 0 items"),
        ("3", "it must be an object"),
        ('{"headline": "x",}', "line 1: not JSON"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_ninjs_has_a_reason(text: str, reason: str) -> None:
    with pytest.raises(StoryError, match=reason):
        take_apart(text)


def test_the_main_headline_and_the_plain_body_are_taken() -> None:
    draft = take_apart(
        json.dumps(
            {
                "headlines": [{"role": "short", "value": "Bell"}, {"role": "main", "value": "Bell rings"}],
                "bodies": [
                    {"contenttype": "text/html", "value": "<p>HTML</p>"},
                    {"contenttype": "text/plain", "value": "Plain."},
                ],
            }
        )
    )
    assert (draft.headline, draft.body) == ("Bell rings", ("Plain.",))


def test_html_bodies_lose_their_mark_up_and_their_figures() -> None:
    html = "<p>It <b>rang</b>.</p><figure>A bell</figure><p>Twice.</p><script>ring()</script>"
    assert take_apart(item(body_html=html)).body == ("It rang.", "Twice.")

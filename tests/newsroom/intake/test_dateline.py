# ruff: noqa: E501 - cases are read whole
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.newsroom.intake.dateline import take_dateline


@pytest.mark.parametrize(
    ("paragraph", "place", "source"),
    [
        ("CHIRIMBI (Reuters) - Traders were back.", "CHIRIMBI", "Reuters"),
        ("KANDO BAY, May 3 (AP) — Traders were back.", "KANDO BAY, May 3", "AP"),
        ("KANDO BAY, Marulia, March 11, 2026 (New Ziana) – Traders were back.", "KANDO BAY, Marulia, March 11, 2026", "New Ziana"),
        ("CHIRIMBI/MUTOKO, 10 March (Lake Wire) -- Traders were back.", "CHIRIMBI/MUTOKO, 10 March", "Lake Wire"),
        ("Chirimbi, Marulia (AFP) – Traders were back.", "Chirimbi, Marulia", "AFP"),
        ("(Reuters) - Traders were back.", "", "Reuters"),
        ("STOKE-ON-TRENT — Traders were back.", "STOKE-ON-TRENT", ""),
        ("CHIRIMBI, Marulia - Traders were back.", "CHIRIMBI, Marulia", ""),
        ("Chirimbi, 12 March: Traders were back.", "Chirimbi, 12 March", ""),
        ("Chirimbi: Traders were back.", "Chirimbi", ""),
        ("Kando Bay – Traders were back.", "Kando Bay", ""),
    ],
)  # fmt: skip
def test_forms(paragraph: str, place: str, source: str) -> None:
    found = take_dateline(paragraph)
    assert found is not None
    assert (found.place, found.source, found.rest) == (place, source, "Traders were back.")
    assert paragraph.startswith(found.text)


@pytest.mark.parametrize(
    "paragraph",
    [
        "",
        "Traders were back at five.",
        "Warning: the bridge is closed.",
        "Mayor: We will open the bridge.",
        "Captain Dubeko: “We will sail.”",
        "The council (in the old hall) - and not in the new - met at noon.",
        "NATO and the EU met at noon.",
        "UN - The word is short.",
        "A goat (Button) - and no other - was elected.",
        "It rained: The ferry stayed.",
    ],
)
def test_other_openings_stay(paragraph: str) -> None:
    assert take_dateline(paragraph) is None


@given(st.text(alphabet="HARE harbcd ,()-—:/.", max_size=200))
def test_nothing_is_lost(paragraph: str) -> None:
    found = take_dateline(paragraph)
    if found is not None:
        assert (
            f"{found.text} {found.rest}".split() == paragraph.split() or found.text + found.rest in paragraph
        )

from datetime import UTC, datetime

import pytest

from radiocast.model.story import Credit, Story
from radiocast.newsroom.script.attribution import attribution
from radiocast.newsroom.script.wording import Wording

NOW = datetime(2026, 3, 12, tzinfo=UTC)


def credited(
    *others: Credit,
    byline: str = "",
    source: str = "",
    dateline: str = "",
    language: str = "en",
    told: str = "",
) -> str:
    story = Story(
        slug="s",
        headline="-",
        byline=byline,
        source=source,
        dateline=dateline,
        also=others,
        versioncreated=NOW,
    )
    return attribution(story, language, Wording(), told=told)


@pytest.mark.parametrize(
    ("byline", "source", "said"),
    [
        ("Gabriella Clare", "Mirror", "Gabriella Clare of the Mirror reports."),
        ("Gabriella Clare", "The Valley Herald", "Gabriella Clare of the Valley Herald reports."),
        ("Ann Roe and Sam Dube", "Reuters", "Ann Roe and Sam Dube of Reuters report."),
        ("Ann Roe", "Ann Roe", "Ann Roe reports."),
        ("Staff reporter", "", "Our staff reporter reports."),
        ("Our correspondent", "", "Our correspondent reports."),
        ("Our correspondent", "AFP", "A correspondent of A F P reports."),
        ("Our correspondents", "", "Our correspondents report."),
        ("Sports Desk", "Hill Gazette", "The sports desk of the Hill Gazette reports."),
        ("Ann Roe, Health Correspondent", "", "Ann Roe reports."),
        ("Dr. Ann Roe", "BBC", "Doctor Ann Roe of the B B C reports."),
        ("", "Mirror", "The Mirror reports."),
        ("", "Evening Star-Gazer", "The Evening Star-Gazer reports."),
        ("", "Market Weekly", "Market Weekly reports."),
        ("", "Reuters", "Reuters reports."),
        ("", "newsday.co.zw", "Newsday dot co dot zw reports."),
        ("", "", ""),
    ],
)
def test_one_credit(byline: str, source: str, said: str) -> None:
    assert credited(byline=byline, source=source) == said


def test_several_who_reported_the_same_are_all_named() -> None:
    assert credited(Credit(source="Mirror"), source="Reuters") == "Reuters and the Mirror report."
    assert (
        credited(
            Credit(byline="Sam Dube", source="Herald"),
            Credit(source="AFP"),
            byline="Ann Roe",
            source="Mirror",
        )
        == "A F P, Ann Roe of the Mirror and Sam Dube of the Herald report."
    )


def test_a_medium_is_named_once() -> None:
    assert (
        credited(Credit(source="mirror"), byline="Ann Roe", source="Mirror")
        == "Ann Roe of the Mirror reports."
    )


@pytest.mark.parametrize(
    ("dateline", "told", "said"),
    [
        ("HARARE", "", "Reuters reports from Harare."),
        ("KANDO BAY", "", "Reuters reports from Kando Bay."),
        ("Port Amélie", "", "Reuters reports from Port Amélie."),
        ("LITTLE SIXPENCE, Marulia", "", "Reuters reports from Little Sixpence, Marulia."),
        ("HARARE", "The council of Harare met.", "Reuters reports."),
        ("3 May", "", "Reuters reports."),
        ("", "", "Reuters reports."),
    ],
)
def test_the_place_is_said_where_the_story_does_not(dateline: str, told: str, said: str) -> None:
    assert credited(source="Reuters", dateline=dateline, told=told) == said


def test_a_place_alone() -> None:
    assert credited(dateline="HARARE") == "This report is from Harare."


@pytest.mark.parametrize(
    ("byline", "source", "said"),
    [
        ("Gabriella Clare", "Mirror", "C'est ce que rapporte Gabriella Clare pour le Mirror."),
        ("Ann Roe and Sam Dube", "", "C'est ce que rapportent Ann Roe et Sam Dube."),
        ("Notre correspondant", "", "C'est ce que rapporte notre correspondant."),
        ("Our correspondent", "AFP", "C'est ce que rapporte un correspondant pour l'A F P."),
        ("", "Le Soir", "C'est ce que rapporte le Soir."),
        ("", "BBC", "C'est ce que rapporte la B B C."),
        ("", "Reuters", "C'est ce que rapporte Reuters."),
    ],
)
def test_french_credits(byline: str, source: str, said: str) -> None:
    assert credited(byline=byline, source=source, language="fr") == said


def test_a_language_without_a_file_has_names_alone() -> None:
    assert credited(byline="Ann Roe", source="Mirror", language="sn") == "Ann Roe, Mirror."
    assert credited(Credit(source="AFP"), source="Reuters", language="sn") == "Reuters, AFP."

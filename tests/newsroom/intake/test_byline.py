import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.newsroom.intake.byline import Byline, parse_byline


@pytest.mark.parametrize(
    ("line", "writer", "source"),
    [
        ("By Gabriella Clare | Mirror |", "Gabriella Clare", "Mirror"),
        ("By Gabriella Clare, The Mirror", "Gabriella Clare", "The Mirror"),
        ("By Tariro Ncube", "Tariro Ncube", ""),
        ("BY TARIRO NCUBE", "Tariro Ncube", ""),
        ("BY OBERT O'NEIL-MOYO IN CHIRIMBA", "Obert O'Neil-Moyo", ""),
        ("BY ANN VAN DER BERG FOR THE VALLEY HERALD", "Ann van der Berg", "The Valley Herald"),
        ("By Ann Roe @annroe", "Ann Roe", ""),
        ("By Ann Roe (ann.roe@example.org)", "Ann Roe", ""),
        ("By Ann Roe (Valley Herald)", "Ann Roe", "Valley Herald"),
        ("By: Ann Roe", "Ann Roe", ""),
        ("by Ann Roe on March 12, 2026", "Ann Roe", ""),
        ("By Ann Roe Updated 12 March 2026, 14:05", "Ann Roe", ""),
        ("By Ann Roe, Sam Dube, and Eve Moyo | Reuters", "Ann Roe, Sam Dube and Eve Moyo", "Reuters"),
        ("By Ann Roe, health reporter, Valley Herald", "Ann Roe", "Valley Herald"),
        ("Story by Ann Roe, pictures by Sam Dube", "Ann Roe", ""),
        ("Words: Ann Roe | Pictures: Sam Dube", "Ann Roe", ""),
        ("Tariro Ncube and Sam Dlamini, Health Correspondent", "Tariro Ncube and Sam Dlamini", ""),
        ("Tariro Ncube Staff Reporter", "Tariro Ncube", ""),
        ("Ann Roe in Chirimba", "Ann Roe", ""),
        ("Ann Roe | AFP", "Ann Roe", "AFP"),
        ("Herald Reporter", "", "Herald"),
        ("By Sunday Mail Reporter", "", "Sunday Mail"),
        ("Staff and agencies", "Staff and agencies", ""),
        ("By Tariro Ncube and Sam Dlamini", "Tariro Ncube and Sam Dlamini", ""),
        ("By Tariro Ncube, Sam Dlamini and Ann Roe", "Tariro Ncube, Sam Dlamini and Ann Roe", ""),
        ("By Tariro Ncube, political editor", "Tariro Ncube", ""),
        ("By Tariro Ncube in Harare", "Tariro Ncube", ""),
        ("By Tariro Ncube in Harare for the Valley Herald", "Tariro Ncube", "The Valley Herald"),
        ("By Ludwig van der Berg | 12 March 2026 | Hill Gazette", "Ludwig van der Berg", "Hill Gazette"),
        ("Tariro Ncube for the Valley Herald", "Tariro Ncube", "The Valley Herald"),
        ("Reuters in Harare", "", "Reuters"),
        ("Reuters", "", "Reuters"),
        ("By AFP", "", "AFP"),
        ("Our correspondent", "Our correspondent", ""),
        ("By our correspondent in Mutare", "Our correspondent", ""),
        ("Staff reporter", "Staff reporter", ""),
        ("By Staff Reporter | Hill Gazette", "Staff Reporter", "Hill Gazette"),
    ],
)
def test_forms(line: str, writer: str, source: str) -> None:
    assert parse_byline(line) == Byline(writer=writer, source=source)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "By the time the rain stopped the bridge had gone.",
        "By noon the queue was a mile long",
        "Mayor calls for Calm in the Valley",
        "Medal for Mutare runner",
        "From the roof of the mill",
        "From Harare to Mutare on one tank",
        "Reuters said the talks had failed",
        "Ferry captains refuse to sail",
        "Heavy Floods in Mutare",
        "Two Goats Steal Show in Chirimba",
        "New Bus for Valley News",
        "By the lake, goats wait",
        "Words fail the mayor",
        "Author signs books at the mill",
    ],
)
def test_other_lines_are_none(line: str) -> None:
    assert parse_byline(line) is None


@given(st.text(max_size=150))
def test_any_line_is_one_or_is_none(line: str) -> None:
    byline = parse_byline(line)
    assert byline is None or byline.writer or byline.source

"""What a week played through in advance shows; and `examine`, which asks everything at once."""

from radiocast.model.errors import Severity
from radiocast.schedule.catalogue import Catalogue
from tests.schedule.examining import AMPLE, CLOCKS, examined, here, only, station
from tests.schedule.studio_day import JINGLES, library, media, tracks


def test_a_station_that_is_well_has_nothing_to_be_told() -> None:
    assert examined(station()) == ()


def test_what_a_week_would_drop_is_told_with_how_often_and_when_first() -> None:
    late = '{at: "01:30", play: cart/promo, drop_after: 30s}'
    text = station(clocks=CLOCKS.replace("}, {fill", f"}}, {late}, {{fill", 1))
    dropped = [problem for problem in examined(text) if "would be dropped" in problem.message]
    where, said = only(text, Severity.WARNING, tuple(dropped))
    assert where.startswith(late)
    assert said.startswith("clocks.news: cart/promo would be dropped 168 times, first on Mon 12")
    assert said.endswith("more than 0:30 late")


def test_an_event_far_ahead_that_must_wait_for_the_news_is_told() -> None:
    event = '  - {name: silence, at: "2026-07-07T11:01", start: hard, play: cart/promo}'
    text = station("events:", event)
    where, said = only(text, Severity.WARNING, examined(text))
    assert where.startswith("{name: silence")
    assert "the hard start of cart/promo would come late once, by up to 2:00" in said
    assert "first on Tue 7 Jul 2026 at 11:01" in said
    assert (
        examined(
            text.replace("start: hard, play: cart/promo}", "start: hard, priority: 60, play: cart/promo}")
        )
        == ()
    )


def test_a_library_too_small_for_its_separation_is_told_once() -> None:
    text = station().replace('"music/**"', '"music/**", separation: {artist: 1h}')
    found = examined(text, catalogue=library(*tracks(12, artists=4), *JINGLES))
    where, said = only(text, Severity.WARNING, tuple(p for p in found if p.severity is Severity.WARNING))
    assert where.startswith("music:")
    assert "is too small for its separation (artist 1h): in a week" in said


def test_a_library_that_lands_on_nothing_is_told_what_it_lacks() -> None:
    alike = [media(f"music/{n}.ogg", 200.0, f"Artist {n}") for n in range(30)]
    text = station()
    (notice,) = examined(text, catalogue=library(*alike, *JINGLES))
    assert notice.severity is Severity.NOTICE
    assert here(text, notice).startswith("music:")
    # An hour less the bulletin is 3420 s: seventeen tracks, and 20 s that no track lasts. The week begins
    # with one of its 168 hours.
    assert "rotation/music does not land on 167 of 167 starts, by up to 180 s" in notice.message
    assert "it lacks tracks of about 0:20" in notice.hint


def test_a_faulty_file_is_told_at_the_line_that_names_it() -> None:
    text = station()
    names = [each for each in AMPLE.match("**") if each.path != "jingles/promo.ogg"]
    found = examined(
        text,
        catalogue=Catalogue(names),
        faults={"jingles/promo.ogg": "is empty (0 bytes).", "music/a.mp3": "holds no sound."},
    )
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    (error,) = errors
    assert here(text, error).startswith("{file: jingles/promo.ogg")
    assert error.message == "media/jingles/promo.ogg is empty (0 bytes)"
    (warning,) = (problem for problem in found if problem.severity is Severity.WARNING)
    assert warning.message == "1 file of 'music/**' cannot be played: music/a.mp3"


def test_nothing_at_all_can_be_played_and_check_still_answers() -> None:
    found = examined(station(), catalogue=Catalogue(()))
    assert {problem.severity for problem in found} >= {Severity.ERROR}
    assert [(p.line, p.column) for p in found] == sorted((p.line, p.column) for p in found)

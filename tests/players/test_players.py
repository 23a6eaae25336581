"""Each real player hears the station's sound, whole, under the station's titles, in the station's order."""

from collections.abc import Callable

import pytest

from tests.players.evidence import Recording, agree_but_for_the_ends, changes, is_run_of
from tests.players.https import HTTPS_PLAYERS, TITLED
from tests.players.programs import COMMAND_PLAYERS, RECORD_S
from tests.players.servers import SERVERS
from tests.players.small_station import HEADLINES, TONES, SmallStation
from tests.players.sound import RATE, decode, silences, tones

# The station starts, then all that play by http do so at once, and after them all by https.
pytestmark = pytest.mark.timeout(240)
_BY_HTTP = (*COMMAND_PLAYERS, *SERVERS)
each_player = pytest.mark.parametrize("player", [player.name for player in (*_BY_HTTP, *HTTPS_PLAYERS)])
each_with_titles = pytest.mark.parametrize("player", [player.name for player in (*_BY_HTTP, *TITLED)])
HERTZ = {tone.stream_title: tone.hertz for tone in TONES}
# Some need seconds to start or to fill a buffer, and are stopped by the clock: so much is there at least.
AT_LEAST_S = RECORD_S - 15

RecordingOf = Callable[[str], Recording]


@each_player
def test_it_plays_without_a_complaint(player: str, recording: RecordingOf) -> None:
    heard = recording(player)
    assert not heard.complaints, f"{heard.log}"


@each_player
def test_its_sound_is_whole(player: str, recording: RecordingOf) -> None:
    sound, complaint = decode(recording(player).sound)
    assert complaint == ""
    assert len(sound) / RATE > AT_LEAST_S
    assert silences(sound, longer_than_s=0.5) == []


@each_with_titles
def test_it_shows_the_stations_titles_in_order(
    player: str, recording: RecordingOf, station: SmallStation
) -> None:
    shown = recording(player).titles
    aired = station.titles.titles()
    assert is_run_of(shown, aired), f"shown {shown}\naired {aired}"
    assert len(shown) >= 5
    assert any(headline in shown for headline in HEADLINES), "no story was on the air, or none was shown"


@each_with_titles
def test_it_hears_what_the_titles_say(player: str, recording: RecordingOf) -> None:
    heard = recording(player)
    sound, _ = decode(heard.sound)
    named = changes(HERTZ[title] for title in heard.titles if title in HERTZ)
    found = [hertz for _, hertz in tones(sound, tuple(HERTZ.values()))]
    assert len(named) >= 2
    assert agree_but_for_the_ends(found, named), f"titles {heard.titles}\ntones {found}"

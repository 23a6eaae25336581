"""The editor's decisions: one file, several commands at once, and a studio that reads meanwhile."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from radiocast.model.errors import EnvironmentFault
from radiocast.newsroom.desk.decisions import (
    Action,
    Decision,
    Decisions,
    DecisionsFile,
    decide,
    read_decisions,
)
from tests.newsroom.texts import WHEN

# Holds ten stories of its own, one after the other, as ten commands would.
HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from radiocast.newsroom.desk.decisions import Action, Decision, decide
file, name = Path(sys.argv[1]), sys.argv[2]
for number in range(10):
    now = datetime.now(UTC)
    decision = Decision(slug=f"{name}-{number}", action=Action.HOLD, by=name, at=now, why="x" * 2000)
    decide(file, lambda _: decision)
"""


def decision(slug: str, action: Action = Action.HOLD, why: str = "") -> Decision:
    return Decision(slug=slug, action=action, by="ann", at=WHEN, why=why)


def put(file: Path, *decisions: Decision) -> None:
    for each in decisions:
        decide(file, lambda _, each=each: each)  # type: ignore[misc]


def test_what_is_decided_is_read_again_with_who_when_and_why(tmp_path: Path) -> None:
    file = tmp_path / "var" / "desk.json"
    put(file, decision("well", why="names to be checked"), decision("goat", Action.KILL))
    put(file, decision("well", Action.RELEASE), decision("goat", Action.RELEASE), decision("bus"))
    found = read_decisions(file)
    assert found.standing == {"goat": decision("goat", Action.KILL), "bus": decision("bus")}
    assert [(each.slug, each.action) for each in found.history] == [
        ("well", Action.HOLD),
        ("goat", Action.KILL),
        ("well", Action.RELEASE),
        ("goat", Action.RELEASE),
        ("bus", Action.HOLD),
    ]
    assert str(found.history[0]) == "held by ann: names to be checked"


def test_the_history_is_bounded_and_what_stands_is_not() -> None:
    decisions = Decisions().after(decision("goat", Action.KILL))
    for number in range(4100):
        decisions = decisions.after(decision(f"s{number % 5}"))
    assert len(decisions.history) == 4000
    assert decisions.standing["goat"].action is Action.KILL


def test_nothing_decided_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "desk.json"
    assert decide(file, lambda _: None) == Decisions()
    assert not file.exists()


def test_a_damaged_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "desk.json"
    file.write_text('{"standing": [', "utf-8")
    with pytest.raises(EnvironmentFault, match="damaged"):
        decide(file, lambda _: decision("well"))
    with pytest.raises(EnvironmentFault) as told:
        read_decisions(file)
    assert "input_value" not in str(told.value), "a sentence for an editor, not for a programmer"
    assert file.read_text("utf-8") == '{"standing": ['


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file", "utf-8")
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        decide(tmp_path / "var" / "desk.json", lambda _: decision("well"))


def test_the_studio_sees_a_change_once(tmp_path: Path) -> None:
    file = tmp_path / "desk.json"
    watch = DecisionsFile(file)
    assert not watch.changed()
    put(file, decision("well"))
    assert watch.changed()
    assert watch.now.standing.keys() == {"well"}
    assert not watch.changed()
    put(file, decision("well", Action.CORRECT))
    assert not watch.changed()  # it is for the record: nothing else holds than before
    assert len(watch.now.history) == 2
    file.unlink()
    assert watch.changed()
    assert watch.now == Decisions()


def test_a_damaged_file_leaves_the_last_good_decisions(tmp_path: Path) -> None:
    file = tmp_path / "desk.json"
    put(file, decision("well"))
    watch = DecisionsFile(file)
    assert watch.changed()
    good = file.read_bytes()
    for damaged in (b"", b"[]", b'{"standing": [{"slug": 3}]}', b"\xff\xfe\x00"):
        file.write_bytes(damaged)
        assert not watch.changed()
        assert watch.now.standing.keys() == {"well"}
        assert "the decisions read before stand" in watch.problem
    file.write_bytes(good)
    assert not watch.changed()
    assert watch.problem == ""


def test_a_studio_that_starts_with_a_damaged_file_goes_by_its_copy(tmp_path: Path) -> None:
    file = tmp_path / "desk.json"
    put(file, decision("well"), decision("goat", Action.KILL))
    file.write_bytes(b"{")
    watch = DecisionsFile(file)
    assert watch.changed()
    assert watch.now.standing.keys() == {"well", "goat"}
    assert "damaged" in watch.problem
    assert not watch.changed()
    (tmp_path / "desk.json.bak").write_bytes(b"{")
    lost = DecisionsFile(file)
    assert not lost.changed()
    assert lost.now == Decisions()
    assert "damaged" in lost.problem


def test_a_file_of_a_later_version_is_read_as_far_as_it_is_known(tmp_path: Path) -> None:
    file = tmp_path / "desk.json"
    put(file, decision("well"))
    kept = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**kept, "version": 9, "more": {}}), "utf-8")
    assert read_decisions(file).standing.keys() == {"well"}


def test_commands_at_once_lose_nothing_and_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    file = tmp_path / "var" / "desk.json"
    commands = [
        subprocess.Popen([sys.executable, "-c", HOLDER, str(file), name], stderr=subprocess.PIPE)
        for name in ("ann", "ben", "cid")
    ]
    watch = DecisionsFile(file)
    most = 0
    while any(command.poll() is None for command in commands):
        watch.changed()
        assert watch.problem == ""
        assert len(watch.now.standing) >= most
        most = len(watch.now.standing)
    for command in commands:
        _, said = command.communicate()
        assert (command.returncode, said) == (0, b"")
    watch.changed()
    names = {f"{name}-{number}" for name in ("ann", "ben", "cid") for number in range(10)}
    assert watch.now.standing.keys() == names
    assert len(watch.now.history) == 30


def test_a_command_that_was_killed_leaves_no_lock(tmp_path: Path) -> None:
    file = tmp_path / "desk.json"
    held = (
        "import sys, time\nfrom pathlib import Path\nfrom radiocast.newsroom.desk.decisions import decide\n"
        "def wait(_):\n    print('locked', flush=True)\n    time.sleep(60)\n"
        f"decide(Path({str(file)!r}), wait)\n"
    )
    with subprocess.Popen([sys.executable, "-c", held], stdout=subprocess.PIPE) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == b"locked\n"
        command.kill()
    put(file, decision("well"))
    assert read_decisions(file).standing.keys() == {"well"}

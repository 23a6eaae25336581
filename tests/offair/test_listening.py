"""What `radiocast check` says of limits, workers, proxies and the certificate."""

import os
from pathlib import Path

import pytest

from radiocast.config.load import parse_station
from radiocast.model.errors import Problem, Severity
from radiocast.offair.listening import Machine, listening_problems

CERTIFICATES = Path(__file__).parents[1] / "reception" / "certificates"
ROOMY = Machine(cores=2, descriptors=20_000)


def said(text: str, root: Path, machine: Machine = ROOMY) -> tuple[Problem, ...]:
    file = root / "station.yaml"
    file.write_text(f"station: {{name: x}}\n{text}\n")
    return listening_problems(file, parse_station(file.read_text(), file), root=root, machine=machine)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "listen: {max_listeners: 500, max_per_address: 500, workers: 2}",
        "listen: {max_listeners: 39600, workers: 2}",
        "mounts: [{path: /a, max_listeners: 10000}]",
        "listen: {trusted_proxies: [127.0.0.1, 10.0.0.0/8, '::1', 'fd00::/16']}",
    ],
)
def test_of_what_holds_nothing_is_said(text: str, tmp_path: Path) -> None:
    assert said(text, tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "machine", "here", "message"),
    [
        ("listen: {max_listeners: 9, max_per_address: 10}", ROOMY, "10}", "10 is never reached"),
        (
            "listen: {max_listeners: 9}\nmounts: [{path: /a}, {path: /b, max_listeners: 10}]",
            ROOMY,
            "10}]",
            "mounts[2].max_listeners: 10 is never reached",
        ),
        ("listen: {workers: 3}", ROOMY, "3}", "3 processes share the 2 cores"),
        ("listen: {max_listeners: 19900}", ROOMY, "19900}", "20,000 open files"),
        (
            "listen: {max_listeners: 3000, workers: 2}",
            Machine(cores=2, descriptors=1024),
            "3000,",
            "no room for 3,000, but for about 1,648",
        ),
        ("listen: {max_duration: 24m}", ROOMY, "24m}", "everybody is disconnected after 24m"),
    ],
)
def test_what_is_not_what_it_looks_like_is_noticed(
    text: str, machine: Machine, here: str, message: str, tmp_path: Path
) -> None:
    (problem,) = said(text, tmp_path, machine)
    line = ["", *text.splitlines()][problem.line - 1]
    assert line[problem.column - 1 :].startswith(here)
    assert message in problem.message
    assert problem.hint
    assert problem.severity is Severity.NOTICE


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0", "128.0.0.0/1"])
def test_believing_much_of_the_internet_is_a_mistake(network: str, tmp_path: Path) -> None:
    (problem,) = said(f"listen: {{trusted_proxies: [127.0.0.1, '{network}']}}", tmp_path)
    assert "trusted_proxies[2]" in problem.message
    assert problem.severity is Severity.WARNING


def tls(cert: Path | str, key: Path | str) -> str:
    return f"listen:\n  tls:\n    cert: {cert}\n    key: {key}"


def test_a_worker_that_speaks_tls_has_less_room(tmp_path: Path) -> None:
    both = tls(CERTIFICATES / "first.crt", CERTIFICATES / "first.key") + "\n  workers: 2\n  max_listeners: "
    assert said(both + "37600", tmp_path) == ()
    (problem,) = said(both + "37601", tmp_path)
    assert "but for about 37,600" in problem.message


def test_a_pair_that_belongs_together_is_well(tmp_path: Path) -> None:
    assert said(tls(CERTIFICATES / "first.crt", CERTIFICATES / "first.key"), tmp_path) == ()


def test_paths_are_in_the_stations_folder(tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    for name in ("first.crt", "first.key"):
        (tmp_path / "tls" / name).write_bytes((CERTIFICATES / name).read_bytes())
    assert said(tls("tls/first.crt", "tls/first.key"), tmp_path) == ()


@pytest.mark.parametrize(
    ("cert", "key", "line", "message"),
    [
        ("missing.crt", CERTIFICATES / "first.key", 4, "No such file"),
        (CERTIFICATES / "first.crt", "missing.key", 5, "No such file"),
        (CERTIFICATES / "first.crt", CERTIFICATES / "second.key", 5, "does not belong"),
        (CERTIFICATES / "first.key", CERTIFICATES / "first.key", 4, "no certificate in it"),
    ],
)
def test_a_pair_that_cannot_be_used_is_told_at_its_line(
    cert: Path | str, key: Path | str, line: int, message: str, tmp_path: Path
) -> None:
    (problem,) = said(tls(cert, key), tmp_path)
    assert (problem.line, problem.severity) == (line, Severity.ERROR)
    assert message in problem.message
    assert problem.hint


def test_a_certificate_that_has_ended_is_told(tmp_path: Path) -> None:
    (problem,) = said(tls(CERTIFICATES / "ended.crt", CERTIFICATES / "first.key"), tmp_path)
    assert (problem.line, problem.severity) == (4, Severity.WARNING)
    assert "ended on 2024-06-01" in problem.message


def test_a_machine_is_as_this_process_sees_it() -> None:
    machine = Machine.here()
    assert machine.cores == len(os.sched_getaffinity(0))
    assert machine.descriptors > 100


def test_everything_is_said_at_once_in_the_file_s_order(tmp_path: Path) -> None:
    text = "listen:\n  workers: 9\n  max_per_address: 99\n  max_listeners: 9\n  tls: {cert: a, key: b}"
    assert [problem.line for problem in said(text, tmp_path)] == [3, 4, 6]

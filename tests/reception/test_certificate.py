import contextlib
import logging
import os
import shutil
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.errors import ConfigurationError
from radiocast.reception.certificate import Certificate, ends
from tests.reception.tls import PAIRS, joined, pair, trusting

LONG_AGO = datetime(2026, 5, 1, tzinfo=UTC)
FIRST_ENDS = datetime(2120, 1, 1, tzinfo=UTC)


class Files:
    """Where the station's pair lies."""

    def __init__(self, folder: Path) -> None:
        self.cert, self.key = folder / "fullchain.pem", folder / "privkey.pem"
        self.renew("first")

    def renew(self, name: str, key: str | None = None) -> None:
        """As certbot does it: new files in the place of the old."""
        for source, target in ((f"{name}.crt", self.cert), (f"{key or name}.key", self.key)):
            beside = target.with_suffix(".new")
            shutil.copyfile(PAIRS / source, beside)
            beside.rename(target)

    def certificate(self) -> Certificate:
        return Certificate(self.cert, self.key)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def shown(certificate: Certificate) -> str:
    """Whose certificate a client sees."""
    with joined(pair(), trusting("first", "second"), certificate) as (_, client):
        names = client.tls.getpeercert()
    assert names is not None
    return str(dict(part[0] for part in names["subject"])["commonName"])  # type: ignore[misc]


def test_a_renewed_pair_is_shown_to_those_who_come_next(
    files: Files, caplog: pytest.LogCaptureFixture
) -> None:
    certificate = files.certificate()
    assert shown(certificate) == "radiocast test first"
    with caplog.at_level(logging.INFO):
        certificate.look()
        assert caplog.messages == []
        files.renew("second")
        certificate.look()
    assert shown(certificate) == "radiocast test second"
    assert caplog.messages == [f"the certificate {files.cert} was renewed; it ends on 2130-01-01 00:00 UTC"]
    assert certificate.problems(LONG_AGO) == ()


def test_nothing_is_read_while_the_files_are_the_same(files: Files) -> None:
    certificate = files.certificate()
    context = certificate.context
    certificate.look()
    assert certificate.context is context


def test_files_written_in_place_are_noticed_too(files: Files) -> None:
    certificate = files.certificate()
    for source, target in (("second.crt", files.cert), ("second.key", files.key)):
        before = target.stat().st_mtime_ns
        target.write_bytes((PAIRS / source).read_bytes())
        os.utime(target, ns=(before + 1, before + 1))
    certificate.look()
    assert shown(certificate) == "radiocast test second"


def test_a_renewed_pair_that_does_not_match_leaves_the_one_before_and_says_so_once(
    files: Files, caplog: pytest.LogCaptureFixture
) -> None:
    certificate = files.certificate()
    files.renew("second", key="first")
    certificate.look()
    certificate.look()
    assert shown(certificate) == "radiocast test first"
    (message,) = caplog.messages
    assert "the one before stays" in message
    assert f"this key does not belong to the certificate {files.cert}" in message
    (problem,) = certificate.problems(LONG_AGO)
    assert "which ends on 2120-01-01 00:00 UTC" in problem
    # The key follows a moment later.
    files.renew("second")
    certificate.look()
    assert shown(certificate) == "radiocast test second"
    assert certificate.problems(LONG_AGO) == ()


def test_a_pair_that_is_gone_for_a_while_leaves_the_one_before(files: Files) -> None:
    certificate = files.certificate()
    kept = files.key.read_bytes()
    files.key.unlink()
    certificate.look()
    assert shown(certificate) == "radiocast test first"
    assert "privkey.pem: it cannot be read: No such file" in certificate.problems(LONG_AGO)[0]
    files.key.write_bytes(kept)
    certificate.look()
    assert certificate.problems(LONG_AGO) == ()


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (timedelta(days=8), None),
        (timedelta(days=7), "ends on 2120-01-01 00:00 UTC, and is not renewed yet"),
        (timedelta(seconds=1), "ends on 2120-01-01 00:00 UTC, and is not renewed yet"),
        (timedelta(0), "ended on 2120-01-01 00:00 UTC: players and browsers refuse"),
        (timedelta(days=-400), "ended on 2120-01-01 00:00 UTC: players and browsers refuse"),
    ],
)
def test_its_end_is_announced_a_week_before(files: Files, left: timedelta, says: str | None) -> None:
    problems = files.certificate().problems(FIRST_ENDS - left)
    if says is None:
        assert problems == ()
    else:
        assert len(problems) == 1
        assert says in problems[0]


def test_one_that_has_ended_is_used_all_the_same_and_said(files: Files) -> None:
    """A station that would not start for it would be silent for http listeners too."""
    files.renew("ended", key="first")
    certificate = files.certificate()
    assert "ended on 2024-06-01 12:00 UTC" in certificate.problems(LONG_AGO)[0]


@pytest.mark.parametrize(
    ("wrong", "which", "says"),
    [
        ("no certificate", "cert", "there is no certificate in it"),
        ("no key", "key", "there is no private key in it"),
        ("missing certificate", "cert", "it cannot be read: No such file or directory"),
        ("missing key", "key", "it cannot be read: No such file or directory"),
        ("another's key", "key", "this key does not belong to the certificate"),
        ("cut off", "cert", "cannot be"),
        ("broken", "cert", "cannot be used"),
        ("broken key", "cert", "cannot be used"),
        ("passphrase", "key", "the key wants a passphrase"),
        ("a folder", "cert", "it cannot be read: Is a directory"),
    ],
)
def test_a_pair_that_cannot_be_used_is_an_error_that_names_the_file(
    files: Files, wrong: str, which: str, says: str
) -> None:
    text = files.cert.read_text()
    match wrong:
        case "no certificate":
            files.cert.write_text("hello")
        case "no key":
            files.key.write_text(text)
        case "missing certificate":
            files.cert.unlink()
        case "missing key":
            files.key.unlink()
        case "another's key":
            files.renew("first", key="second")
        case "cut off":
            files.cert.write_text(text[: len(text) // 2])
        case "broken":
            files.cert.write_text(text.replace("M", "N"))
        case "broken key":
            files.key.write_text(files.key.read_text().replace("M", "N"))
        case "passphrase":
            files.key.write_text(
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
            )
        case _:
            files.cert.unlink()
            files.cert.mkdir()
    with pytest.raises(ConfigurationError) as caught:
        files.certificate()
    (problem,) = caught.value.problems
    assert problem.file == getattr(files, which)
    assert says in problem.message
    assert ("station's folder" in problem.hint) == (
        wrong in {"missing certificate", "missing key", "a folder"}
    )


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("first", FIRST_ENDS),
        ("second", datetime(2130, 1, 1, tzinfo=UTC)),
        ("ended", datetime(2024, 6, 1, 12, tzinfo=UTC)),
    ],
)
def test_the_end_is_read_whether_its_year_has_two_digits_or_four(name: str, at: datetime) -> None:
    assert ends(ssl.PEM_cert_to_DER_cert((PAIRS / f"{name}.crt").read_text())) == at


@given(st.data())
def test_what_is_no_certificate_has_no_end_and_does_no_harm(data: st.DataObject) -> None:
    der = bytearray(ssl.PEM_cert_to_DER_cert((PAIRS / "first.crt").read_text()))
    for _ in range(data.draw(st.integers(0, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(der[: data.draw(st.integers(0, len(der)))])
    with contextlib.suppress(ValueError, IndexError):
        assert ends(cut).tzinfo is UTC

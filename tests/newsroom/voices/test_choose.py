from pathlib import Path

import pytest

from radiocast.config.station import VoiceConfig, Voices
from radiocast.newsroom.voices import choose
from radiocast.newsroom.voices.choose import Cast, engage


def names(cast: Cast, *, language: str = "en", part: str = "stories") -> list[str]:
    return [config.name for config in cast.chain(language=language, part=part)]


def espeak(name: str, *fallback: VoiceConfig) -> VoiceConfig:
    return VoiceConfig(name=name, fallback=fallback)


def command(name: str, *fallback: VoiceConfig) -> VoiceConfig:
    return VoiceConfig(engine="command", name=name, command=("say",), fallback=fallback)


def test_those_who_stand_in_for_those_who_stand_in_come_in_order_and_once() -> None:
    voice = command("a", command("b", command("c")), command("d"), command("b", command("e")))
    cast = Cast(voice=voice, voices=Voices())
    assert names(cast) == ["a", "b", "c", "d", "e"]
    assert not any(config.fallback for config in cast.chain(language="en", part="stories"))


@pytest.mark.parametrize(
    ("language", "part", "who"),
    [
        ("en", "stories", ["en-gb"]),
        ("", "intro", ["rp"]),
        ("fr", "intro", ["marie"]),
        ("FR_be", "stories", ["marie"]),
        ("fr-CA", "stories", ["luc"]),
        ("pt-BR", "stories", ["pt-br"]),
        ("pt-AO", "stories", ["pt"]),
        ("en-AU", "stories", ["en-gb"]),
        ("sn", "stories", ["en-gb"]),
        ("de", "intro", ["rp"]),  # named for the part, and no espeak-ng voice that could be German
        ("nonsense", "weather", ["en-gb"]),
    ],
)
def test_language_then_part_then_station(language: str, part: str, who: list[str]) -> None:
    voices = Voices(
        languages={"fr": command("marie"), "fr-ca": command("luc")}, parts={"intro": command("rp")}
    )
    assert names(Cast(voice=espeak("en-gb"), voices=voices), language=language, part=part) == who


def test_only_espeak_changes_its_language() -> None:
    cast = Cast(voice=command("anna", espeak("en-gb+f4"), espeak("mb-en1")), voices=Voices())
    assert names(cast, language="de") == ["anna", "de", "mb-en1"]


def test_without_espeak_nobody_changes_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "_espeak_languages", frozenset)
    assert names(Cast(voice=espeak("en-gb"), voices=Voices()), language="fr") == ["en-gb"]


def test_a_voice_s_identity_is_all_that_is_heard(tmp_path: Path) -> None:
    (tmp_path / "speak").write_text("one", "utf-8")
    configs = [
        VoiceConfig(),
        VoiceConfig(name="fr"),
        VoiceConfig(words_per_minute=150),
        VoiceConfig(engine="command", command=("speak",)),
        VoiceConfig(engine="command", command=("speak", "-x")),
    ]
    identities = [engage(config, root=tmp_path, cache=tmp_path).identity for config in configs]
    assert len(set(identities)) == len(configs)
    (tmp_path / "speak").write_text("another", "utf-8")
    assert engage(configs[3], root=tmp_path, cache=tmp_path).identity not in identities
    # How long one waits for a voice is not heard.
    patient = VoiceConfig.model_validate({"timeout": 99.0})
    assert engage(patient, root=tmp_path, cache=tmp_path).identity == identities[0]

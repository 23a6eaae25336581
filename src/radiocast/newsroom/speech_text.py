"""Written text to text as it is spoken, and where its sentences end. Pure; English for now."""

import re
from collections.abc import Mapping
from typing import Final

from radiocast.newsroom.spoken_forms import ABBREVIATIONS, CURRENCIES, UNITS, WITH_STOP

_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+[^\s.,;:!?)\]]|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]+)+")
_PICTURE: Final = re.compile(
    "[\u200d\u20e3\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe00-\ufe0f\U0001f000-\U0001faff\U000e0000-\U000e007f\ue000-\uf8ff]"
)
_QUOTES: Final = str.maketrans({"‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "`": "'"})
_SPOKEN_QUOTES: Final = re.compile('["“”„‟«»″*_~^|\\\\<>{}=#]')
_SINGLE_QUOTED: Final = re.compile(r"(?<!\w)'|'(?!\w)")
_RANGE: Final = re.compile(r"(?<=\d)\s*[–—]\s*(?=\d)")
_DASH: Final = re.compile(r"\s*[–—―]\s*|\s+-{1,3}\s+|\s*--+\s*")
_RANK: Final = re.compile(
    r"\b(Lt|Lieut|Maj|Brig|Vice|Rear|Insp|Sgt)\.?[ -](Gen|Col|Cmdr|Adm|Maj|Gov)\b\.?", re.IGNORECASE
)
_ABBREVIATION: Final = re.compile(rf"\b({'|'.join(ABBREVIATIONS)})\b(?:\.(?=\s|,|$))?(?!['’]|\.\w)")
_STOPPED: Final = re.compile(rf"(?<![\w.])({'|'.join(re.escape(key) for key in WITH_STOP)})(?!\w)")
_INITIALS: Final = re.compile(r"(?<![\w.])(?:[A-Za-z]\.){2,9}(?!\w)")
_NUMBER: Final = r"\d{1,15}(?:,\d{3}){0,6}(?:\.\d{1,9})?"
_MONEY: Final = re.compile(
    rf"(?<!\w)(US\$|[$£€¥]|R(?=\d))\s?({_NUMBER})(?:\s?(m|bn|tn|k|million|billion|trillion|thousand)\b)?"
)
_SCALE: Final = {"m": "million", "bn": "billion", "tn": "trillion", "k": "thousand"}
_PERCENT: Final = re.compile(rf"({_NUMBER})\s?(?:%|percent\b|pc\b)")
_UNIT: Final = re.compile(
    rf"(?<![\w.])({_NUMBER})\s?°?({'|'.join(re.escape(key) for key in UNITS)})\b(?!\.\w)"
)
_SAINT: Final = re.compile(r"\bSt\.?(?= [A-Z])")
_NUMERO: Final = re.compile(r"\bNo\.\s?(?=\d)")

_NO_STOP_AFTER: Final = frozenset(
    {key.lower() for key in ABBREVIATIONS}
    | {key.lower().rstrip(".") for key in WITH_STOP if "." not in key[:-1]}
    | {"st", "no", "vice", "rear", "messrs", "fr", "fig", "art", "dept", "est", "min", "max", "al"}
) - {"etc", "jr", "sr"}
_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)")
_LAST_WORD: Final = re.compile(r"([^\s(\"“'‘-]*)\.+[\"'”’)\]]*$")
_LONGEST_WORD: Final = 60
_OPENS: Final = re.compile(r"\s*[\"'“‘(\[«]*[^\Wa-z_]")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a paragraph, in order; joined by single spaces they are the paragraph again.

    A full stop ends none after a title or an initial ("Lt. Gen. J. Moyo"), inside a number ("3.5"), or
    before a lower-case letter. Text without an end is one sentence; empty text none.
    """
    text = " ".join(text.split())
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if _OPENS.match(text, match.end()) and _ends(text[start : match.end()]):
            found.append(text[start : match.end()].strip())
            start = match.end()
    last = text[start:].strip()
    return (*found, last) if last else tuple(found)


def _ends(before: str) -> bool:
    """Whether text up to a stop is a sentence, when what follows opens like one."""
    last = _LAST_WORD.search(before, max(0, len(before) - _LONGEST_WORD))
    if last is None or before.rstrip("\"'”’)]").endswith(("!", "?", "…", "..")):
        return True
    word = last[1]
    if word.lower() in _NO_STOP_AFTER:
        return False
    # "J. Moyo", "U.S. troops": an initial is part of a name; "at 9 p.m. The" is an end.
    initials = re.fullmatch(r"(?:[A-Z]\.)*[A-Z]", word)
    return initials is None or (word == "I" and " " in before.strip())


def spoken(text: str, pronunciation: Mapping[str, str] | None = None) -> str:
    """One line of text as a voice should be given it.

    Addresses, pictures and quotation marks go; dashes become commas; titles, units, percentages and
    money are written out. `pronunciation` replaces whole words, exactly as written ("US" is not "us"); its
    capitals mark stress for people and are sent in lower case, or a voice would spell them out.
    """
    text = _ADDRESS.sub("", " ".join(text.split()))
    text = _PICTURE.sub("", text).translate(_QUOTES)
    text = _respell(text, pronunciation or {})
    text = _SPOKEN_QUOTES.sub("", text)
    text = _SINGLE_QUOTED.sub("", text)
    text = _DASH.sub(", ", _RANGE.sub(" to ", text))
    text = _RANK.sub(lambda match: f"{_long(match[1])} {_long(match[2])}", text)
    text = _STOPPED.sub(_stopped, text)
    text = _ABBREVIATION.sub(lambda match: ABBREVIATIONS[match[1]], text)
    text = _SAINT.sub("Saint", _NUMERO.sub("number ", text))
    text = _INITIALS.sub(_initials, text)
    text = _MONEY.sub(_money, text)
    text = _PERCENT.sub(r"\1 per cent", text)
    text = _UNIT.sub(lambda match: f"{match[1]} {UNITS[match[2]]}", text)
    text = text.replace("&", " and ").replace("/", " ")
    text = re.sub(r"[\[(]\s*[\])]", "", text)
    text = re.sub(r"\s?[\[(]([^\])]{0,500})[\])]", r", \1,", text)
    text = re.sub(r"(?:, ?){1,5}(?=[.,;:!?])| (?=[.,;:!?])", "", text)
    return " ".join(text.split()).strip(" ,;:")


def as_sentence(text: str) -> str:
    """Text closed by a full stop if nothing closes it, so that a voice lets it fall."""
    text = text.strip()
    return (
        text if not text or text.rstrip("'\")").endswith((".", "!", "?", "…")) else f"{text.rstrip(' ,;:-')}."
    )


def _respell(text: str, pronunciation: Mapping[str, str]) -> str:
    words = sorted((word for word in pronunciation if word.strip()), key=len, reverse=True)
    if not words:
        return text
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in words)})(?!\w)")
    return pattern.sub(lambda match: _quiet(pronunciation[match[0]]), text)


def _quiet(respelling: str) -> str:
    """Capital syllables of a respelling ("CHEE-koff") in lower case; initials ("B B C") as they are."""
    return re.sub(r"[A-Z]{2,}", lambda match: match[0].lower(), respelling)


def _long(word: str) -> str:
    return ABBREVIATIONS.get(word.capitalize(), word.capitalize())


def _stopped(match: re.Match[str]) -> str:
    # At the end of the text the stop is the sentence's too.
    end = "." if match.end() == len(match.string) or _opens_sentence(match) else ""
    return WITH_STOP[match[1]] + end


def _opens_sentence(match: re.Match[str]) -> bool:
    return match[1] in {"a.m.", "p.m."} and re.match(r"\s+[A-Z]", match.string[match.end() :]) is not None


def _initials(match: re.Match[str]) -> str:
    letters = " ".join(match[0].rstrip(".").split("."))
    return letters + ("." if match.end() == len(match.string) else "")


def _money(match: re.Match[str]) -> str:
    scale = match[3] or ""
    scale = _SCALE.get(scale, scale)
    unit = CURRENCIES[match[1]]
    if match[2] == "1" and not scale and unit.endswith("s"):
        unit = unit[:-1]
    return " ".join(part for part in (match[2], scale, unit) if part)

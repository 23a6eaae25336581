"""English, as news is read in Britain and southern Africa; American dates and spellings are understood."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final

from radiocast.newsroom.languages.english_dates import date_rules, span_rules, year_rules
from radiocast.newsroom.languages.english_figures import amount_rules
from radiocast.newsroom.languages.english_initials import letter_by_letter, spell_out
from radiocast.newsroom.languages.english_numbers import number_rules
from radiocast.newsroom.languages.english_words import (
    ABBREVIATIONS,
    LITTLE,
    MEDIA_WITH_THE,
    NEVER_END,
    NUMBERED,
    RANK_OPENERS,
    REGNAL,
    STOPPED,
    TITLES,
)
from radiocast.newsroom.languages.language import (
    ROMAN,
    Language,
    Rule,
    any_of,
    rewrite,
    roman,
)
from radiocast.newsroom.languages.numbers import cardinal, ordinal

TEMPLATES: Final = {
    "greeting_morning": "Good morning",
    "greeting_afternoon": "Good afternoon",
    "greeting_evening": "Good evening",
    "greeting_night": "Hello",
    "intro": "{greeting}. It is {time}. Here is the news from {station}.",
    "intro_no_news": "{greeting}. It is {time}. There is no news to report from {station} at this hour.",
    "no_news": "There is no news to report from {station} at this hour.",
    "headlines": "The headlines.",
    "headline": "{headline}",
    "story": "{headline}",
    "breaking_story": "Breaking news: {headline}",
    "correction": "A correction. In an earlier bulletin we reported: {headline}",
    "correction_unnamed": "A correction. {headline}",
    "correction_title": "Correction: {headline}",
    "breaking": "Breaking news.",
    "outro": "That is the news from {station}.",
    "credit_of": "{writer} of {source}",
    "credit_one": "{who} reports.",
    "credit_many": "{who} report.",
    "credit_one_from": "{who} reports from {place}.",
    "credit_many_from": "{who} report from {place}.",
    "credit_place": "This report is from {place}.",
}

_HOURS: Final = (
    *("twelve", "one", "two", "three", "four", "five"),
    *("six", "seven", "eight", "nine", "ten", "eleven"),
)
_FIVES: Final = ("", "five", "ten", "a quarter", "twenty", "twenty-five", "half")


def clock(at: datetime) -> str:
    """The time as it is said: "nine o'clock", "half past six", "thirteen minutes past nine"."""
    hour, minute = at.hour, at.minute
    if minute == 0:
        return {0: "midnight", 12: "midday"}.get(hour, f"{_HOURS[hour % 12]} o'clock")
    name = _HOURS[(hour + (minute > 30)) % 12]
    count, side = (minute, "past") if minute <= 30 else (60 - minute, "to")
    if count % 5 == 0:
        return f"{_FIVES[count // 5]} {side} {name}"
    return f"{cardinal(count, 'en')} minute{'s' if count > 1 else ''} {side} {name}"


def listed(names: Sequence[str]) -> str:
    """Names as they are listed: "A, B and C"."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


_WITH_THE: Final = re.compile(
    rf"(?:[\w'’-]+ ){{0,3}}(?:{'|'.join(MEDIA_WITH_THE)}|Associated Press|Press Association)|"
    r"(?:Daily|Evening|Morning|Sunday) [A-Z][\w'’-]+"
)
_ROLE_WORDS: Final = (
    r"(?:staff|own|special|senior|chief|political|business|sports?|foreign|court|crime|health|education|"
    r"agriculture|environment|diplomatic|features?|arts|news|online|web|regional|local|roving|parliamentary|city)"
)
_ROLE: Final = re.compile(
    rf"(?:(?P<whose>our|the|an?)\s+)?(?P<role>(?:{_ROLE_WORDS}\s+){{0,3}}"
    r"(?:correspondents?|reporters?|writers?|journalists?|editors?|desk|bureau|team|staff))",
    re.IGNORECASE,
)


def medium(name: str) -> str:
    """A medium as it is named: "the Mirror", "the BBC"; agencies and the rest stand alone."""
    if re.match(r"(?i)the\s", name):
        return f"the {name[4:].lstrip()}"
    return f"the {name}" if _WITH_THE.fullmatch(name) else name


def writer(name: str, of_a_medium: bool) -> str:
    """The person; of a post without a name whose it is: "our staff reporter", "a staff reporter" (of AFP)."""
    post = _ROLE.fullmatch(name.strip())
    if not post:
        person, _, role = name.rpartition(",")
        return person if person and _ROLE.fullmatch(role.strip()) else name
    role = post["role"]
    role = role if role.isupper() and len(role) < 4 else role.lower()
    if not of_a_medium:
        return f"our {role}"
    if re.search(r"(?:s|desk|bureau|team|staff)$", role):
        return f"the {role}"
    return f"{'an' if role[0] in 'aeio' else 'a'} {role}"


def written_out(text: str) -> str:
    """Figures, abbreviations, initials and titles as a newsreader says them."""
    text = rewrite(text, _opening_rules())
    text = rewrite(text, span_rules()) if "-" in text else text
    figures = _FIGURE.search(text)
    if figures:
        text = rewrite(text, (*date_rules(), *amount_rules(), *year_rules()))
    text = spell_out(text)
    # Most sentences have no figure, and half of all rules are about figures.
    text = rewrite(text, number_rules()) if figures else text
    return rewrite(text, _closing_rules()) if _SIGN.search(text) else text


_SIGN: Final = re.compile(r"[&+%°=§£€$²³]|[apAP]\.[mM]")
_FIGURE: Final = re.compile("[0-9]")


def _dotted(match: re.Match[str]) -> str:
    letters = " ".join(match[0].rstrip(".").split(".")).upper()
    after = match.string[match.end() :].strip("'\") ")
    return letters + ("." if not after else "")


def _title(match: re.Match[str]) -> str:
    return TITLES[match[1]]


def _stopped(match: re.Match[str]) -> str:
    # At the end of the text the stop is the sentence's too.
    return STOPPED[match[1]] + ("" if match.string[match.end() :].strip("'\") ") else ".")


def _abbreviated(match: re.Match[str]) -> str:
    ends = match[0].endswith(".") and not match.string[match.end() :].strip("'\") ")
    return ABBREVIATIONS[match[1]] + ("." if ends else "")


def _joined_initials(match: re.Match[str]) -> str:
    return f"{letter_by_letter(match[1])} and {letter_by_letter(match[2])}"


def _regnal(match: re.Match[str]) -> str:
    return f"{match[1]} the {ordinal(roman(match[2]), 'en').capitalize()}"


def _numbered(match: re.Match[str]) -> str:
    return f"{match[1]} {cardinal(roman(match[2]), 'en').capitalize()}"


@cache
def _opening_rules() -> tuple[Rule, ...]:
    """What is short for words, before capitals are taken for initials."""
    titles = any_of([title for title in TITLES if title != "Ass"])
    ranks = any_of([*TITLES, *RANK_OPENERS])
    return (
        (re.compile(r"(?<=[0-9])T(?=[0-9]{2}:[0-9]{2})"), " "),
        (re.compile(r"\bZANU[- ]?PF\b"), "Zanu P F"),
        (re.compile(r"\bHIV/AIDS\b"), "H I V and Aids"),
        (re.compile(r"\b([A-Z]{1,3})&([A-Z]{1,3})\b"), _joined_initials),
        (re.compile(r"(?<=\w) n(?=' )| 'n' ?(?=\w)"), " and "),
        (re.compile(r"(?i:\b(he|she|him|her|his|hers)/(she|he|her|him|his|hers)\b)"), r"\1 or \2"),
        (re.compile(rf"\bAss\.? (?=(?:{titles})\b)"), "Assistant "),
        # "Gen Z" is no general, "St" before a name a saint and after one a street.
        (re.compile(r"\bGen (?=[XZ]\b)"), "Generation "),
        (re.compile(r"\b(Sec)(?:retary)?-Gen\b\.?"), "Secretary General"),
        (re.compile(rf"\b({ranks})\.?-(?=(?:{titles})\b)"), r"\1 "),
        (re.compile(rf"(?<!\w)({any_of(tuple(STOPPED))})(?!\w)"), _stopped),
        (re.compile(rf"\b({titles})\b\.?(?=[ -](?:['\"(]?[A-Z]|{titles}\b))(?!['’])"), _title),
        (re.compile(rf"\b({titles})\.(?=[ ,])"), _title),
        (
            re.compile(rf"\b({any_of(tuple(ABBREVIATIONS))})\b(?:\.(?=\s|,|$|['\")]))?(?!['’]\w|\.\w)"),
            _abbreviated,
        ),
        (re.compile(r"\bSt\.?(?= [A-Z]\w)"), "Saint"),
        (re.compile(r"(?<=[a-z]) (?:St)\b\.?(?!\w| [A-Z])"), " Street"),
        (re.compile(r"\bMc (?=[A-Z])"), "Mc"),
        (re.compile(r"\band/or\b"), "and or"),
        (re.compile(r"\b(?:w/o|W/O) "), "without "),
        (re.compile(r"\bc/o "), "care of "),
        (re.compile(r"\bPM(?=[ -](?:of|[A-Z])| (?:said|says|told)\b)"), "P M"),
        (re.compile(r"\b(?:World War|WW) ?(II?|III)\b"), _world_war),
        (
            re.compile(
                rf"\b((?:{'|'.join(REGNAL)})|(?:King|Queen|Pope|Emperor|Tsar|Prince) [A-Z][a-z]+) ({ROMAN})\b"
            ),
            _regnal,
        ),
        (re.compile(rf"(?i:\b({'|'.join(NUMBERED)})) ({ROMAN})\b"), _numbered),
        (re.compile(rf"\b(Super Bowl|Final Fantasy|Olympiad) ({ROMAN})\b"), _numbered),
        (re.compile(r"\b([A-Z][a-z'’-]+ [A-Z][a-z'’-]+),? (II|III|IV)\b"), _regnal),
        (re.compile(r"\b([A-Z][a-z'’-]+) (II|III|IV|VI{1,3}|IX|XI{1,3}|XIV)\b"), _numbered),
        (re.compile(r"(?<![\w.])(?!(?:[ap]\.m\.))(?:[A-Za-z]\.){2,9}(?!\w)"), _dotted),
        (
            re.compile(
                r"(?<![\w.])(?<!\b[AP] )([A-Z])\. ?(?!(?:The|It|He|She|They|We|In|On|At|But|And) )"
                r"(?=[A-Z](?:[a-z'’-]|\. ?[A-Z]))"
            ),
            r"\1 ",
        ),
    )


def _world_war(match: re.Match[str]) -> str:
    return f"World War {cardinal(roman(match[1]), 'en').capitalize()}"


@cache
def _closing_rules() -> tuple[Rule, ...]:
    return (
        (re.compile(r"(?i:\b([ap])\.m\.?(?!\w))"), lambda match: f"{match[1].upper()} M"),
        (re.compile(r" ?² ?"), " squared "),
        (re.compile(r" ?³ ?"), " cubed "),
        (re.compile(r" ?& ?"), " and "),
        (re.compile(r" ?\+ ?(?=\w)"), " plus "),
        (re.compile(r" ?% ?"), " per cent "),
        (re.compile(r" ?° ?"), " degrees "),
        (re.compile(r" ?= ?"), " equals "),
        (re.compile(r"§ ?"), "section "),
        (re.compile(r" ?£ ?"), " pounds "),
        (re.compile(r" ?€ ?"), " euros "),
        (re.compile(r" ?(?:US)?\$ ?"), " dollars "),
    )


LANGUAGE: Final = Language(
    code="en",
    templates=TEMPLATES,
    clock=clock,
    written_out=written_out,
    listed=listed,
    medium=medium,
    writer=writer,
    never_end=NEVER_END,
    little=LITTLE,
    labels=(
        r"(?:breaking(?: news)?|just in|exclusive|live|watch|video|in pictures|opinion|correction|corrected|"
        r"updated?(?: ?[0-9]{1,2})?)\s*(?:[:|]|[-–—](?=\s))\s*"
    ),
    dot=" dot ",
    at_sign=" at ",
)

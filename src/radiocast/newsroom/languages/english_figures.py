"""Amounts in English as a newsreader says them: money, units, per cent, telephone numbers."""

import re
from functools import cache
from typing import Final

from radiocast.newsroom.languages.english_dates import spelled_figures
from radiocast.newsroom.languages.english_words import CURRENCIES, NO_NOUN, NOUNS_OF_SIZE, SCALES, UNITS
from radiocast.newsroom.languages.language import Rule, any_of
from radiocast.newsroom.languages.numbers import cardinal, figure_by_figure, whole

# Figures with their commas, and decimals. No piece of it can match a run of figures in two ways.
NUMBER: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_SCALE: Final = rf"(?:{any_of(tuple(SCALES))})"


def amount(figures: str) -> str:
    """A number in words: "one thousand two hundred and forty", "three point two five"."""
    before, _, after = figures.replace(",", "").partition(".")
    words = whole(before, "en")
    return f"{words} point {figure_by_figure(after, 'en')}" if after else words


def _attributive(match: re.Match[str]) -> bool:
    """Whether the amount stands before a noun of its own: "a $5m grant", "a 10km run"."""
    before = match.string[max(0, match.start() - 9) : match.start()]
    ahead = match.string[match.end() : match.end() + 40]
    if re.match(rf" (?:[a-z-]+ )?{NOUNS_OF_SIZE}\b", ahead) and not re.match(
        rf" (?:{'|'.join(sorted(NO_NOUN))})\b", ahead
    ):
        return True
    after = re.match(r"[ -]([a-z]+)", ahead)
    opens = re.search(r"\b(?:an?|another|each|every)[ ]$", before, re.IGNORECASE)
    return bool(opens and after and after[1] not in NO_NOUN)


def _money(match: re.Match[str]) -> str:
    if re.match(r"[-+]?[KP] ", match[0]):
        # A kwacha or a pula stands close; "S and P 500" is none.
        return match[0]
    one, several, _, _ = names = CURRENCIES[match["before"] or match["after"]]
    sign = {"-": "minus ", "+": "plus "}.get(match["sign"] or "", "")
    first, second = match["first"], match["second"]
    scale, scale2 = (SCALES.get((match[key] or "").lower(), "") for key in ("scale", "scale2"))
    only = one if _attributive(match) else several
    if second:
        said = f"{amount(first)}{f' {scale}' if scale and scale2 else ''} to {amount(second)}"
        return f"{sign}{said}{f' {scale2 or scale}' if scale2 or scale else ''} {only}"
    if scale:
        return f"{sign}{amount(first)} {scale} {only}"
    return sign + _coins(first, (one, only, *names[2:]))


def _coins(figures: str, names: tuple[str, str, str, str]) -> str:
    """An amount with its hundredths: "three dollars fifty", "two pounds five pence", "seventy-five cents"."""
    one, several, hundredth, hundredths = names
    before, _, after = figures.replace(",", "").partition(".")
    if len(after) != 2:
        return f"{amount(figures)} {one if figures == '1' else several}"
    minor = int(after)
    small = f"{cardinal(minor, 'en')} {hundredth if minor == 1 else hundredths}"
    if before == "0" and minor:
        return small
    big = f"{whole(before, 'en')} {one if before == '1' else several}"
    if not minor:
        return big
    return f"{big} {small if minor < 10 else cardinal(minor, 'en')}"


def _small_money(match: re.Match[str]) -> str:
    name = {"c": "cent", "p": "penny", "¢": "cent"}[match[2]]
    several = {"cent": "cents", "penny": "pence"}[name]
    return f"{amount(match[1])} {name if match[1] == '1' or _attributive(match) else several}"


def _percent(match: re.Match[str]) -> str:
    second = f" to {amount(match[3])}" if match[3] else ""
    sign = {"-": "minus ", "+": "plus "}.get(match[1] or "", "")
    return f"{sign}{amount(match[2])}{second} per cent"


def _unit(match: re.Match[str]) -> str:
    one, several = UNITS[match["unit"]]
    second = f" to {amount(match['second'])}" if match["second"] else ""
    sign = {"-": "minus ", "+": "plus "}.get(match["sign"] or "", "")
    single = match["first"] == "1" and not second
    hyphened = match["link"] == "-"
    name = one if single or hyphened or _attributive(match) else several
    return f"{sign}{amount(match['first'])}{second} {name}"


def _millions(match: re.Match[str]) -> str:
    return f"{amount(match[1])} {SCALES[match[2].lower()]}"


_PER: Final = {
    "kg": "kilogram",
    "km": "kilometre",
    "l": "litre",
    "t": "tonne",
    "ha": "hectare",
    "hr": "hour",
} | {
    name: name
    for name in ("tonne", "hour", "day", "week", "month", "year", "person", "head", "unit", "barrel", "bag")
}


def _many(match: re.Match[str]) -> str:
    return f" {UNITS[match[1]][1]}"


def _per(match: re.Match[str]) -> str:
    return f" per {_PER.get(match[1], match[1])}"


def _spaced(match: re.Match[str]) -> str:
    """Groups as one number: "15 000" as "15000", but not where the first is a name's own: "Bus 12 300"."""
    named = re.search(r"[A-Z]\w* $", match.string[max(0, match.start() - 20) : match.start()])
    return match[0] if named and match.start() > len(named[0]) else match[1] + match[2].replace(" ", "")


@cache
def amount_rules() -> tuple[Rule, ...]:
    """Figures with something that says what they count: before years are told from numbers."""
    currency = any_of(tuple(CURRENCIES))
    scale = rf"(?: ?(?P<scale>(?i:{_SCALE}))(?!\w))?"
    scale2 = scale.replace("<scale>", "<scale2>")
    letters = any_of([key for key in CURRENCIES if key.isalpha() and len(key) > 2])
    return (
        (re.compile(r"(?<![\w.])\.(?=[0-9])"), "0."),
        # A decimal comma, as southern Africa writes millions.
        (
            re.compile(r"(?<![0-9.,])([0-9]{1,3}),(?=[0-9]{1,2} ?(?:[mb]illion|m\b|bn\b|%|per ?cent\b))"),
            r"\1.",
        ),
        (re.compile(r"(?<=[0-9a-z])-(a|per)-(?=(?:day|week|month|year|night|head)\b)"), r" \1 "),
        (re.compile(r"(?<![\w.])([0-9]{1,4}) ?[x×] ?(?=[0-9])"), r"\1 by "),
        (re.compile(r"(?<![\w/])24/7(?![\w/])"), "twenty-four seven"),
        (re.compile(r"(?<![\w/])9/11(?![\w/])"), "nine eleven"),
        (re.compile(r"(?<![\w/])7/7(?![\w/])"), "seven seven"),
        (
            re.compile(
                r"(?<![\w.,])(?:\+[0-9]{1,3}(?:[ -]?\(?[0-9]{1,5}\)?){2,5}|"
                r"0[0-9]{1,4}(?:[ -][0-9]{2,5}){1,4}|0[0-9]{7,11})"
                r"(?![\w]|[.,:][0-9])"
            ),
            spelled_figures,
        ),
        (
            re.compile(r"(?i:(?<=call )|(?<=dial )|(?<=phone )|(?<=ring )|(?<=calling ))[0-9]{3}(?![\w.,])"),
            lambda match: figure_by_figure(match[0], "en"),
        ),
        (re.compile(r"(?<![\w.,:/-])([1-9][0-9]{0,2})((?: [0-9]{3})+)(?![\w.,:-]| ?[0-9])"), _spaced),
        (
            re.compile(
                rf"(?<![\w$£€])(?P<sign>[-+])?(?:(?P<before>{currency}) ?(?=[0-9]))"
                rf"(?P<first>{NUMBER}){scale}"
                rf"(?:(?: ?- ?| to )(?:{currency})?(?P<second>{NUMBER}){scale2})?"
                rf"(?P<after>(?!))?(?!\w)"
            ),
            _money,
        ),
        (
            re.compile(
                rf"(?<![\w.,$£€])(?P<sign>[-+])?(?P<before>(?!))?(?P<first>{NUMBER}){scale}"
                rf"(?:(?: ?- ?| to )(?P<second>{NUMBER}){scale2})?"
                rf" ?(?P<after>{letters}|[€£$₽₹])(?![\w$])"
            ),
            _money,
        ),
        (re.compile(r"(?<![\w.,])([0-9]+(?:\.[0-9]+)?)([cp¢])\b(?!\.\w)"), _small_money),
        (
            re.compile(
                rf"(?<![\w.,])([-+])?({NUMBER})(?: ?%?(?: ?- ?| to )({NUMBER}))? ?(?:%|percent\b|pct\b|pc\b)"
            ),
            _percent,
        ),
        (
            re.compile(r"\b(Boeing )(7[0-9]7)(?:-([0-9]{1,3}))?\b"),
            lambda match: " ".join(
                (
                    match[1].strip(),
                    figure_by_figure(match[2], "en"),
                    *([amount(match[3])] if match[3] else []),
                )
            ),
        ),
        # "5m people" are millions, "a 5m wall" is metres.
        (
            re.compile(
                rf"(?<![\w.,])({NUMBER})(m)(?= (?:ha|hectares|people|men|women|children|tonnes|more|"
                r"(?:[a-z]+ )?[a-z]{4,}s)\b)"
            ),
            _millions,
        ),
        (re.compile(rf"(?<![\w.,])({NUMBER}) ?(bn|tn|mn|trn|bln|mln|k)\b"), _millions),
        (
            re.compile(
                rf"(?<![\w.,])(?P<sign>[-+])?(?P<first>{NUMBER})(?:(?: ?- ?| to )(?P<second>{NUMBER}))?"
                rf"(?P<link>[ -]?)(?P<unit>{any_of(tuple(UNITS))})(?![\w²³]|/[a-z])"
            ),
            _unit,
        ),
        (re.compile(rf"(?<=illion) ({any_of([unit for unit in UNITS if unit.isalpha()])})\b"), _many),
        (re.compile(rf"(?<=[a-z])/({any_of(tuple(_PER))})(?!\w)"), _per),
    )

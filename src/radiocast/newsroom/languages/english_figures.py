"""Amounts in English as a newsreader says them: money, units, per cent, scores, fractions, numbers."""

import re
from functools import cache
from typing import Final

from radiocast.newsroom.languages.english_dates import spelled_figures
from radiocast.newsroom.languages.english_words import CURRENCIES, NO_NOUN, NOUNS_OF_SIZE, SCALES, UNITS
from radiocast.newsroom.languages.language import Rule, any_of
from radiocast.newsroom.languages.numbers import cardinal, figure_by_figure, ordinal, whole

# Figures with their commas, and decimals. No piece of it can match a run of figures in two ways.
NUMBER: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_SCALE: Final = rf"(?:{any_of(tuple(SCALES))})"
_DENOMINATORS: Final = {2: "half", 3: "third", 4: "quarter"}


def amount(figures: str) -> str:
    """A number in words: "one thousand two hundred and forty", "three point two five"."""
    before, _, after = figures.replace(",", "").partition(".")
    words = whole(before, "en")
    return f"{words} point {figure_by_figure(after, 'en')}" if after else words


def fraction(over: int, under: int) -> str:
    """A fraction: "three quarters", "a half"."""
    name = _DENOMINATORS.get(under) or ordinal(under, "en")
    if over == 1:
        return f"an {name}" if under == 8 else f"a {name}"
    return f"{cardinal(over, 'en')} {'halves' if under == 2 else name + 's'}"


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


def _pair(first: str, second: str) -> str:
    """Two figures of a score: "five-three", "two-nil"."""
    words = [cardinal(int(each), "en") if int(each) else "nil" for each in (first, second)]
    return ("-" if not any("-" in word or " " in word for word in words) else " ").join(words)


_PLAYED: Final = re.compile(
    r"\b(?:wo?n|wins?|winning|beat(?:en|ing)?|beats|lost|loses?|losing|drew|draws?|drawn|led|leads?|leading|trailed|"
    r"trailing|score[ds]?|defeat(?:ed)?|victory|ahead|down|aggregate|thrash(?:ed)?|edged|tied|finished|ended|final|"
    r"set|sets|tie-?break|up|behind|level)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_A_MATCH: Final = re.compile(
    r"[ -]?(?:home |away |opening |first-leg |aggregate )?(?:win|wins|victory|victories|defeats?|loss|losses|"
    r"draws?|lead|thrashing|aggregate|away|at home|score|scoreline|stalemate|triumph|deficit|"
    r"after extra|on penalties|at half)\b",
    re.IGNORECASE,
)


_CRICKET: Final = re.compile(
    r"\b(?:wickets?|innings|overs|not out|off \w+ balls|stumps|at tea|at lunch|declared)\b"
)


def _score_or_range(match: re.Match[str]) -> str:
    first, second = match[1], match[2]
    if not first.startswith("0") and "," not in first + second and first == second == "50":
        return "fifty-fifty"
    one, two = int(first.replace(",", "")), int(second.replace(",", ""))
    small = max(one, two) < 100
    around = match.string[max(0, match.start() - 80) : match.end() + 80]
    if two <= 10 and _CRICKET.search(around):
        return f"{amount(first)} for {amount(second)}"
    before, after = match.string[max(0, match.start() - 60) : match.start()], match.string[match.end() :]
    played = small and (_PLAYED.search(before) or _A_MATCH.match(after[:30]))
    if small and (played or one == 0 or two == 0 or two <= one < 10):
        return _pair(first, second)
    return f"{amount(first)} to {amount(second)}"


def _ordinal(match: re.Match[str]) -> str:
    return ordinal(int(match[1].replace(",", "")), "en")


def _fraction(match: re.Match[str]) -> str:
    over, under = int(match[2]), int(match[3])
    if match[1] and 0 < over < under <= 10:
        return f"{cardinal(int(match[1]), 'en')} and {fraction(over, under)}"
    ahead = f"{cardinal(int(match[1]), 'en')} " if match[1] else ""
    if 0 < over < under <= 10 and under not in {7, 9}:
        words = fraction(over, under)
        # "the 1/2 share" has its article already, "1/2 of them" has not.
        return ahead + (
            words if not re.search(r"\b(?:an?|the) $", match.string[: match.start()][-5:]) else words[2:]
        )
    if over < under:
        return f"{ahead}{cardinal(over, 'en')} out of {cardinal(under, 'en')}"
    if under <= 10 <= over:
        return f"{ahead}{cardinal(over, 'en')} for {cardinal(under, 'en')}"
    return f"{ahead}{cardinal(over, 'en')} {cardinal(under, 'en')}"


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


def _versions(match: re.Match[str]) -> str:
    return " point ".join(whole(piece, "en") for piece in match[0].split("."))


def _bare(match: re.Match[str]) -> str:
    sign = {"-": "minus ", "+": "plus "}.get(match[1] or "", "")
    return sign + amount(match[2])


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


@cache
def number_rules() -> tuple[Rule, ...]:
    """What figures are left: scores, ranges, ordinals, fractions, and at last every number."""
    return (
        (re.compile(r"(?<![\w.,-])([0-9]{1,2})-([0-9]{1,2})-([0-9]{1,2})(?![\w,-]|\.[0-9])"), _formation),
        (re.compile(rf"(?<![\w.,/-])({NUMBER}) ?- ?({NUMBER})(?![\w/]|-[0-9]|[.,][0-9])"), _whole_pair),
        (re.compile(r"(?<![\w.])([0-9]{1,3}(?:,[0-9]{3})*|[0-9]{1,15})(?:st|nd|rd|th)\b"), _ordinal),
        (
            re.compile(r"(?<![\w./-])(?:([0-9]{1,4}) )?([0-9]{1,4})/([0-9]{1,3})(?![\w/]|[.,][0-9])"),
            _fraction,
        ),
        (re.compile(r"\bNo (?=[0-9]{1,3}\b)"), "number "),
        (re.compile(r"(?i:\bnos)\. ?(?=[0-9])"), "numbers "),
        (re.compile(r"(?i:\bno)\. ?(?=[0-9])|№ ?(?=[0-9])|#(?=[0-9])"), "number "),
        (re.compile(r"(?<![\w.])([0-9]{1,4})x\b"), lambda match: f"{amount(match[1])} times"),
        (re.compile(r"\b(Airbus |A)?A?3([1-8])0(?=neo\b|\b)"), _airbus),
        (re.compile(r"(?<![\w.,:])([0-9]{1,3}):([0-9]{1,3})(?![\w:])"), r"\1 to \2"),
        (re.compile(r"~(?=[0-9])"), "about "),
        (re.compile(r"(?<![\w.])[0-9]{1,15}(?:\.[0-9]{1,15}){2,8}(?![\w])"), _versions),
        # Letters and figures in one word: "G20", "COVID-19", "H1N1", "5G".
        (re.compile(r"(?<=[A-Za-z])-?(?=[0-9])|(?<=[0-9])(?=[A-Za-z])"), " "),
        (re.compile(rf"(?<![\w.,-])([-+])?({NUMBER})"), _bare),
        (re.compile(rf"()({NUMBER})"), _apart),
        (re.compile(r"(?<=[a-z] [a-z]{3} )(hundred|thousand|million|billion)-(?=[a-z])"), r"\1 "),
    )


def _formation(match: re.Match[str]) -> str:
    return "-".join(cardinal(int(each), "en") for each in match.groups())


def _whole_pair(match: re.Match[str]) -> str:
    if "." in match[1] or "." in match[2] or max(len(match[1]), len(match[2])) > 15:
        return f"{amount(match[1])} to {amount(match[2])}"
    return _score_or_range(match)


def _airbus(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[0]
    opening = match[1] if match[1].startswith("Airbus") else ""
    return f"{opening}A three {cardinal(int(match[2]) * 10, 'en')}"


def _apart(match: re.Match[str]) -> str:
    """A number in the middle of something else, parted from it."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return (
        (" " if before and not before.isspace() and before not in "-(" else "")
        + amount(match[2])
        + (" " if after.isalnum() else "")
    )

"""Figures in English that nothing says the unit of: scores, ranges, fractions, ordinals, plain numbers."""

import re
from functools import cache
from typing import Final

from radiocast.newsroom.languages.english_figures import NUMBER, amount
from radiocast.newsroom.languages.language import Rule
from radiocast.newsroom.languages.numbers import cardinal, ordinal, whole

_DENOMINATORS: Final = {2: "half", 3: "third", 4: "quarter"}


def fraction(over: int, under: int) -> str:
    """A fraction: "three quarters", "a half"."""
    name = _DENOMINATORS.get(under) or ordinal(under, "en")
    if over == 1:
        return f"an {name}" if under == 8 else f"a {name}"
    return f"{cardinal(over, 'en')} {'halves' if under == 2 else name + 's'}"


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


def _versions(match: re.Match[str]) -> str:
    return " point ".join(whole(piece, "en") for piece in match[0].split("."))


def _bare(match: re.Match[str]) -> str:
    sign = {"-": "minus ", "+": "plus "}.get(match[1] or "", "")
    return sign + amount(match[2])


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

"""Amounts, dates and times in French as they are read."""

import re
from functools import cache
from typing import Final

from radiocast.newsroom.languages.french_words import CURRENCIES, FEMININE, MONTHS, SCALES, UNITS
from radiocast.newsroom.languages.language import Rule, any_of
from radiocast.newsroom.languages.numbers import cardinal, figure_by_figure, ordinal, whole

# Thousands are parted by spaces or points, decimals by a comma; "3.5" is read as well.
NUMBER: Final = r"(?:[0-9]{1,3}(?:[ .][0-9]{3})+(?![0-9])|[0-9]+)(?:[,.][0-9]+)?"
_DAY: Final = r"(?:3[01]|[12][0-9]|0?[1-9])"
_YEAR: Final = r"(?:1[0-9]{3}|20[0-9]{2})"
_DENOMINATORS: Final = {2: "demi", 3: "tiers", 4: "quart"}


def amount(figures: str, *, feminine: bool = False) -> str:
    """A number in words: "mille deux cent quarante", "trois virgule zéro cinq"."""
    figures = re.sub(r"(?<=[0-9])[ .](?=[0-9]{3}(?![0-9]))", "", figures)
    before, _, after = re.sub(r"[.]", ",", figures).partition(",")
    words = whole(before, "fr")
    if not after:
        return re.sub(r"\bun$", "une", words) if feminine else words
    noughts = len(after) - len(after.lstrip("0"))
    rest = after.lstrip("0")
    if len(rest) > 2 or not rest:
        return f"{words} virgule {figure_by_figure(after, 'fr')}"
    return f"{words} virgule {'zéro ' * noughts}{cardinal(int(rest), 'fr')}"


def _one(figures: str) -> bool:
    """In French less than two is one: "1,5 million"."""
    before = re.split(r"[,.]", figures)[0]
    return before in {"0", "1"} and not re.fullmatch(r"1[ .][0-9]{3}.*", figures)


def _sign(match: re.Match[str]) -> str:
    return {"-": "moins ", "+": "plus "}.get(match["sign"] or "", "")


def _second(match: re.Match[str]) -> str:
    return f" à {amount(match['second'])}" if match["second"] else ""


def _money(match: re.Match[str]) -> str:
    one, several, hundredth = CURRENCIES[match["before"] or match["after"]]
    first = match["first"]
    single = _one(first) and not match["second"]
    if match["scale"]:
        scale = SCALES[match["scale"]][0 if single else 1]
        of = " " if scale == "mille" else " d'" if several[0] in "aeiou" else " de "
        half = not match["second"] and scale != "mille" and re.fullmatch(r"([1-9][0-9]{0,2}),5", first)
        number = f"{amount(half[1])} {scale} et demi" if half else f"{amount(first)}{_second(match)} {scale}"
        return f"{_sign(match)}{number}{of}{several}"
    before, _, after = first.replace(".", ",").partition(",")
    if len(after) == 2 and not match["second"]:
        name = one if before in {"0", "1"} else several
        cents = int(after)
        if before == "0" and cents:
            return f"{_sign(match)}{cardinal(cents, 'fr')} {hundredth}{'s' if cents > 1 else ''}"
        # "trois euros cinquante"
        whole_part = f"{_sign(match)}{amount(before, feminine=name.startswith('livre'))} {name}"
        return f"{whole_part} {cardinal(cents, 'fr')}" if cents else whole_part
    name = one if single else several
    return f"{_sign(match)}{amount(first, feminine=name.startswith('livre'))}{_second(match)} {name}"


def _percent(match: re.Match[str]) -> str:
    return f"{_sign(match)}{amount(match['first'])}{_second(match)} pour cent"


def _unit(match: re.Match[str]) -> str:
    one, several, feminine = UNITS[match["unit"]]
    name = one if _one(match["first"]) and not match["second"] else several
    return f"{_sign(match)}{amount(match['first'], feminine=feminine)}{_second(match)} {name}"


def _scaled(match: re.Match[str]) -> str:
    return f"{amount(match[1])} {SCALES[match[2]][0 if _one(match[1]) else 1]}"


def _day(figures: str) -> str:
    return "premier" if int(figures) == 1 else cardinal(int(figures), "fr")


def _date(match: re.Match[str]) -> str:
    until = f" au {_day(match['until'])}" if match["until"] else ""
    year = f" {cardinal(int(match['year']), 'fr')}" if match["year"] else ""
    return f"{_day(match['day'])}{until} {match['month'].lower()}{year}"


def _date_in_figures(match: re.Match[str]) -> str:
    if match["y1"]:
        year, month, day = match["y1"], int(match["m1"]), match["d1"]
    else:
        day, month, year = match["d2"], int(match["m2"]), match["y2"]
    if not (1 <= month <= 12 and 1 <= int(day) <= 31):
        return match[0]
    named = re.search(r"(?i:\b(?:le|au|du)) $", match.string[: match.start()][-4:])
    return f"{'' if named else 'le '}{_day(day)} {MONTHS[month - 1]} {cardinal(int(year), 'fr')}"


def _ordinal(match: re.Match[str]) -> str:
    number, ends = int(match[1]), match[2]
    if number == 1:
        return "première" if ends in {"re", "ère"} else "premier"
    if ends in {"d", "nd", "de", "nde"}:
        return "seconde" if ends.endswith("e") else "second"
    return ordinal(number, "fr") + ("s" if ends.endswith("s") else "")


def _fraction(match: re.Match[str]) -> str:
    over, under = int(match[2]), int(match[3])
    ahead = f"{cardinal(int(match[1]), 'fr')} et " if match[1] else ""
    if not (0 < over < under <= 10):
        return f"{ahead}{cardinal(over, 'fr')} sur {cardinal(under, 'fr')}"
    name = _DENOMINATORS.get(under) or ordinal(under, "fr")
    if match[1] and (over, under) == (1, 2):
        return f"{ahead}demi"
    plural = "" if over == 1 or name.endswith("s") else "s"
    return f"{ahead}{cardinal(over, 'fr')} {name}{plural}"


_PLAYED: Final = re.compile(
    r"(?:gagn|battu|bat |perd|victoire|défaite|nul|score|mené|mène|impos|inclin|but|finale)[^.;]{0,40}$",
    re.IGNORECASE,
)


def _pair(match: re.Match[str]) -> str:
    first, second = match[1], match[2]
    plain = first.isdigit() and second.isdigit()
    small = plain and int(first) < 100 and int(second) < 100
    before = match.string[max(0, match.start() - 60) : match.start()]
    if small and (_PLAYED.search(before) or int(second) <= int(first)):
        return f"{cardinal(int(first), 'fr')} à {cardinal(int(second), 'fr')}"
    if plain and len(first) == 4 and len(second) == 2:
        return f"{amount(first)} {amount(second)}"
    return f"{amount(first)} à {amount(second)}"


def _telephone(match: re.Match[str]) -> str:
    """In pairs, as it is dictated: "zéro un, vingt-trois, ..."."""
    groups = re.findall(r"[0-9]+", match[0])
    said = ", ".join(
        whole(group, "fr") if len(group) < 4 else figure_by_figure(group, "fr") for group in groups
    )
    return f"plus {said}" if match[0].startswith("+") else said


def _bare(match: re.Match[str]) -> str:
    feminine = bool(re.match(rf" (?:{'|'.join(FEMININE)})\b", match.string[match.end() : match.end() + 20]))
    sign = {"-": "moins ", "+": "plus "}.get(match[1] or "", "")
    return sign + amount(match[2], feminine=feminine)


def _apart(match: re.Match[str]) -> str:
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    ahead = " " if before and not before.isspace() and before not in "-('" else ""
    return f"{ahead}{amount(match[2])}{' ' if after.isalnum() else ''}"


@cache
def amount_rules() -> tuple[Rule, ...]:
    """Figures with something that says what they count."""
    currency = any_of(tuple(CURRENCIES))
    signs = any_of([key for key in CURRENCIES if not key.isalpha() and " " not in key])
    scale = any_of(tuple(SCALES))
    month = any_of(MONTHS)
    until = rf"(?:(?: ?- ?| à )(?P<second>{NUMBER}))?"
    return (
        # "trois millions et demi d'euros"
        (re.compile(r"(?<![0-9,.à-])(?<!à )([1-9][0-9]{0,2}),5 (millions?|milliards?)\b"), r"\1 \2 et demi"),
        (re.compile(r"(?<![\w/])24 ?h?/24(?![\w/])"), "vingt-quatre heures sur vingt-quatre"),
        (re.compile(r"(?<![\w/])7 ?j?/7(?![\w/])"), "sept jours sur sept"),
        (
            re.compile(
                r"(?<![\w.,])(?:\+[0-9]{1,3}(?: ?\(0\))?(?:[ .]?[0-9]{1,3}){3,6}|"
                r"0[0-9](?:[ .][0-9]{2}){4})(?![\w])"
            ),
            _telephone,
        ),
        (
            re.compile(
                r"(?<![\w/.-])(?:(?P<y1>20[0-9]{2}|19[0-9]{2})-(?P<m1>[0-9]{2})-(?P<d1>[0-9]{2})|"
                rf"(?P<d2>[0-9]{{1,2}})([/.])(?P<m2>[0-9]{{1,2}})\5(?P<y2>{_YEAR}))(?![\w/-]|\.[0-9])"
            ),
            _date_in_figures,
        ),
        (
            re.compile(
                rf"(?<![\w.,:/-])(?P<day>{_DAY})(?:er)?(?:(?: ?- ?| au )(?P<until>{_DAY}))?"
                rf" (?P<month>(?i:{month}))(?: (?P<year>{_YEAR})(?![\w]|[.,][0-9]))?(?!\w)"
            ),
            _date,
        ),
        (
            re.compile(
                r"(?<![\w.,:])(?P<hour>[0-2]?[0-9])(?: ?h ?(?P<minute>[0-5][0-9])?|:(?P<other>[0-5][0-9]))"
                r"(?![\w:/])"
            ),
            _any_time,
        ),
        (
            re.compile(
                rf"(?<![\w.,])(?P<sign>[-+])?(?P<before>{signs}) ?(?P<first>{NUMBER}){until}"
                rf"(?: ?(?P<scale>{scale})(?!\w))?(?P<after>(?!))?(?!\w)"
            ),
            _money,
        ),
        (
            re.compile(
                rf"(?<![\w.,])(?P<sign>[-+])?(?P<before>(?!))?(?P<first>{NUMBER}){until}"
                rf"(?: ?(?P<scale>{scale})(?: de| d')?)? ?(?P<after>{currency})(?![\w$])"
            ),
            _money,
        ),
        (
            re.compile(rf"(?<![\w.,])(?P<sign>[-+])?(?P<first>{NUMBER})(?: ?%)?{until} ?(?:%|p\. ?100)"),
            _percent,
        ),
        (re.compile(rf"(?<![\w.,])({NUMBER}) ?(Md|Mds|Mrd|Mrds|Mio)\b"), _scaled),
        (
            re.compile(
                rf"(?<![\w.,])(?P<sign>[-+])?(?P<first>{NUMBER}){until}"
                rf" ?(?P<unit>{any_of(tuple(UNITS))})(?![\w²³'’]|/[a-z])"
            ),
            _unit,
        ),
    )


def _any_time(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"] or match["other"] or 0)
    if hour > 24:
        return match[0]
    hours = f"{amount(str(hour), feminine=True)} heure{'s' if hour > 1 else ''}"
    if match["other"] and hour in {0, 12}:
        hours = "midi" if hour else "minuit"
    return f"{hours} {amount(str(minute), feminine=True)}" if minute else hours


@cache
def number_rules() -> tuple[Rule, ...]:
    """What figures are left: ordinals, fractions, scores, ranges, and at last every number."""
    return (
        (re.compile(r"(?<![\w.,])([0-9]{1,15})(er|re|ère|ers|ères|ème|èmes|e|es|nd|nde|d)\b"), _ordinal),
        (
            re.compile(r"(?<![\w./-])(?:([0-9]{1,4}) )?([0-9]{1,4})/([0-9]{1,3})(?![\w/]|[.,][0-9])"),
            _fraction,
        ),
        (re.compile(rf"(?<![\w.,/-])({NUMBER}) ?- ?({NUMBER})(?![\w/]|-[0-9]|[.,][0-9])"), _pair),
        (
            re.compile(
                r"(?<![\w.])(?![0-9]{1,3}(?:\.[0-9]{3})+(?![0-9.]))"
                r"[0-9]{1,15}(?:\.[0-9]{1,15}){2,8}(?!\w)"
            ),
            _versions,
        ),
        (re.compile(r"(?<=[^\W\d_])-?(?=[0-9])|(?<=[0-9])(?=[^\W\d_])"), " "),
        (re.compile(rf"(?<![\w.,-])([-+])?({NUMBER})"), _bare),
        (re.compile(rf"()({NUMBER})"), _apart),
    )


def _versions(match: re.Match[str]) -> str:
    return " point ".join(whole(piece, "fr") for piece in match[0].split("."))

"""Dates, years and times in English as a newsreader says them."""

import re
from functools import cache
from typing import Final

from radiocast.newsroom.languages.english_words import MONTHS, UNITS, WEEKDAYS
from radiocast.newsroom.languages.language import Rule, any_of
from radiocast.newsroom.languages.numbers import cardinal, figure_by_figure, ordinal

_MONTH_BY_OPENING: Final = {month[:3].lower(): month for month in MONTHS}
_MONTH: Final = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_WEEKDAY: Final = (
    r"(?:(?P<weekday>(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?)\.?,? (?:the )?)?"
)
_DAY: Final = r"(?:3[01]|[12][0-9]|0?[1-9])"
_TH: Final = r"(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:1[0-9]{3}|20[0-9]{2})"
# Things that are counted, so that what stands before them is no year.
_COUNTED: Final = (
    r"(?:people|men|women|children|police|staff|cattle|sheep|fish|tonnes|troops|head|(?!\w*ss\b)"
    r"(?!is\b|was\b|has\b|as\b|its\b|his\b|this\b|plus\b|versus\b|elections\b|polls\b|games\b|olympics\b|"
    r"finals\b|floods\b|accounts\b|results\b|talks\b|figures\b|awards\b|rules\b)[a-z]{3,}s)\b"
)
_BEFORE_YEAR: Final = (
    r"(?:in|since|until|till|by|from|during|after|before|of|year|early|late|mid|back in|to|and|for|between|"
    r"the|around|circa|about)"
)
_HALF: Final = {"a": "A M", "p": "P M"}


def year_words(year: int) -> str:
    """A year: "nineteen oh six", "two thousand and five", "twenty twenty-six"."""
    century, rest = divmod(year, 100)
    if rest == 0:
        return cardinal(year, "en") if century % 10 == 0 else f"{cardinal(century, 'en')} hundred"
    if century == 20 and rest < 10:
        return cardinal(year, "en")
    return f"{cardinal(century, 'en')} {'oh ' if rest < 10 else ''}{cardinal(rest, 'en')}"


def clock_words(hour: int, minute: int, *, day: bool) -> str:
    """A time: "three thirty P M"; without `day` one that may be of either half of it."""
    if minute == 0 and hour in {0, 12, 24} and day:
        return "midday" if hour == 12 else "midnight"
    words = cardinal(hour % 12 or 12, "en")
    if minute:
        words += f" {'oh ' if minute < 10 else ''}{cardinal(minute, 'en')}"
    elif not day:
        words += " o'clock"
    return f"{words} {'P M' if hour % 24 >= 12 else 'A M'}" if day else words


def _month(text: str) -> str:
    return _MONTH_BY_OPENING[text[:3].lower()]


def _weekday(match: re.Match[str]) -> str:
    short = match["weekday"]
    if not short:
        return ""
    return next(day for day in WEEKDAYS if day.startswith(short[:3])) + ", "


def _the(match: re.Match[str]) -> str:
    """The article before a day, unless it stands there already."""
    if match["weekday"]:
        return "the "
    return "" if re.search(r"\bthe $", match.string[: match.start()][-6:], re.IGNORECASE) else "the "


def _year_after(match: re.Match[str]) -> str:
    return f" {year_words(int(match['year']))}" if match["year"] else ""


def _joined(match: re.Match[str]) -> str:
    return "and" if match["dash"].strip() == "and" else "to"


def _day_first(match: re.Match[str]) -> str:
    day = ordinal(int(match["day"]), "en")
    until = match["until"]
    days = f"{day} {_joined(match)} the {ordinal(int(until), 'en')}" if until else day
    return f"{_weekday(match)}{_the(match)}{days} of {_month(match['month'])}{_year_after(match)}"


def _month_first(match: re.Match[str]) -> str:
    until = f" {_joined(match)} the {ordinal(int(match['until']), 'en')}" if match["until"] else ""
    year = f",{_year_after(match)}" if match["year"] else ""
    day = ordinal(int(match["day"]), "en")
    return f"{_weekday(match)}{_month(match['month'])} the {day}{until}{year}"


def _month_year(match: re.Match[str]) -> str:
    return f"{_month(match['month'])} {year_words(int(match['year']))}"


def _all_figures(match: re.Match[str]) -> str:
    """A date in figures ("2026-05-03", "3/5/2026"): day first, as in Britain, where it is not clear."""
    if match["y1"]:
        year, month, day = int(match["y1"]), int(match["m1"]), int(match["d1"])
    else:
        year, month, day = int(match["y2"]), int(match["m2"]), int(match["d2"])
        if month > 12:
            day, month = month, day
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return match[0]
    return f"the {ordinal(day, 'en')} of {MONTHS[month - 1]} {year_words(year)}"


def _year_range(match: re.Match[str]) -> str:
    first, second = int(match[1]), match[3]
    if len(second) == 2:
        full = first - first % 100 + int(second)
        if full <= first:
            return match[0]
        words = cardinal(int(second), "en") if int(second) >= 10 and first % 100 >= 10 else year_words(full)
    elif int(second) > first:
        words = year_words(int(second))
    else:
        return match[0]
    return f"{year_words(first)}{' ' if match[2] == '/' else ' to '}{words}"


def _decade(match: re.Match[str]) -> str:
    century, tens = match[1], int(match[2])
    if tens == 0:
        words = f"{cardinal(int(century), 'en')} hundreds" if century else "noughties"
        return "two thousands" if century == "20" else words
    words = re.sub("y$", "ies", cardinal(tens, "en")) if tens != 10 else "tens"
    return f"{cardinal(int(century), 'en')} {words}" if century else words


def _half_day(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    words = cardinal(hour, "en")
    if minute:
        words += f" {'oh ' if minute < 10 else ''}{cardinal(minute, 'en')}"
    stop = "." if match[0].endswith(".") and _ends_here(match) else ""
    until = ""
    if match["until"]:
        until = f" to {cardinal(int(match['until']), 'en')}"
        if match["until_minute"]:
            until += f" {cardinal(int(match['until_minute']), 'en')}"
    return f"{words}{until} {_HALF[match['half'].lower()]}{stop}"


def _ends_here(match: re.Match[str]) -> bool:
    """Whether the stop of "9 p.m." is its sentence's as well."""
    after = match.string[match.end() : match.end() + 12]
    if not after.strip("'\") "):
        return True
    return bool(re.match(r"\s+[A-Z]", after)) and not after.strip().startswith(
        (*(day[:3] for day in WEEKDAYS), *(month[:3] for month in MONTHS), "GMT", "CAT", "UTC", "EST", "BST")
    )


def _of_a_clock(match: re.Match[str]) -> str:
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    if second:
        parts = [
            f"{cardinal(count, 'en')} {unit}{'' if count == 1 else 's'}"
            for count, unit in ((hour, "hour"), (minute, "minute"), (int(second), "second"))
        ]
        return f"{parts[0]} {parts[1]} and {parts[2]}"
    return clock_words(hour, minute, day=hour > 12 or match["hour"].startswith("0"))


def _from_until(match: re.Match[str]) -> str:
    """Times with full stops: "from 10.00 to 11.30"."""
    late = any(int(match[each]) > 12 for each in (1, 4))
    first, last = (clock_words(int(match[each]), int(match[each + 1]), day=late) for each in (1, 4))
    return f"{first} {match[3]} {last}"


def _military(match: re.Match[str]) -> str:
    return clock_words(int(match[1]), int(match[2]), day=True) + (match[3] or "")


def _months(match: re.Match[str]) -> str:
    return f"{_month(match[1])} to {_month(match[2])}"


def _weekdays(match: re.Match[str]) -> str:
    first, last = (next(day for day in WEEKDAYS if day.startswith(match[each][:3])) for each in (1, 2))
    return f"{first} to {last}"


def _lone_year(match: re.Match[str]) -> str:
    return year_words(int(match[0]))


@cache
def span_rules() -> tuple[Rule, ...]:
    """Spans of months and weekdays, which have no figure in them."""
    short = "Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun"
    return (
        (re.compile(rf"\b({_MONTH})-({_MONTH})(?!\w)"), _months),
        (re.compile(rf"\b({short})-({short})\b"), _weekdays),
    )


@cache
def date_rules() -> tuple[Rule, ...]:
    """Dates, times, decades and ranges of years: before anything else is done to figures."""
    not_units = rf"(?![\w/]|[.,:]?[0-9]| ?%| ?(?:{any_of(tuple(UNITS))}|million|billion|per cent)\b)"
    dash = r"(?P<dash> ?- ?| to | and )"
    return (
        (
            re.compile(
                r"(?<![\w/.-])(?:(?P<y1>20[0-9]{2}|19[0-9]{2})-(?P<m1>[0-9]{2})-(?P<d1>[0-9]{2})|"
                rf"(?P<d2>[0-9]{{1,2}})([/.])(?P<m2>[0-9]{{1,2}})\5(?P<y2>{_YEAR}))(?![\w/-]|\.[0-9])"
            ),
            _all_figures,
        ),
        (
            re.compile(
                rf"(?<![\w.,:/$£€-]){_WEEKDAY}(?P<day>{_DAY}){_TH}(?:{dash}(?P<until>{_DAY}){_TH})?"
                rf"(?: of)? (?P<month>{_MONTH})(?:,? (?P<year>{_YEAR})(?![\w]|[.,][0-9]))?(?!\w)"
            ),
            _day_first,
        ),
        (
            re.compile(
                rf"(?<!\w){_WEEKDAY}(?P<month>{_MONTH}) (?:the )?(?P<day>{_DAY}){_TH}"
                rf"(?:{dash}(?P<until>{_DAY}){_TH}(?![0-9:/]))?(?:(?:,? )(?P<year>{_YEAR}))?{not_units}"
            ),
            _month_first,
        ),
        (
            re.compile(rf"(?<!\w)(?P<month>{_MONTH}),? (?:of )?(?P<year>{_YEAR})(?![\w]|[.,][0-9])"),
            _month_year,
        ),
        (re.compile(r"(?<![\w.,'])'?(1[0-9]|20)?([0-9]0)'?s\b(?!')"), _decade),
        (
            re.compile(rf"(?<![\w.,/$£€-])({_YEAR}) ?([-/]) ?({_YEAR}|[0-9]{{2}})(?![\w/-]|[.,][0-9])"),
            _year_range,
        ),
        (
            re.compile(
                r"(?<![\w.,:])(?P<hour>0?[0-9]|1[0-2])(?:[:.](?P<minute>[0-5][0-9]))?"
                r"(?: ?(?:-|to) ?(?P<until>[0-9]|1[0-2])(?:[:.](?P<until_minute>[0-5][0-9]))?)?"
                r" ?(?P<half>[apAP])(?:\.[mM]\.|\.[mM]\b|[mM]\b\.?(?!\w))"
            ),
            _keeping_stop,
        ),
        (re.compile(r"(?<=[AP] M) ?- ?(?=[a-z])"), " to "),
        (
            re.compile(
                r"(?<![\w.,:])(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9]))?"
                r"(?: ?(?:hrs|hours|h)\b)?(?![\w:])"
            ),
            _of_a_clock,
        ),
        (
            re.compile(r"(?<![\w.,:])([01][0-9]|2[0-3])([0-5][0-9]) ?(?:hrs|h\b)( GMT| UTC| CAT)?(?!\w)"),
            _military,
        ),
        (
            re.compile(r"(?<=\bat )([01][0-9]|2[0-3])([0-5][0-9]) hours()\b"),
            _military,
        ),
        (
            re.compile(
                r"(?<=\bat )(?P<hour>[01]?[0-9]|2[0-3])\.(?P<minute>[0-5][0-9])(?P<second>)"
                r"(?![\w%]|[.,:][0-9]| ?(?:%|per cent|million|billion|metres|points))"
            ),
            _of_a_clock,
        ),
        (
            re.compile(
                r"(?<=\bfrom )([01]?[0-9]|2[0-3])\.([0-5][0-9]) (to|until) ([01]?[0-9]|2[0-3])\.([0-5][0-9])"
                r"(?![\w%]|[.,:][0-9]| ?(?:%|per cent|million|billion|metres|points|seconds|minutes))"
            ),
            _from_until,
        ),
        (re.compile(r"(?<![\w.,:])([01][0-9]|2[0-3])([0-5][0-9])( GMT| UTC| CAT)(?!\w)"), _military),
    )


def _keeping_stop(match: re.Match[str]) -> str:
    """A time of half a day. "9 pm." ends its sentence with a stop that is none of the abbreviation's."""
    said = _half_day(match)
    plain = not match[0].lower().endswith("m.") or "." in match[0][-4:-1]
    return said if plain or said.endswith(".") else f"{said}."


@cache
def year_rules() -> tuple[Rule, ...]:
    """Years that stand alone: after money, units and scores have taken theirs."""
    ends = r"(?![\w/%°]|[.,:][0-9]|-[0-9]| (?:million|billion|thousand|hundred)\b)"
    return (
        (
            re.compile(
                rf"(?i:\b(?P<before>{_BEFORE_YEAR})[ -])(?P<year>{_YEAR}){ends}(?! (?:[a-z]+ )?{_COUNTED})"
            ),
            lambda match: f"{match['before']} {year_words(int(match['year']))}",
        ),
        (
            re.compile(rf"(?<![\w.,:/$£€+#-])(?:19[0-9]{{2}}|20[0-9]{{2}}){ends}(?! (?:[a-z]+ )?{_COUNTED})"),
            _lone_year,
        ),
    )


def spelled_figures(match: re.Match[str]) -> str:
    """Groups of figures as a telephone number is read: each by itself, a breath between the groups."""
    groups = [group for group in re.split(r"[^0-9]+", match[0]) if group]
    said = ", ".join(figure_by_figure(group, "en") for group in groups)
    return f"plus {said}" if match[0].startswith("+") else said

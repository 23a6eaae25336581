# ruff: noqa: E501 - a pattern is read whole
"""What wires and desks write over a story about the story itself: embargo, kill, hold, correction, notes. Pure.

Strict, because headlines use the same words: "Embargo until December hurts farmers" and "Kill: the night bus" are
news. A notice is a whole line, or stands before the headline in capitals with a colon or dash. What counts as one
is listed here with the name that an editor sees beside the line.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from radiocast.model.story import PubStatus
from radiocast.newsroom.intake.moments import moment

EMBARGO: Final = "embargo notice"
UNREAD: Final = "embargo notice that cannot be read"
KILL: Final = "kill notice"
HOLD: Final = "hold notice"
CORRECTION: Final = "correction notice"
CORRECTED: Final = "note of a correction"
URGENT: Final = "urgent notice"
NOTE: Final = "note to editors"

NAMES: Final = frozenset((EMBARGO, UNREAD, KILL, HOLD, CORRECTION, CORRECTED, URGENT, NOTE))

# What is longer is a paragraph, whatever it begins with.
_MAX_CHARS: Final = 200
# Any day will do to see whether a date without a year is one.
_SOME_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)

_EMBARGO: Final = re.compile(
    r"[*\[( ]*(?:strictly )?(?:under )?(?:embargo(?:ed)?(?: for (?:release|publication|broadcast|use))?(?: until| till| to)?|"
    r"not for (?:release|publication|broadcast|use)(?: before| until)|(?:hold )?for release(?: at| on| from| until)?)"
    r"\b ?[:–—-]? ?(?P<when>[^\])*]+)[\])* ]*",
    re.IGNORECASE,
)
# An embargo, but until when nobody but its writer knows ("6pm tomorrow", "delivery"). In capitals it is a label
# whatever follows; in small letters only where nothing but a time does, or it would be the news of an embargo.
_EMBARGOED: Final = r"(?:(?i:strictly) )?(?:(?i:under) )?{}(?i: for (?:release|publication|broadcast|use))?"
_UNTIL: Final = r"(?:(?i: (?:until|till|to|for|before|at))\b ?[:–—-]? ?| ?[:–—-] ?)"
_TIME: Final = (
    r"today|tonight|tomorrow|noon|midday|midnight|\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\b\.?|\d{1,2}[:.h]\d\d|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
)
_OF_TIME: Final = (
    r"\d{1,4}(?:st|nd|rd|th)?|at|on|in|of|the|by|this|next|week|month|early|late|morning|afternoon|evening|night|"
    r"local|time|hours|hrs|o['’]clock|gmt|utc|[a-z]{1,2}st|[a-z]{1,2}dt|[cew]at|ce?s?t|"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}"
)
_UNREAD: Final = (
    re.compile(
        rf"[*\[( ]*{_EMBARGOED.format('EMBARGO(?:ED)?')}{_UNTIL}(?:(?!: | [–—-] )[^\])*]){{1,100}}[\])*.! ]*"
    ),
    re.compile(
        rf"[*\[( ]*{_EMBARGOED.format('embargo(?:ed)?')}{_UNTIL}"
        rf"(?:(?:{_OF_TIME})[ ,.]+){{0,6}}(?:{_TIME})(?:[ ,.]+(?:{_TIME}|{_OF_TIME})){{0,8}}[\])*.! ]*",
        re.IGNORECASE,
    ),
)
_LINES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(rf"[*\[( ]*(?:{pattern})[\])*.! ]*"))
    for name, pattern in (
        (KILL, r"(?:MANDATORY |STORY |BULLETIN )?(?:KILL|WITHDRAWN|WITHDRAWAL|RETRACTION|RETRACTED)(?: NOTICE| ADVISORY)?"),
        (KILL, r"KILL(?:[ ,]+KILL)+|(?:THIS )?STORY (?:HAS BEEN |IS )?(?:KILLED|WITHDRAWN|RETRACTED)(?: BY .{1,60})?"),
        (KILL, r"(?i:this (?:story|article|report) (?:has been|was|is) (?:withdrawn|retracted|killed)(?: by .{1,60})?)"),
        (KILL, r"(?i:eds|editors)[:,] (?i:(?:please )?(?:kill|withdraw|do not use|disregard)\b).{0,120}"),
        (HOLD, r"HOLD|ON HOLD|HOLD FOR RELEASE|DO NOT (?:USE|PUBLISH|BROADCAST)|NOT FOR (?:USE|PUBLICATION|BROADCAST|RELEASE)"),
        (HOLD, r"(?:STRICTLY )?EMBARGOED(?: (?:UNTIL|FOR|TILL) [A-Z0-9 ,:.]{1,80})?"),
        (CORRECTION, r"(?:CORRECTION|CORRECTED|CORRECTIVE|RECTIFICATION)(?: NOTICE)?|(?:CORRECTED|CORRECTIVE) VERSION"),
        (CORRECTED, r"(?<=[\[(])(?i:corrects|correcting|corrected to)\b.{3,180}(?<=[\])])"),
        (CORRECTED, r"(?i:(?:editor['’]s note|correction|clarification)(?: of .{1,40})?: ?(?:an?|the|this|we) (?:earlier|previous|original|story|article|report|version|first|wrongly|misstated)).{0,180}"),
        (NOTE, r"(?i:(?:notes? to )?(?:eds|editors)):.{0,180}|(?i:ed(?:itor['’]s|s)?['’]? note):.{0,180}"),
        (NOTE, r"(?<=[\[(])(?i:adds|updates|recasts|refiles|repeats|releads|writes through|clarifies|changes|removes|deletes|fixes)\b.{3,180}(?<=[\])])"),
    )
)  # fmt: skip
_STOP: Final = r"\s*(?::|\s[–—-]|–|—)\s*"
_PREFIXES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(rf"[*\[( ]*(?P<said>{pattern})[\])*]*{_STOP}(?=\S)"))
    for name, pattern in (
        (KILL, r"(?:MANDATORY |STORY )?(?:KILL(?:ED)?|WITHDRAWN|WITHDRAWAL|RETRACTION|RETRACTED)"),
        (HOLD, r"HOLD|ON HOLD|DO NOT USE"),
        (CORRECTION, r"CORRECTION|CORRECTED|CORRECTS|CORRECTIVE|RECTIFICATION|Correction|Corrected"),
        (URGENT, r"BREAKING(?: NEWS)?|URGENT|FLASH|NEWS ?ALERT|NEWSFLASH|Breaking(?: [Nn]ews)?"),
        (
            NOTE,
            r"UPDATE(?:D)?(?: ?\d{1,2})?|REFILE|REPEAT|WRAPUP(?: ?\d{1,2})?|LEAD|ADVISORY|LIVE|EXCLUSIVE|JUST IN|DEVELOPING|WATCH|VIDEO",
        ),
    )
)
_JOINT: Final = re.compile(r":\s+|\s+[–—-]+\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """A notice before a headline: its rule's name, what it said, and the headline without it."""

    rule: str
    said: str
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a story's notices come to. `words` are the notices themselves, for the editor."""

    embargoed: datetime | None = None
    pubstatus: PubStatus = PubStatus.USABLE
    correction: bool = False
    urgent: bool = False
    words: tuple[str, ...] = ()


def notice(line: str) -> str | None:
    """The rule by which this whole line is a notice, or None: it is text."""
    line = line.strip()
    if not line or len(line) > _MAX_CHARS:
        return None
    embargo = _EMBARGO.fullmatch(line)
    if embargo is not None and moment(embargo["when"], UTC, near=_SOME_DAY) is not None:
        return EMBARGO
    if any(pattern.fullmatch(line) for pattern in _UNREAD):
        return UNREAD
    return next((name for name, pattern in _LINES if pattern.fullmatch(line)), None)


def prefix(headline: str) -> Prefix | None:
    """The notice that a headline begins with, or None."""
    for name, pattern in _PREFIXES:
        match = pattern.match(headline)
        if match is not None:
            return Prefix(rule=name, said=match["said"], headline=headline[match.end() :].strip())
    if not headline[:12].lstrip("*[( ").upper().startswith(("EMBARGO", "STRICTLY EMB", "NOT FOR")):
        return None
    for joint in _JOINT.finditer(headline, 0, _MAX_CHARS):
        said = headline[: joint.start()]
        rule = notice(said)
        if rule in {EMBARGO, UNREAD}:
            return Prefix(rule=rule, said=said, headline=headline[joint.end() :].strip())
    return None


def sum_up(notices: tuple[tuple[str, str], ...], *, zone: tzinfo, written: datetime) -> Said:
    """What notices, as (rule, words), come to: the strictest status and the latest embargo."""
    embargoed: datetime | None = None
    rules = {rule for rule, _ in notices}
    for rule, words in notices:
        match = _EMBARGO.fullmatch(words.strip()) if rule == EMBARGO else None
        until = moment(match["when"], zone, near=written) if match is not None else None
        if until is not None and (embargoed is None or until > embargoed):
            embargoed = until
    status = (
        PubStatus.CANCELED
        if KILL in rules
        else PubStatus.WITHHELD
        if rules & {HOLD, UNREAD}
        else PubStatus.USABLE
    )
    return Said(
        embargoed=embargoed,
        pubstatus=status,
        correction=CORRECTION in rules,
        urgent=URGENT in rules,
        words=tuple(dict.fromkeys(_told(rule, words.strip("*[]() ")) for rule, words in notices)),
    )


def _told(rule: str, words: str) -> str:
    """The notice as the editor is told of it."""
    return f"{words} (withheld: write the embargo with its date and time)" if rule == UNREAD else words

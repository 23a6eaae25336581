"""Who wrote it and for whom, from a line such as "By Gabriella Clare | Mirror |". Pure."""

import re
from dataclasses import dataclass
from typing import Final

# A byline is short; "By the time the rain stopped ..." is not one, however it begins.
_MAX_CHARS: Final = 120
_MAX_NAME_WORDS: Final = 9

# Words that stand in lower case inside names of people and media.
_PARTICLE: Final = re.compile(
    r"and|&|de|da|do|dos|der|den|di|du|el|al|bin|ibn|ben|la|le|van|von|of|the|ter|y", re.IGNORECASE
)
# What people are, as against whom they write for.
_ROLE: Final = re.compile(
    r"\b(editor|correspondent|reporter|writer|journalist|columnist|staff|desk|bureau chief|producer|"
    r"contributor|analyst|presenter|agency|agencies)s?\b",
    re.IGNORECASE,
)
_ANONYMOUS: Final = re.compile(
    r"(by\s+)?((?:from\s+)?(our|a|the)\s+)?"
    r"((staff|own|special|senior|political|business|sports?|"
    r"foreign|court|agriculture|health|"
    r"diplomatic|chief|own)\s+){0,2}(correspondent|reporter|writer|journalist)s?"
    r"(\s+in\s+[A-Z][\w .'-]{1,30})?",
    re.IGNORECASE,
)
_AGENCY: Final = re.compile(
    r"Reuters|AFP|Agence France-Presse|(?:The )?Associated Press|AP|PA(?: Media)?|Press Association|"
    r"BBC(?: News)?|Bloomberg|Xinhua|DPA|EFE|ANSA|UPI|ZBC|SABC|New Ziana|Interfax|Al Jazeera|CNN|VOA|"
    r"Voice of America|Deutsche Welle|DW|RFI",
    re.IGNORECASE,
)
_OPENING: Final = re.compile(
    r"(?:(?:written|reported|words|text|story|report|compiled)\s+by|by|words|author|writer|from)\s*:?\s+",
    re.IGNORECASE,
)
# In a byline the place says where the writer was; it is not read out.
_PLACE: Final = re.compile(r"\s+(?:in|at)\s+[A-Z][\w.'’-]*(?:[ ,]+[A-Z][\w.'’-]*){0,3}(?=$|\s+for\s|,)")
_FOR: Final = re.compile(r"(?P<who>.+?)\s+(?:for|of|at|from)\s+(?P<source>(?:the\s+)?[A-Z].*)", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"\s*[|•·/]\s*|\s+[–—-]\s+")
_WHEN: Final = re.compile(
    r"\d{1,2}[:.]\d{2}|\b(19|20)\d{2}\b|\bago\b|\bupdated\b|\bpublished\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """`writer` is the name alone ("X and Y" for two), `source` the medium; either may be empty."""

    writer: str = ""
    source: str = ""


def parse_byline(line: str) -> Byline | None:
    """The byline that this line is, or None: it is something else.

    Forms: "By X", "By X | Medium |", "By X, Medium", "By X and Y", "X for Medium", "By X in Place",
    "Reuters in Harare", "Our correspondent", "Staff reporter".
    """
    line = line.strip(" \t|•·-–—*_")
    if not line or len(line) > _MAX_CHARS or line.endswith((".", "!", "?", ":", ";")):
        return None
    if _ANONYMOUS.fullmatch(line):
        return Byline(writer=_anonymous(line))
    opening = _OPENING.match(line)
    pieces = [piece for piece in _SEPARATOR.split(_after(opening, line)) if piece and not _WHEN.search(piece)]
    if not pieces or opening is None:
        return _bare(pieces[0]) if pieces else None
    byline = _named(pieces[0])
    # "From the roof ..." opens too much else: only an agency is named that way.
    if byline is None or (opening.group().lower().startswith("from") and not byline.source):
        return None
    for piece in pieces[1:]:
        if not byline.source and _is_name(piece) and not _ROLE.search(piece):
            byline = Byline(writer=byline.writer, source=piece)
    return byline


def _after(opening: re.Match[str] | None, line: str) -> str:
    return line[opening.end() :] if opening else line


def _bare(text: str) -> Byline | None:
    """A byline without "By": an agency and its place, or "X for Medium"."""
    without_place = _PLACE.sub("", text)
    if _AGENCY.fullmatch(without_place):
        return Byline(source=without_place)
    who = re.fullmatch(r"(?P<who>.+?) (?:for|of) (?P<source>(?:[Tt]he )?[A-Z].*)", without_place)
    # Without "By" only a line of nothing but two names is one: "Mayor calls for Calm" is a headline.
    if who and _is_name(who["who"]) and _is_name(who["source"]) and 2 <= len(who["who"].split()) <= 4:
        return (
            Byline(writer=who["who"], source=_medium(who["source"]))
            if _MEDIUM.search(who["source"])
            else None
        )
    return None


_MEDIUM: Final = re.compile(
    r"\b(Mirror|Times|Guardian|Telegraph|Herald|Post|Independent|Sun|Star|Mail|Express|Observer|Chronicle|Gazette|"
    r"Standard|News|Tribune|Journal|Courier|Examiner|Citizen|Monitor|Nation|Press|Radio|Echo|Argus|Dispatch|Newsline|"
    r"Reuters|AFP|BBC|Bloomberg|Daily|Weekly|Online|TV|FM|Media|Agency)\b"
)


def _named(text: str) -> Byline | None:
    if _ANONYMOUS.fullmatch(text):
        return Byline(writer=_anonymous(text))
    text = _PLACE.sub("", text)
    if _AGENCY.fullmatch(text):
        return Byline(source=text)
    source = ""
    match = _FOR.fullmatch(text)
    if match and _is_name(match["who"]):
        text, source = match["who"], _medium(match["source"])
    who, *others = [piece.strip() for piece in text.split(",") if piece.strip()] or [""]
    names = [who]
    for other in others:
        if _ROLE.search(other):
            continue
        if " and " in other or " & " in other or other.startswith(("and ", "& ")):
            names.append(other)
        elif not source and (len(others) == 1 or _MEDIUM.search(other) or _AGENCY.fullmatch(other)):
            source = other
        else:
            names.append(other)
    writer = ", ".join(names).replace(", and ", " and ")
    writer = _ROLE_AFTER.sub("", writer)
    if not _is_name(writer) or (source and not _is_name(source)):
        return None
    return Byline(writer=writer, source=_medium(source))


_ROLE_AFTER: Final = re.compile(
    r",?\s+(?:(?:political|business|sports?|senior|chief|health|foreign)\s+)?(?:editor|correspondent|reporter|writer)$",
    re.IGNORECASE,
)


def _medium(name: str) -> str:
    return re.sub(r"^the\s+", "The ", name.strip(" .,|"))


def _anonymous(line: str) -> str:
    name = re.sub(r"^(by|from)\s+", "", line.strip(), flags=re.IGNORECASE)
    name = re.sub(r"\s+in\s+\S.*$", "", name)
    return name[:1].upper() + name[1:]


def _is_name(text: str) -> bool:
    words = [word for word in re.split(r"[\s,]+", text) if word]
    if not 0 < len(words) <= _MAX_NAME_WORDS:
        return False
    proper = [word for word in words if not _PARTICLE.fullmatch(word)]
    return bool(proper) and all(
        word[0].isupper() or word[0] in "'’" or not word[0].isascii() for word in proper
    )

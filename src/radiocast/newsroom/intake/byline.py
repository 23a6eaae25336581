# ruff: noqa: E501 - a pattern is read whole
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
    r"(by\s+)?(((from\s+)?(our|a|the)\s+)?"
    r"((staff|own|special|senior|political|business|sports?|foreign|court|agriculture|health|education|"
    r"diplomatic|chief|community|crime|features|own)\s+){0,2}(correspondent|reporter|writer|journalist)s?"
    r"|(staff|agency staff|agencies|staff (and|&) agencies|agencies (and|&) staff|"
    r"(our |the )?(news|web|online|sports?|digital) ?desk|(our |the )?newsroom))"
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
    r"(?:(?:written|reported|words|text|story|report|compiled)\s+by\s*:?|by\s*:?|(?:words|author|writer)\s*:|par|from)\s+",
    re.IGNORECASE,
)
# In a byline the place says where the writer was; it is not read out.
_PLACE: Final = re.compile(r"\s+(?:in|at)\s+[A-Z][\w.'’-]*(?:[ ,]+[A-Z][\w.'’-]*){0,3}(?=$|\s+for\s|,)")
_FOR: Final = re.compile(r"(?P<who>.+?)\s+(?:for|of|at|from)\s+(?P<source>(?:the\s+)?[A-Z].*)", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"\s*[|•·/]\s*|\s+[–—-]\s+")
# Where to reach the writer, who took the pictures, when it was put up: all behind the name.
_CONTACT: Final = re.compile(
    r"[(<\[]?(?:(?<![\w.])@\w{2,30}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,24}){1,4})[)>\]]?|\(?\bon (?:X|Twitter)\b\)?"
)
_PICTURES: Final = re.compile(
    r"[\s,;|•·–—-]+(?:and )?(?:additional reporting|pictures?|pics?|photo(?:graph)?s?|photography|images?|videos?|graphics?)"
    r"(?: by|:).*",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"\s+(?:(?:last )?updated|published|posted|on|(?=\d{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}))"
    r"\s*[^|•·]*\d[^|•·]*$",
    re.IGNORECASE,
)
_OPENS: Final = re.compile(r"[ |•·*_–—-]*(?:(?:written |story |report |compiled )?by:?|par)\s", re.IGNORECASE)
# "March 11, 2026 by Ann Roe", as blogs have it.
_DATED: Final = re.compile(
    r"^(?:(?:posted|published|updated)(?: on)?:? )?(?:[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]{2,8}\.? \d{4})[ ,|·]+by ",
    re.IGNORECASE,
)
_IN_BRACKETS: Final = re.compile(r"\s*[(\[](?P<inside>[^()\[\]]{2,40})[)\]]")
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

    Forms: "By X", "By X | Medium |", "By X, Medium", "By X (Medium)", "By X and Y", "X for Medium",
    "By X in Place for Medium", "X in Place", "X, Health Correspondent", "Reuters in Harare", "Herald Reporter",
    "Our correspondent". A handle, an address, a date and who took the pictures are no part of it; a
    name in capitals gets small letters.
    """
    line = line.strip(" \t|•·-–—*_")
    if not line or len(line) > _MAX_CHARS or line.endswith((".", "!", "?", ":", ";")):
        return None
    line = _DATED.sub("by ", line)
    line = _PICTURES.sub("", _CONTACT.sub("", line)).strip(" \t|•·-–—,(")
    if _ANONYMOUS.fullmatch(line):
        return Byline(writer=_anonymous(line))
    opening = _OPENING.match(line)
    rest = _IN_BRACKETS.sub(r" | \g<inside>", line[opening.end() :] if opening else line)
    if opening is not None:
        rest = _TAIL.sub("", rest).rstrip(" -–—,")
    pieces = [
        piece.strip(" ,") for piece in _SEPARATOR.split(rest) if piece.strip(" ,") and not _WHEN.search(piece)
    ]
    if not pieces:
        return None
    byline = _bare(pieces) if opening is None else _named(pieces[0])
    # "From the roof ..." opens too much else: only an agency is named that way.
    if byline is None or (
        opening is not None and opening.group().lower().startswith("from") and not byline.source
    ):
        return None
    for piece in pieces[1:]:
        if not byline.source and _is_name(piece) and not _ROLE.search(piece):
            byline = Byline(writer=byline.writer, source=piece)
    return Byline(writer=_cased(byline.writer), source=_cased(byline.source))


def is_agency(name: str) -> bool:
    """Whether this is the name of a news agency or a broadcaster that others quote."""
    return _AGENCY.fullmatch(name.strip()) is not None


def is_anonymous(writer: str) -> bool:
    """Whether this names no person: "Our correspondent"."""
    return _ANONYMOUS.fullmatch(writer) is not None


def opens_byline(line: str) -> bool:
    """Whether a line opens as nothing but a byline does ("By ...")."""
    return _OPENS.match(_DATED.sub("by ", line)) is not None


def _bare(pieces: list[str]) -> Byline | None:
    """A byline without "By": an agency and its place, "X for Medium", "X, Correspondent", "X in Place"."""
    text = pieces[0]
    without_place = _PLACE.sub("", text)
    if _AGENCY.fullmatch(without_place):
        return Byline(source=without_place)
    theirs = _THEIR_REPORTER.fullmatch(without_place)
    if theirs:
        return Byline(source=_medium(theirs["source"]))
    who = re.fullmatch(r"(?P<who>.+?) (?:for|of) (?P<source>(?:[Tt]he )?[A-Z].*)", without_place)
    # Without "By" only a line of nothing but two names is one: "Mayor calls for Calm" is a headline.
    if who and _is_person(who["who"]) and _is_name(who["source"]) and _MEDIUM.search(who["source"]):
        return Byline(writer=who["who"], source=_medium(who["source"]))
    role = _WITH_ROLE.fullmatch(without_place)
    if role and all(_is_person(each) for each in re.split(r"\s*,\s*|\s+(?:and|&)\s+", role["who"])):
        return Byline(writer=role["who"])
    # "Ann Roe in Harare", "Ann Roe | Reuters": names of two or three words, as people have them.
    named = without_place != text or (len(pieces) > 1 and is_agency(pieces[1]))
    if named and _is_person(without_place) and "," not in without_place:
        return Byline(writer=without_place)
    return None


def _listed(text: str) -> tuple[list[str], str]:
    """The names between the commas, and the medium that is one of them; what people are is neither."""
    who, *others = [piece.strip() for piece in text.split(",") if piece.strip()] or [""]
    names, source = [who], ""
    for other in others:
        if _ROLE.search(other):
            continue
        if " and " in other or " & " in other or other.startswith(("and ", "& ")):
            names.append(other)
        elif not source and (len(others) == 1 or _MEDIUM.search(other) or _AGENCY.fullmatch(other)):
            source = other
        else:
            names.append(other)
    return names, source


_BEAT: Final = (
    "staff|senior|special|political|business|sports?|chief|health|foreign|court|crime|education|agriculture|"
    "features|community|environment|municipal|provincial|investigations|own|science|technology|media|transport|"
    "world|europe|africa|asia|economics|religion|culture|arts|security|defence|legal"
)
_POST: Final = "(?:editor|correspondent|reporter|writer|journalist|columnist)s?"
_WITH_ROLE: Final = re.compile(
    rf"(?P<who>[^,]+?(?:,[^,]+?)??)(?:, (?:[\w-]+ ){{0,3}}{_POST}|,? (?:(?:{_BEAT}) ){{0,2}}{_POST})",
    re.IGNORECASE,
)
_THEIR_REPORTER: Final = re.compile(
    r"(?P<source>(?:[Tt]he )?(?:[A-Z][a-z]+ ){0,2}"
    r"(?:Mirror|Times|Guardian|Telegraph|Herald|Post|Independent|Mail|Observer|Chronicle|Gazette|Standard|News|Tribune|"
    r"Journal|Courier|Examiner|Monitor|Nation|Radio|Echo|Argus|Dispatch)) (?:Reporter|Correspondent|Writer|Bureau|Staff)s?"
)
_MEDIUM: Final = re.compile(
    r"\b(Mirror|Times|Guardian|Telegraph|Herald|Post|Independent|Sun|Star|Mail|Express|Observer|Chronicle|Gazette|"
    r"Standard|News|Tribune|Journal|Courier|Examiner|Citizen|Monitor|Nation|Press|Radio|Echo|Argus|Dispatch|Newsline|"
    r"Reuters|AFP|BBC|Bloomberg|Daily|Weekly|Online|TV|FM|Media|Agency)\b"
)


def _named(text: str) -> Byline | None:
    if _ANONYMOUS.fullmatch(text):
        return Byline(writer=_anonymous(text))
    text = _PLACE.sub("", text)
    if text.isupper():
        text = re.sub(r"\s+IN\s+.*?(?=$|\s+FOR\s|,)", "", text)
    if _AGENCY.fullmatch(text):
        return Byline(source=text)
    theirs = _THEIR_REPORTER.fullmatch(text)
    if theirs:
        return Byline(source=_medium(theirs["source"]))
    source = ""
    match = _FOR.fullmatch(text)
    if match and _is_name(match["who"]):
        text, source = match["who"], _medium(match["source"])
    names, medium = _listed(text)
    source = source or medium
    writer = ", ".join(names).replace(", and ", " and ")
    writer = _ROLE_AFTER.sub("", writer)
    if not _is_name(writer) or (source and not _is_name(source)):
        return None
    return Byline(writer=writer, source=_medium(source))


_ROLE_AFTER: Final = re.compile(rf",?\s+(?:(?:{_BEAT})\s+){{0,2}}{_POST}$", re.IGNORECASE)


def _medium(name: str) -> str:
    return re.sub(r"^the\s+", "The ", name.strip(" .,|"))


def _anonymous(line: str) -> str:
    name = re.sub(r"^(by|from)\s+", "", line.strip(), flags=re.IGNORECASE)
    name = re.sub(r"\s+in\s+\S.*$", "", name)
    return name[:1].upper() + name[1:]


def _cased(names: str) -> str:
    """Names in capitals as they are written elsewhere; agencies and initials stay ("BBC News", "AFP")."""
    return "".join(
        name
        if not name.isupper() or is_agency(name) or len(name) <= 4
        else " ".join(_cased_word(word, first=not index) for index, word in enumerate(name.split(" ")))
        for name in _BETWEEN_NAMES.split(names)
    )


_BETWEEN_NAMES: Final = re.compile(r"(, | (?:and|AND|&) )")


def _cased_word(word: str, *, first: bool) -> str:
    if not word or (not first and _PARTICLE.fullmatch(word)):
        return word.lower()
    word = re.sub(r"[^\W\d_]+", lambda match: match[0].capitalize(), word)
    word = re.sub(r"(?<=['’])S$", "s", word)
    return re.sub(r"^Mc[a-z]", lambda match: "Mc" + match[0][-1].upper(), word)


def _is_person(text: str) -> bool:
    """Whether it has the shape of somebody's name: two to four words, each a name or a particle."""
    return 2 <= len(text.split()) <= 4 and _is_name(text) and not _NO_PERSON.search(text)


_NO_PERSON: Final = re.compile(
    r"\b(?:new|floods?|fire|police|council|court|market|rain|day|week|crisis|strike|price|news|the|a|an|dead|killed|"
    r"minister|mayor|president|government|budget|water|school|hospital|road|bus|train|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|first|last|how|why|what|who|when|where|show|shows|win|wins|goats?|heavy|big|more|no)\b",
    re.IGNORECASE,
)


def _is_name(text: str) -> bool:
    words = [word for word in re.split(r"[\s,]+", text) if word]
    if not 0 < len(words) <= _MAX_NAME_WORDS:
        return False
    proper = [word for word in words if not _PARTICLE.fullmatch(word)]
    return bool(proper) and all(
        word[0].isupper() or word[0] in "'’" or not word[0].isascii() for word in proper
    )

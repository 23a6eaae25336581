"""French, as news is read in France and in French-speaking Africa."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final

from radiocast.newsroom.languages.french_figures import amount_rules, number_rules
from radiocast.newsroom.languages.french_words import (
    ABBREVIATIONS,
    AS_WORDS,
    KINGS,
    LITTLE,
    MEDIA_WITH_LA,
    MEDIA_WITH_LE,
    NEVER_END,
    NUMBERED,
    SHOUTED,
    SPELLED,
    STOPPED,
    TITLES,
)
from radiocast.newsroom.languages.language import (
    ROMAN,
    Language,
    Rule,
    any_of,
    beside_capitals,
    rewrite,
    roman,
)
from radiocast.newsroom.languages.numbers import cardinal, ordinal

TEMPLATES: Final = {
    "greeting_morning": "Bonjour",
    "greeting_afternoon": "Bonjour",
    "greeting_evening": "Bonsoir",
    "greeting_night": "Bonsoir",
    "intro": "{greeting}. Il est {time}. Voici les informations de {station}.",
    "intro_no_news": "{greeting}. Il est {time}. {station} n'a pas de nouvelles à cette heure.",
    "no_news": "{station} n'a pas de nouvelles à cette heure.",
    "headlines": "Les titres.",
    "headline": "{headline}",
    "story": "{headline}",
    "breaking_story": "Dernière minute : {headline}",
    "correction": "Un rectificatif. Dans un précédent journal, nous avons annoncé : {headline}",
    "correction_unnamed": "Un rectificatif. {headline}",
    "correction_title": "Rectificatif : {headline}",
    "breaking": "Information de dernière minute.",
    "outro": "C'était le journal de {station}.",
    "credit_of": "{writer} pour {source}",
    "credit_one": "C'est ce que rapporte {who}.",
    "credit_many": "C'est ce que rapportent {who}.",
    "credit_one_from": "C'est ce que rapporte {who}, depuis {place}.",
    "credit_many_from": "C'est ce que rapportent {who}, depuis {place}.",
    "credit_place": "C'est ce que l'on apprend de {place}.",
}


def clock(at: datetime) -> str:
    """The time as it is said: "quinze heures trente", "midi", "minuit dix"."""
    hours = {0: "minuit", 1: "une heure", 12: "midi"}.get(at.hour) or f"{feminine(at.hour)} heures"
    return f"{hours} {feminine(at.minute)}" if at.minute else hours


def feminine(number: int) -> str:
    """A number of hours or minutes: "vingt et une"."""
    return re.sub(r"\bun$", "une", cardinal(number, "fr"))


def listed(names: Sequence[str]) -> str:
    """Names as they are listed: "A, B et C"."""
    *others, last = names
    return f"{', '.join(others)} et {last}" if others else last


_POST: Final = re.compile(
    r"(?:(?:notre|nos|le|la|un|une|our|the|a)\s+)?(?P<role>correspondante?s?|envoyée?s? spécia(?:le?s?|ux)|"
    r"rédaction|journalistes?|reporters?|rédact(?:eur|rice)s?|bureau|"
    r"(?:staff |special |own )?(?:correspondent|reporter|writer)s?)",
    re.IGNORECASE,
)


def medium(name: str) -> str:
    """A medium as it is named: "le Mirror", "l'AFP", "la BBC"; the rest stand alone."""
    last = name.rsplit(" ", 1)[-1]
    if re.match(r"(?:l['’]|(?:le|la|les|the) )", name, re.IGNORECASE):
        return re.sub(
            r"^(?:The (\w)|(L['’]|Le |La |Les ))", lambda m: f"le {m[1]}" if m[1] else m[2].lower(), name
        )
    if name in {"AFP", "Agence France-Presse", "Associated Press"}:
        return f"l'{name}"
    if last in MEDIA_WITH_LA:
        return f"la {name}"
    return f"le {name}" if last in MEDIA_WITH_LE else name


def writer(name: str, of_a_medium: bool) -> str:
    """The person; of a post without a name whose it is: "notre correspondant", "un correspondant"."""
    post = _POST.fullmatch(name.strip())
    if not post:
        return re.sub(r"\s+(?:and|&)\s+", " et ", name)
    role = post["role"].lower()
    if re.search(r"correspondent|reporter|writer", role):
        role = "correspondant"
    if role in {"rédaction", "bureau"}:
        return "la rédaction" if of_a_medium else "notre rédaction"
    several = role.endswith(("s", "x"))
    if not of_a_medium:
        return f"{'nos' if several else 'notre'} {role}"
    feminine_one = role.endswith(("ante", "ée spéciale", "trice"))
    return f"{'des' if several else 'une' if feminine_one else 'un'} {role}"


def written_out(text: str) -> str:
    """Figures, abbreviations, initials and titles as they are read in French."""
    text = rewrite(text, _opening_rules())
    figures = _FIGURE.search(text)
    text = rewrite(text, amount_rules()) if figures else text
    shouting = _shouts(text)
    text = _INITIALS.sub(lambda match: _initials(match, shouting), text)
    text = rewrite(text, number_rules()) if figures else text
    return rewrite(text, _closing_rules()) if _SIGN.search(text) else text


_SIGN: Final = re.compile("[&+%°=£€$²³]")
_FIGURE: Final = re.compile("[0-9]")


def _shouts(text: str) -> bool:
    found = re.findall(r"[^\W\d_]{2,}", text)
    return len(found) >= 3 and sum(word.isupper() for word in found) * 10 >= len(found) * 7


_INITIALS: Final = re.compile(r"(?<![^\W\d_])([A-ZÀÂÉÈÊÎÔÙÛÇ]{2,12})(?![^\W\d_])")


def _initials(match: re.Match[str], shouting: bool) -> str:
    word = match[1]
    if word in AS_WORDS:
        return AS_WORDS[word]
    if word in SPELLED:
        return " ".join(word)
    if word in SHOUTED or shouting or beside_capitals(match):
        opens = match.start() == 0 or (word not in SHOUTED and not shouting)
        return word.capitalize() if opens else word.lower()
    if re.fullmatch(ROMAN, word) and word not in {"CIX", "LI", "XI"}:
        return word
    if len(word) <= 3 or not re.search("[AEIOUYÀÂÉÈÊÎÔÙÛ]", word):
        return " ".join(word)
    return word.capitalize()


def _at_the_end(match: re.Match[str]) -> bool:
    return not match.string[match.end() :].strip("'\") ")


def _stopped(match: re.Match[str]) -> str:
    return STOPPED[match[1].lower()] + ("." if _at_the_end(match) else "")


def _abbreviated(match: re.Match[str]) -> str:
    return ABBREVIATIONS[match[1]] + ("." if match[0].endswith(".") and _at_the_end(match) else "")


def _dotted(match: re.Match[str]) -> str:
    return " ".join(match[0].rstrip(".").split(".")) + ("." if _at_the_end(match) else "")


def _century(match: re.Match[str]) -> str:
    return ordinal(roman(match[1].upper()), "fr")


def _king(match: re.Match[str]) -> str:
    value = roman(match[2])
    return f"{match[1]} {'premier' if value == 1 else cardinal(value, 'fr')}"


def _numbered(match: re.Match[str]) -> str:
    return f"{match[1]} {cardinal(roman(match[2]), 'fr')}"


@cache
def _opening_rules() -> tuple[Rule, ...]:
    titles = any_of([title for title in TITLES if title != "M"])
    return (
        (re.compile(rf"\b({titles})\.?-(?=(?:{titles})\b)"), r"\1 "),
        (re.compile(rf"(?i:(?<!\w)({any_of(tuple(STOPPED))}))(?!\w)"), _stopped),
        (re.compile(r"\bM\. ?(?=[^\W\d_a-zà-ÿ])"), "Monsieur "),
        (re.compile(rf"\b(MM|{titles})\.?(?=[ -][^\W\d_a-zà-ÿ]|[ -](?:{titles})\b)(?!['’])"), _title),
        (re.compile(rf"(?<![\w']) ?\b({titles})\.(?= )"), _title_stopped),
        (re.compile(rf"\b({any_of(tuple(ABBREVIATIONS))})\b(?:\.(?=\s|,|$|['\")]))(?!\w)"), _abbreviated),
        (re.compile(r"\betc\b"), "et cetera"),
        (re.compile(r"(?<![\w/])(?:une )?1/2 (?=heure|journée|livre|douzaine|finale)"), "une demi-"),
        (re.compile(r"\b[Nn]os? ?\. ?(?=[0-9])|\b[Nn](?:°|º|o) ?(?=[0-9])|#(?=[0-9])"), "numéro "),
        (re.compile(rf"\b(?=[XVI])({ROMAN})(?:e|ème|ᵉ)\b"), _century),
        (re.compile(r"\b(I)(?:er|re)\b"), "premier"),
        (re.compile(rf"\b({'|'.join(KINGS)}) (Ier|{ROMAN})\b"), _king_or_first),
        (re.compile(rf"(?i:\b({'|'.join(NUMBERED)})) ({ROMAN})\b"), _numbered),
        (re.compile(r"\bA/R\b"), "aller et retour"),
        (re.compile(r"\bet/ou\b"), "et ou"),
        (re.compile(r"(?<![\w.])(?:[A-Za-z]\.){2,9}(?!\w)"), _dotted),
        (re.compile(r"(?<![\w.'])([A-Z])\. ?(?=[A-Z][a-zà-ÿ'’-])"), r"\1 "),
        (re.compile(r"(?<![\w.])([A-Z])\.-(?=[A-Z])"), r"\1 "),
    )


def _title(match: re.Match[str]) -> str:
    return TITLES[match[1]]


def _title_stopped(match: re.Match[str]) -> str:
    return (" " if match[0].startswith(" ") else "") + TITLES[match[1]]


def _king_or_first(match: re.Match[str]) -> str:
    return f"{match[1]} premier" if match[2] == "Ier" else _king(match)


@cache
def _closing_rules() -> tuple[Rule, ...]:
    return (
        (re.compile(r" ?² ?"), " au carré "),
        (re.compile(r" ?³ ?"), " au cube "),
        (re.compile(r" ?& ?"), " et "),
        (re.compile(r" ?\+ ?(?=\w)"), " plus "),
        (re.compile(r" ?% ?"), " pour cent "),
        (re.compile(r" ?° ?"), " degrés "),
        (re.compile(r" ?= ?"), " égale "),
        (re.compile(r" ?€ ?"), " euros "),
        (re.compile(r" ?\$ ?"), " dollars "),
        (re.compile(r" ?£ ?"), " livres "),
    )


LANGUAGE: Final = Language(
    code="fr",
    templates=TEMPLATES,
    clock=clock,
    written_out=written_out,
    listed=listed,
    medium=medium,
    writer=writer,
    never_end=NEVER_END,
    little=LITTLE,
    labels=(
        r"(?:urgent|dernière minute|flash|exclusif|direct|en direct|vidéo|en images|mise à jour|rectificatif)"
        r"\s*(?:[:|]|[-–—](?=\s))\s*"
    ),
    dot=" point ",
    at_sign=" arobase ",
)

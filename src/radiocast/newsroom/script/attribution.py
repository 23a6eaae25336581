"""Who is credited at the end of a story, as a sentence. Pure."""

import re
from dataclasses import dataclass

from radiocast.model.story import Credit, Story
from radiocast.newsroom.languages import language_of
from radiocast.newsroom.script.speech_text import as_sentence, spoken
from radiocast.newsroom.script.wording import Wording


def attribution(story: Story, language: str, wording: Wording, *, told: str = "") -> str:
    """The closing credit: "Gabriella Clare of the Mirror reports." Empty where nobody is named.

    `language` is the story's. The place it was reported from is said unless it is in `told`, the text.
    """
    every = story.credits
    # Who stands alone goes first: "Ann Roe of the Mirror and Reuters" would be hers, both of them.
    named = {credit.source.casefold() for credit in every if credit.byline}
    alone = [credit for credit in every if not credit.byline and credit.source.casefold() not in named]
    who = [_who(each, language, wording) for each in (*alone, *(each for each in every if each.byline))]
    place = _place(story.dateline, told)
    values = {"place": spoken(place, language)} if place else {}
    if not who:
        return as_sentence(wording.say(language, "credit_place", **values)) if place else ""
    many = len(who) > 1 or who[0].several
    name = f"credit_{'many' if many else 'one'}{'_from' if place else ''}"
    names = language_of(language).listed([each.said for each in who])
    said = wording.say(language, name, who=names, **values)
    return as_sentence(said[:1].upper() + said[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Who:
    """One credit as spoken ("Ann Roe of the Mirror"), and whether it is several people."""

    said: str
    several: bool = False


def _who(credit: Credit, language: str, wording: Wording) -> _Who:
    rules = language_of(language)
    source = spoken(rules.medium(" ".join(credit.source.split())), language)
    byline = " ".join(credit.byline.split())
    if not byline or byline.casefold() == credit.source.casefold():
        return _Who(said=source or spoken(byline, language))
    writer = spoken(rules.writer(byline, bool(source)), language)
    # A post without a name is in lower case: "our correspondents".
    posts = writer[:1].islower() and writer.endswith(("s", "x"))
    several = posts or bool(re.search(r"\s(?:and|et|&|y|und)\s|,", writer))
    said = wording.say(language, "credit_of", writer=writer, source=source) if source else writer
    return _Who(said=said, several=several)


def _place(dateline: str, told: str) -> str:
    """The dateline's place as a name, "Harare" for "HARARE"; empty where the text names it anyway."""
    place = " ".join(dateline.split()).strip(" ,.-–—")
    town = place.split(",")[0]
    if not town or town.casefold() in told.casefold() or any(character.isdigit() for character in place):
        return ""
    if len(town) <= 3:
        return place
    # "PORT AMELIE" in capitals is a typesetter's habit.
    return re.sub(
        r"[^\W\d_]{3,}", lambda match: match[0].capitalize() if match[0].isupper() else match[0], place
    )

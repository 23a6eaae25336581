"""Who is credited at the end of a story, as a sentence. Pure; English for now."""

import re
from typing import Final

from radiocast.model.story import Story
from radiocast.newsroom.speech_text import spoken

# Media whose names take the article when they are spoken ("the Mirror"); agencies and the rest do not.
_WITH_THE: Final = re.compile(
    r"(?:[\w'’-]+ ){0,3}(?:Mirror|Times|Guardian|Telegraph|Herald|Post|Independent|"
    r"Sun|Star|Mail|Express|Observer|Chronicle|Gazette|Standard|Tribune|Journal|Courier|Examiner|Citizen|Monitor|Nation|Echo|Argus|Dispatch|Advertiser|"
    r"Argosy|Inquirer|Sentinel|Press|Record|Register|Bulletin|BBC|Associated Press|Press Association|Agency)"
)
_ROLE: Final = re.compile(r"\b(?:correspondent|reporter|writer|journalist|desk|staff)s?\b", re.IGNORECASE)


def attribution(story: Story) -> str:
    """The closing credit: "Gabriella Clare reports for the Mirror." Empty where nobody is named."""
    writer, source = _writer(story.byline), _source(story.source)
    if writer and source and writer.casefold() != source.casefold():
        return f"{writer} {_verb(story.byline)} for {source}."
    if writer or source:
        return f"{_first_up(writer or source)} {_verb(story.byline) if writer else 'reports'}."
    return ""


def _writer(byline: str) -> str:
    name = spoken(byline)
    if name and _ROLE.search(name) and not re.match(r"(?i)(our|the|a)\b", name):
        return f"Our {name[0].lower()}{name[1:]}"
    return name


def _source(source: str) -> str:
    name = spoken(source)
    if re.match(r"(?i)the\s", name):
        return f"the {name[4:].lstrip()}"
    return f"the {name}" if _WITH_THE.fullmatch(name) else name


def _verb(byline: str) -> str:
    return "report" if re.search(r"\sand\s|\s&\s", byline) else "reports"


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]

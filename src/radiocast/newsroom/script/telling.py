"""What of a story is told under its headline, as sentences, nothing of it twice. Pure."""

import re
from typing import Final

from radiocast.model.story import Story
from radiocast.newsroom.intake.reading import cut_words
from radiocast.newsroom.languages import language_of
from radiocast.newsroom.script.speech_text import as_sentence, sentences, spoken

# The longest sentence that is read whatever the time left: half a minute.
_FIRST_SENTENCE_CHARS: Final = 500
# A quotation of more than this, half a minute, is a speech.
_QUOTATION_CHARS: Final = 450
_CUT_OFF: Final = re.compile(r"\s*(?:…|\.{3,}|\[(?:…|\.{2,}|&hellip;)\]|\(more\))\s*$", re.IGNORECASE)
# So much of a headline in a sentence, and the sentence says it all.
_REPEATS: Final = 0.85
_WORD: Final = re.compile(r"[^\W_]+")


def headline_of(story: Story, language: str) -> str:
    """The headline that is read, still as written: without the newsroom's labels ("UPDATE 2 -"), no news."""
    headline = story.headline
    labels = language_of(language).labels
    if labels:
        said = re.sub(rf"^\s*(?:{labels})+", "", headline, flags=re.IGNORECASE)
        headline = said[:1].upper() + said[1:] if said.strip() else headline
    return as_sentence(headline)


def telling(story: Story, language: str) -> tuple[str, ...]:
    """The sentences under the headline as they are spoken: its description, then its body.

    A description that the body begins with, whole or cut off, is not read twice; nor is a sentence that says
    nothing which the headline or an earlier one has not said in the same words.
    """
    description = _not_cut_off(story)
    written = [*_quoted_whole(sentences(description, language))]
    for paragraph in story.body_text:
        written += _quoted_whole(sentences(paragraph, language))
    little = language_of(language).little
    before = [_words(story.headline, little)]
    told: list[str] = []
    for sentence in written:
        words = _words(sentence, little)
        text = spoken(sentence, language)
        if not text or (words and any(_says_no_more(words, earlier) for earlier in before)):
            continue
        # A headline with not one sentence under it leaves a listener hanging: the first is always read,
        # unless it is no sentence but a page without a full stop.
        told.append(as_sentence(cut_words(text, _FIRST_SENTENCE_CHARS) if not told else text))
        before.append(words)
    return tuple(told)


def repeats(headline: str, sentence: str, language: str) -> bool:
    """Whether the sentence opens with the headline's words, so that reading both would be saying it twice."""
    little = language_of(language).little
    said, again = _words(headline, little), _words(sentence, little)
    if len(said) < 3 or len(again) < len(said):
        return False
    opening = set(again[: len(said) + 2])
    return sum(_stem(word) in {_stem(other) for other in opening} for word in said) >= _REPEATS * len(said)


def _quoted_whole(paragraph: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences of a paragraph, those inside one quotation as one: it is never cut in the middle.

    A quotation that is long, or never closed in its paragraph, may be.
    """
    found: list[str] = []
    first = 0
    while first < len(paragraph):
        last = first + 1
        said = paragraph[first]
        while (
            last < len(paragraph) and _is_open(said) and len(said) + len(paragraph[last]) < _QUOTATION_CHARS
        ):
            said = f"{said} {paragraph[last]}"
            last += 1
        if _is_open(said):
            said, last = paragraph[first], first + 1
        found.append(said)
        first = last
    return tuple(found)


def _is_open(text: str) -> bool:
    """Whether a quotation that begins in this text is still open at its end."""
    return text.count("“") > text.count("”") or text.count("«") > text.count("»") or text.count('"') % 2 == 1


def _not_cut_off(story: Story) -> str:
    """The description, or nothing where it is the body's own beginning with its end cut off."""
    description = story.description_text.strip()
    stripped = _CUT_OFF.sub("", description)
    if not story.body_text or not stripped:
        return description
    start = _letters(stripped)
    if stripped != description:
        # A feed cuts within a word as well.
        return (
            "" if _letters(" ".join(story.body_text)[: len(description) * 2]).startswith(start) else stripped
        )
    return "" if start and _letters(" ".join(story.body_text)).startswith(start) else description


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _words(text: str, little: frozenset[str]) -> tuple[str, ...]:
    return tuple(
        word
        for word in _WORD.findall(text.casefold().replace("’", "").replace("'", ""))
        if word not in little
    )


def _says_no_more(words: tuple[str, ...], earlier: tuple[str, ...]) -> bool:
    """Whether these are the earlier words, or a row of them: nothing new, nothing turned round."""
    if len(words) > len(earlier):
        return False
    if len(words) < 4:
        return words == earlier
    return f" {' '.join(words)} " in f" {' '.join(earlier)} "


def _stem(word: str) -> str:
    """Tense and number apart: a headline's "refuse" is the text's "refused"."""
    return re.sub(r"(?:ed|es|ing|[sde])$", "", word) if len(word) > 4 else word

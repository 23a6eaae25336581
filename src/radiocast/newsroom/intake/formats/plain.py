"""A page as somebody copied it into a text file: site name, headline, standfirst, byline, body.

There is no mark-up to go by, so the parts are told apart by place and shape. The rules, in order:

1. Furniture (`furniture.RULES`) is dropped wherever it stands.
2. The first byline among the first eight lines ends the page's **head**; without one, the head is the
   lines before the first that ends like a sentence, three at most.
3. The head's first line is the **site's name** if it is short, without full stop, capitalised word by
   word as a name, and either a headline and a standfirst still follow it, or a word in it says so ("News",
   "Radio", "Herald") and the next line is no sentence.
4. The next line of the head is the **headline**, if it is no longer than 200 characters.
5. What is left of the head is the **standfirst** (description). A line straight after the byline is
   it too, if the head has none, it does not end like a sentence and at least two paragraphs follow.
6. The rest is the body.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from radiocast.model.story import DroppedLine
from radiocast.newsroom.intake.byline import Byline
from radiocast.newsroom.intake.formats.draft import (
    MAX_HEADLINE_CHARS,
    Draft,
    Line,
    drop,
    find_byline,
    lines_of,
    named_source,
    paragraphs,
    with_credit,
    with_dateline,
    without_furniture,
)
from radiocast.newsroom.intake.formats.hyphens import GOES_ON
from radiocast.newsroom.intake.furniture import ends_sentence
from radiocast.newsroom.intake.reading import cut_words
from radiocast.newsroom.script.speech_text import sentences

_SITE_MAX_WORDS: Final = 7
_SHORT_NAME_WORDS: Final = 3
_HEAD_WITHOUT_BYLINE: Final = 3
_STANDFIRST_MIN_CHARS: Final = 40
_OPENS_WORD: Final = re.compile(r"[^\W\d_]")
_LITTLE_WORD: Final = re.compile("a|an|and|at|by|de|del|for|from|in|la|le|of|on|the|to|&", re.IGNORECASE)
_SITE_WORDS: Final = re.compile(
    r"\b(news|radio|times|herald|post|daily|weekly|gazette|tribune|chronicle|mirror|guardian|observer|telegraph|"
    r"standard|journal|media|online|press|network|tv|fm|live|today|24|broadcasting|bulletin|magazine|newsline|newsday)\b"
    r"|\.(com|org|net|news|co\.\w\w|info|fm|tv|radio)\b",
    re.IGNORECASE,
)


# "Goats block road - Lake Herald", "Lake Herald | Goats block road", as a page's title has it.
_PAPER: Final = (
    r"(?:(?:[A-Z][\w'’]*|of|the) ){1,4}"
    r"(?:News|Radio|Times|Herald|Gazette|Post|Tribune|Chronicle|Observer|Online)"
)
_AROUND: Final = re.compile(
    rf"^(?:{_PAPER} ?[|»] ?|(?:headline|HEADLINE|Headline|Title|TITLE): ?)|\s[|–—-] {_PAPER}$"
)


def take_apart(text: str) -> Draft:
    """The parts of a plain-text page. Without a headline the draft has neither headline nor body."""
    return take_lines_apart(lines_of(text))


def take_lines_apart(lines: tuple[Line, ...]) -> Draft:
    """The parts of a page given as lines."""
    kept, dropped = without_furniture(lines)
    if not kept:
        return Draft(dropped=tuple(dropped))
    head, byline, body = _split(kept)
    head, site = _without_site_name(head, more=bool(byline or body))
    head, around = _bare_headline(head)
    credit = next((line for line in head[1:] if named_source(line.text)), None)
    if credit is not None:
        head = [line for line in head if line is not credit]
        dropped.append(drop(credit, "credits"))
    dropped += [*site, *around]
    if not head:
        head, body = body[:1], body[1:]
    headline, description, body = _head_parts(head, body)
    # A standfirst below the byline.
    standfirst_below = (
        not description
        and byline is not None
        and len(body) > 2
        and len(body[0].text) >= _STANDFIRST_MIN_CHARS
        and body[0].group != body[1].group
        and not ends_sentence(body[0].text)
    )
    if standfirst_below:
        description, body = body[0].text, body[1:]
    draft = Draft(
        headline=headline.removesuffix(GOES_ON),
        description=description,
        byline=byline.writer if byline else "",
        source=(byline.source if byline else "") or (named_source(credit.text) if credit else ""),
        body=paragraphs(body),
        dropped=tuple(sorted(dropped, key=lambda line: line.line)),
    )
    return with_credit(with_dateline(draft, body), lines)


def _split(kept: list[Line]) -> tuple[list[Line], Byline | None, list[Line]]:
    found = find_byline(kept)
    if found is not None:
        index, byline = found
        # A byline above the headline: the headline is what comes next.
        return (kept[:index], byline, kept[index + 1 :]) if index else ([], byline, kept[1:])
    end = 1
    # The headline may itself end like a sentence; a standfirst does not, and stands alone: lines that
    # run on without a blank one are the body. And something must be left to be the body.
    while end < min(_HEAD_WITHOUT_BYLINE, len(kept) - 1):
        line, after = kept[end], kept[end + 1]
        if ends_sentence(line.text) or line.group == after.group:
            break
        end += 1
    return kept[:end], None, kept[end:]


def _without_site_name(head: list[Line], *, more: bool) -> tuple[list[Line], list[DroppedLine]]:
    if len(head) < 2 and not (head and more):
        return head, []
    first = head[0]
    if ends_sentence(first.text) or not _is_titled(first.text):
        return head, []
    follows_headline_and_standfirst = len(head) > 2 and len(head[1].text) > len(first.text)
    names_a_site = (
        len(head) > 1 and _SITE_WORDS.search(first.text) is not None and not ends_sentence(head[1].text)
    )
    # Two lines of names: a standfirst is no name, so the second is the headline.
    two_names = len(head) == 2 and more and _shorter_name(first.text, head[1].text)
    if follows_headline_and_standfirst or names_a_site or two_names:
        return head[1:], [drop(first, "site name")]
    return head, []


def _shorter_name(text: str, other: str) -> bool:
    short = text.startswith("The ") and len(text.split()) <= _SHORT_NAME_WORDS
    return short and len(other.split()) > _SHORT_NAME_WORDS and _is_titled(other)


def _bare_headline(head: list[Line]) -> tuple[list[Line], list[DroppedLine]]:
    """The head with its headline alone in its line: without the paper's name, without a label."""
    around = _AROUND.search(head[0].text) if head else None
    if around is None:
        return head, []
    bare = f"{head[0].text[: around.start()]}{head[0].text[around.end() :]}".strip()
    said = replace(head[0], text=around[0].strip(" |»–—-"))
    return ([replace(head[0], text=bare), *head[1:]], [drop(said, "site name")]) if bare else (head, [])


def _is_titled(text: str) -> bool:
    """Whether every word but the little ones begins with a capital or a digit, as in a name."""
    words = text.split()
    proper = [word for word in words if not _LITTLE_WORD.fullmatch(word)]
    if not proper or len(words) > _SITE_MAX_WORDS:
        return False
    return all(not word[0].islower() for word in proper) or (len(words) == 1 and "." in text)


def _head_parts(head: list[Line], body: list[Line]) -> tuple[str, str, list[Line]]:
    if not head:
        return "", "", body
    headline, rest = head[0].text, head[1:]
    if len(headline) > MAX_HEADLINE_CHARS:
        # A page of nothing but paragraphs: its first sentence serves as headline, and is read again in
        # its place, since nobody wrote it to stand alone.
        opening = cut_words(sentences(headline)[0], MAX_HEADLINE_CHARS)
        return opening.rstrip(" ,;:"), "", [*head, *body]
    first = head[0]
    while rest and rest[0].group == first.group and _runs_on(headline, rest[0].text):
        headline, rest = paragraphs([replace(first, text=headline), rest[0]], wrapped=True)[0], rest[1:]
    return headline, _as_sentences(paragraphs(rest)), body


def _as_sentences(texts: Sequence[str]) -> str:
    """Several lines of a standfirst as one: a voice must not run them into each other."""
    joined = [text if ends_sentence(text) else text.rstrip(" ,;:") + "." for text in texts[:-1]]
    return " ".join([*joined, *texts[-1:]])


def _runs_on(headline: str, text: str) -> bool:
    """Whether a headline goes on in the line under it: it was wrapped."""
    opens = _OPENS_WORD.search(text)
    return opens is not None and opens[0].islower() and not ends_sentence(headline)

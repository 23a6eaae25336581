"""Written text to text as it is spoken, and where its sentences end. Pure.

What holds for every language is here: addresses, pictures, quotation marks, dashes, brackets. What words,
figures and abbreviations become is each language's own: `newsroom/languages`.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from radiocast.newsroom.languages import Language, language_of

_ADDRESS: Final = re.compile(
    r"(?:https?://|www\.)\S{1,2000}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}|"
    r"(?<![\w.@])(?:[a-z0-9-]{2,63}\.){1,4}(?:com|org|net|info|news|radio|co\.[a-z]{2}|org\.[a-z]{2}|gov\.[a-z]{2})"
    r"(?:/\S{0,2000})?(?![\w-])",
    re.IGNORECASE,
)
# What every address has, and few sentences: a quick look before the long one.
_LIKE_AN_ADDRESS: Final = re.compile(r"\w[.@:][\w/]")
_HOST: Final = re.compile(r"(?:https?://)?(?:www\.)?([^/?#:\s]{1,253})", re.IGNORECASE)
_PICTURE: Final = re.compile(
    "[\u200d\u20e3\u2122\u00ae\u00a9\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe00-\ufe0f"
    "\U0001f000-\U0001faff\U000e0000-\U000e007f\ue000-\uf8ff]"
)
_SIGNS: Final = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "‛": "'",
        "′": "'",
        "´": "'",
        "`": "'",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "‒": "-",
    }
    | {
        "…": "...",
        "½": " 1/2",
        "¼": " 1/4",
        "¾": " 3/4",
        "⅓": " 1/3",
        "⅔": " 2/3",
        "⅛": " 1/8",
        "ﬁ": "fi",
        "ﬂ": "fl",
    }
)
# Mark-up in what should be plain text; "x < y" is none.
_MARK_UP: Final = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,15}(?:\s[^<>]{0,500})?/?>")
_SPOKEN_QUOTES: Final = re.compile('["“”„‟«»″*_^|\\\\<>{}¶†‡]')
_SINGLE_QUOTED: Final = re.compile(r"(?<!\w)(?<![A-Z]\.)'(?![0-9]0s\b|n' )|(?<! 'n)'(?!\w)")
_HASH: Final = re.compile(r"(?<!\w)[#@](?=[^\W\d])(\w{0,200})")
_FIGURE_DASH: Final = re.compile(r"(?<=[0-9%])\s*[–—]\s*(?=[$£€R]?[0-9])")
_JOINING_DASH: Final = re.compile(r"(?<=\w)–(?=\w)")
_DASH: Final = re.compile(r"\s*[–—―]\s*|\s+-{1,3}\s+|\s*--+\s*")

_END: Final = re.compile(r"[.!?…]+[\"'”’“‘»)\]]*(?:\s?»)?(?=\s)")
_LAST_WORD: Final = re.compile(r"([^\s(\"“'‘«„-]*)\.+[\"'”’“‘»)\]]*$")
_LONGEST_WORD: Final = 60
_OPENS: Final = re.compile(r"\s*[\"'“‘„‚(\[«]*\s?[^\Wa-z_]")


def sentences(text: str, language: str = "en") -> tuple[str, ...]:
    """The sentences of a paragraph, in order; joined by single spaces they are the paragraph again.

    A full stop ends none after a title or an initial ("Lt. Gen. J. Moyo"), inside a number ("3.5"), or
    before a lower-case letter. Text without an end is one sentence; empty text none.
    """
    never_end = language_of(language).never_end
    text = " ".join(text.split())
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if _OPENS.match(text, match.end()) and _ends(text, start, match.end(), never_end):
            found.append(text[start : match.end()].strip())
            start = match.end()
    last = text[start:].strip()
    return (*found, last) if last else tuple(found)


def _ends(text: str, start: int, end: int, never_end: frozenset[str]) -> bool:
    """Whether a sentence ends at this stop, when what follows opens like one."""
    before = text[max(start, end - _LONGEST_WORD) : end]
    last = _LAST_WORD.search(before)
    if last is None or before.rstrip("\"'”’“‘» )]").endswith(("!", "?", "…", "..")):
        return True
    word = last[1]
    if word.lower() in never_end:
        if _SURE_OPENING.match(text, end):
            return True
        # "No. 5 won" and "No. It lost"; "vol. 3", but "the Art. It".
        return word.lower() in _WORDS_TOO and not text[end : end + 2].strip()[:1].isdigit()
    # "J. Moyo", "U.S. troops": an initial is part of a name; "at 9 p.m. The" is an end.
    initials = re.fullmatch(r"(?:[^\W\d_]\.)*[^\W\d_]", word)
    if initials is None or not word[-1].isupper():
        return True
    alone = "." not in word
    if alone and word == "I":
        return end - start > len("I.")
    # "plan B. The", "the U.S. The": a little word after it opens a sentence, a name goes on with it.
    return bool(_OPENING_WORD.match(text, end)) and end - start > len(word) + 1


# Words that are as well ends of a sentence, unless a figure follows.
_WORDS_TOO: Final = frozenset(
    {"no", "nos", "art", "al", "sec", "fig", "ass", "comm", "adv", "eng", "rep", "mt", "p"}
)
# No name begins like this, whatever title stands before it.
_SURE_OPENING: Final = re.compile(
    r"\s+[\"'“‘(]*(?:The|It|He|She|They|We|But|And|This|That|There|Elle|Ils|Mais|Et)\s"
)
_OPENING_WORD: Final = re.compile(
    r"\s+[\"'“‘(]*(?:The|A|An|It|He|She|They|We|I|In|On|At|But|And|That|This|These|Those|There|His|Her|Its|Their|"
    r"For|From|With|When|After|Before|No|Yes|If|As|By|To|Then|Now|Who|What|Why|Le|La|Les|L|Il|Elle|Ils|Elles|Un|Une|"
    r"Des|Dans|En|Mais|Et|Ce|Cette|Ces|Selon|On|Au|Aux|Pour|Par)\b"
)


@lru_cache(maxsize=1024)
def spoken(text: str, language: str = "en") -> str:
    """One line of text as a voice should be given it: everything in words.

    Addresses are said by their host's name; pictures and quotation marks go, dashes and brackets become
    commas; figures, abbreviations and initials are written out as `language` says them. Text with a letter
    or a figure in it is never empty when spoken; whoever pronounces names better does so afterwards.
    Remembered, since bulletins read the same stories: a sentence takes a third of a millisecond.
    """
    rules = language_of(language)
    text = _MARK_UP.sub("", unicodedata.normalize("NFC", " ".join(text.split())))
    if _LIKE_AN_ADDRESS.search(text):
        text = _ADDRESS.sub(lambda match: _address(match[0], rules), text)
    text = text.translate(_SIGNS)
    if not text.isascii():
        text = _plain_figures(_PICTURE.sub(" ", text))
    text = _SPOKEN_QUOTES.sub("", text)
    text = _HASH.sub(_tagged, _SINGLE_QUOTED.sub("", text))
    text = _DASH.sub(", ", _JOINING_DASH.sub("-", _FIGURE_DASH.sub("-", text)))
    text = rules.written_out(" ".join(text.split()))
    text = text.replace("/", " ")
    text = re.sub(r"[\[(]\s*[\])]", "", text)
    text = re.sub(r"\s?[\[(]([^\])]{0,500})[\])]", r", \1,", text)
    text = re.sub(r"[\[\]()]", " ", text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"(?:, ?){1,5}(?=[.,;:!?])| (?=[.,;:!?])", "", text)
    return text.strip(" ,;:")


def _address(address: str, rules: Language) -> str:
    """What is said of an address: "news at example dot org", the host alone of a page's."""
    bare = address.rstrip(".,;:!?)]}'\"’”")
    behind = address[len(bare) :]
    if "@" in bare and not bare.lower().startswith(("http", "www")):
        name, host = bare.split("@", 1)
        return f"{name}{rules.at_sign}{host.replace('.', rules.dot)}{behind}"
    page = _HOST.match(bare)
    said = page[1].replace(".", rules.dot) if page else ""
    return f"{said}{behind}" if any(character.isalnum() for character in said) else bare


def _tagged(match: re.Match[str]) -> str:
    """A tag's words: "Bring Them Back" of "#BringThemBack"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", match[1])


def _plain_figures(text: str) -> str:
    """Figures of other scripts as ours; raised and circled ones stand apart from what they follow."""
    return "".join(
        character
        if character in "²³" or not character.isdigit() or character.isascii()
        else _figure(character)
        for character in text
    )


def _figure(character: str) -> str:
    value = str(unicodedata.digit(character))
    return value if character.isdecimal() else f" {value} "


def as_sentence(text: str) -> str:
    """Text closed by a full stop if nothing closes it, so that a voice lets it fall."""
    text = text.strip()
    return (
        text if not text or text.rstrip("'\")").endswith((".", "!", "?", "…")) else f"{text.rstrip(' ,;:-')}."
    )

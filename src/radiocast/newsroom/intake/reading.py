"""An article's bytes to text that is safe to take apart. Pure: no files, no clock."""

import codecs
import contextlib
import re
from typing import Final

from radiocast.model.errors import StoryError
from radiocast.newsroom.intake.mending import mend

# A long read is 50 KB. What is larger is a book, a log or a picture with the wrong name, and reading
# it aloud would take hours: it is withheld rather than cut, since nobody chose where to cut it.
MAX_ARTICLE_BYTES: Final = 256 * 1024
# A saved web page carries its style sheets and scripts with it; its article is as long as any other.
MAX_PAGE_BYTES: Final = 4 * 1024 * 1024

# Bytes that Windows-1252 leaves undefined are what Latin-1 says they are: C1 controls, dropped below.
_UNDEFINED_CP1252: Final = dict.fromkeys((0x81, 0x8D, 0x8F, 0x90, 0x9D), "")

_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters but tab and newline; then what has no width or turns the writing around: soft
# hyphen (at the end of a line it says that the word goes on, see `draft`), zero-width space, marks and
# overrides of direction, word joiner, byte order mark. The joiner inside an emoji (U+200D) stays.
# Surrogates and the two non-characters no XML may carry go too.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff]|\xad(?![ \t]*\n)"
)
_CHARSET: Final = re.compile(
    rb"(?:charset\s*=\s*[\"']?|encoding=[\"'])(?P<name>[A-Za-z0-9_-]{3,20})", re.IGNORECASE
)
# Codecs of letters other than the Latin ones below; a page that says UTF-8 and is not says nothing.
_LETTERS: Final = re.compile("(?:iso-8859|windows|cp|koi8|mac|shift_jis|euc|gb|big5)[\\w-]*", re.IGNORECASE)
_LATIN: Final = re.compile("iso-8859-1|windows-1252|cp1252", re.IGNORECASE)
# Browsers look no further for what a page says of its letters.
_CHARSET_WITHIN_BYTES: Final = 1024
_BLANKS: Final = re.compile("[\t \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")


def read_text(data: bytes, *, at_most_bytes: int = MAX_ARTICLE_BYTES) -> str:
    """The text of an article file, its lines ended by newlines, without control characters.

    UTF-8 and UTF-16 with a byte order mark, UTF-8 without, what a web page says that it is in, else
    Windows-1252, which is Latin-1 for all that is printed. UTF-8 that went through Windows-1252 is mended.
    Any bytes give text or a StoryError: too large, or nothing in it.
    """
    refuse_too_large(len(data), at_most_bytes)
    text = clean(mend(_decode(data)))
    if not text.strip():
        raise StoryError("the file is empty" if not data else "the file has no text in it")
    return text


def refuse_too_large(size_bytes: int, at_most_bytes: int = MAX_ARTICLE_BYTES) -> None:
    """Raises StoryError for a file that is larger than an article."""
    if size_bytes > at_most_bytes:
        raise StoryError(
            f"{size_bytes / 1024:.0f} KB is more than an article has (limit {at_most_bytes // 1024} KB): "
            "put in the article alone"
        )


def clean(text: str) -> str:
    """Text with one kind of line end and nothing that cannot be seen."""
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """Text as one line, runs of blanks made one: what a title can hold."""
    return _BLANKS.sub(" ", clean(text).replace("\xad", "").replace("\n", " ")).strip()


def cut_words(text: str, limit: int) -> str:
    """Text cut to a limit of characters between words."""
    return text if len(text) <= limit else (text[:limit].rsplit(" ", 1)[0] or text[:limit])


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(data, 0, _CHARSET_WITHIN_BYTES) if data.lstrip()[:1] == b"<" else None
    name = declared["name"].decode("ascii") if declared is not None else ""
    if _LETTERS.fullmatch(name) and not _LATIN.fullmatch(name):
        with contextlib.suppress(LookupError):
            return data.decode(name, "replace")
    return data.decode("latin-1").translate(_CP1252)


def _cp1252_table() -> dict[int, str]:
    table: dict[int, str] = dict(_UNDEFINED_CP1252)
    for byte in range(0x80, 0xA0):
        if byte not in table:
            table[byte] = bytes([byte]).decode("cp1252")
    return table


_CP1252: Final = _cp1252_table()

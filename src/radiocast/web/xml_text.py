"""Text that is safe inside XML and HTML, whatever it was.

Owns: which characters there are in XML 1.0 (section 2.2), and the mark that stands for the address of the
station in what is written once for everybody.
"""

import re
from html import escape
from typing import Final

# All that XML 1.0 has not: most control characters, lone surrogates, U+FFFE and U+FFFF.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Cannot come from outside: it is none of XML's characters.
BASE: Final = "\x00"


def clean(text: str) -> str:
    """The text without what XML cannot carry."""
    return _NOT_XML.sub("", text)


def xml(text: str) -> str:
    """The text as an element's content or an attribute's value."""
    return escape(clean(text))


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(clean(text).split())


def with_base(text: str, base: str) -> str:
    """What was written for everybody, for somebody who knows us under this address."""
    return text.replace(BASE, escape(base))

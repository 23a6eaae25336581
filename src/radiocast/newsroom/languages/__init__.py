"""Everything about what is said that depends on the language it is said in: one file for each language.

Owns: the house's sentences, the time as it is spoken, and how written text is written out for a voice. Must
not know: stories, bulletins, voices. A language is a module here with a `LANGUAGE`; see docs/languages.md.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from radiocast.newsroom.languages.language import Language

__all__ = ["Language", "known", "language_of"]


@cache
def known() -> Mapping[str, Language]:
    """Every language there is a file for, by its code ("en").

    Read at the first call and not at import: their tables are no concern of the first audio byte.
    """
    modules = (importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__))
    found = (getattr(module, "LANGUAGE", None) for module in modules)
    return {language.code: language for language in found if isinstance(language, Language)}


def language_of(tag: str) -> Language:
    """The language of a tag such as "en", "en-GB" or "fr_CA"; one without a file is read by plain rules."""
    code = tag.replace("_", "-").split("-", 1)[0].strip().lower()
    return known().get(code) or Language(code=code)

"""What an editor does to a story: hold, release, kill, correct. `radiocast news ...`.

Owns: what each of them means, and the article that a correction becomes. A running station sees the decision
in `var/desk.json`, and the article in its folder.
"""

import getpass
import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from radiocast.model.errors import EnvironmentFault, UsageError
from radiocast.model.story import Story
from radiocast.newsroom.desk.decisions import Action, Decision, Decisions, decide
from radiocast.newsroom.desk.rules import Rule
from radiocast.newsroom.intake.reading import clean, cut_words, one_line
from radiocast.newsroom.newsroom import DECISIONS
from radiocast.newsroom.production.storage import write_atomically
from radiocast.newsroom.script.speech_text import sentences
from radiocast.offair.newsdesk import NewsDesk

_HEADLINE_CHARS: Final = 100
_UNSAFE: Final = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a decision came to, in words; `well` is False where it could not be carried out."""

    said: str
    well: bool = True


def hold(desk: NewsDesk, slug: str, *, by: str, why: str) -> Done:
    """Keep a story off the air until it is released. Raises EnvironmentFault."""
    refused = ""

    def choose(standing: Decisions) -> Decision | None:
        nonlocal refused
        before = standing.standing.get(slug)
        if before is not None and before.action is Action.KILL:
            refused = f"{slug} is {before}, and stays so: there is nothing to hold"
            return None
        return Decision(slug=slug, action=Action.HOLD, by=by, at=desk.now, why=why)

    decide(desk.root / DECISIONS, choose)
    if refused:
        return Done(said=refused, well=False)
    return Done(
        said=f"{_named(desk, slug)} is held. A station that is on the air stops reading it within seconds.\n"
        f"`radiocast news release {slug}` lets it back."
    )


def release(desk: NewsDesk, slug: str, *, by: str, why: str) -> Done:
    """Undo a hold. Raises EnvironmentFault."""
    refused = ""

    def choose(standing: Decisions) -> Decision | None:
        nonlocal refused
        before = standing.standing.get(slug)
        if before is None:
            by_another = desk.refusals.get(slug)
            refused = f"{slug} is not held"
            if by_another is not None and by_another.rule in {Rule.HELD, Rule.KILLED}:
                refused += f" itself; it is {by_another.reason}"
        elif before.action is Action.KILL:
            refused = (
                f"{slug} is {before}. A kill is for ever: "
                "to read the story after all, give it to the newsroom under another name"
            )
        if refused:
            return None
        return Decision(slug=slug, action=Action.RELEASE, by=by, at=desk.now, why=why)

    decide(desk.root / DECISIONS, choose)
    if refused:
        return Done(said=refused, well=False)
    return Done(said=f"{_named(desk, slug)} is released: the next bulletins may read it.")


def kill(desk: NewsDesk, slug: str, *, by: str, why: str) -> Done:
    """Never read a story again. Raises EnvironmentFault."""
    decide(
        desk.root / DECISIONS,
        lambda _: Decision(slug=slug, action=Action.KILL, by=by, at=desk.now, why=why),
    )
    return Done(
        said=f"{_named(desk, slug)} is killed: it is never read again, in no version; no release undoes that."
        "\nA station that is on the air stops reading it within seconds. "
        f'`radiocast news correct {slug} "TEXT"` tells listeners what was wrong.'
    )


def correct(desk: NewsDesk, slug: str, text: str, *, by: str) -> Done:
    """Write the correction of a story as an article. Raises UsageError for no text, EnvironmentFault."""
    body = "\n\n".join(
        one_line(paragraph) for paragraph in re.split(r"\n\s*\n", clean(text)) if paragraph.strip()
    )
    if not any(character.isalnum() for character in body):
        raise UsageError(
            'the text of the correction is empty: write what is right, e.g. "The ferry sails at nine."'
        )
    original, headline = desk.story(slug), desk.headline(slug)
    decided = desk.decisions.standing.get(slug)
    if decided is not None and decided.action is Action.KILL:
        # What was killed is not said again, not even to be corrected.
        headline = cut_words(sentences(body)[0], _HEADLINE_CHARS)
    written: list[Path] = []

    def choose(_: Decisions) -> Decision:
        # Under the lock, so that of two corrections at once none overwrites the other.
        path = _free(desk.articles / f"correction-{_UNSAFE.sub('-', slug).strip('-.')}.md")
        write_atomically(path, _article(slug, headline, original, body, desk.now).encode(), sync=True)
        written.append(path)
        return Decision(slug=slug, action=Action.CORRECT, by=by, at=desk.now, why=path.name)

    try:
        decide(desk.root / DECISIONS, choose)
    except OSError as error:
        raise EnvironmentFault(f"{desk.articles}: cannot be written: {error.strerror or error}") from error
    [path] = written
    count = desk.newsroom.corrections
    return Done(
        said=f"{path}: the correction of {_named(desk, slug)}.\n"
        f"It is read ahead of other stories in the next {count} bulletin{'' if count == 1 else 's'}; "
        f"the story itself is read no more unless it is updated. The file can be edited."
    )


def editor() -> str:
    """Whose decision it is: the user of the system."""
    sudo = os.environ.get("SUDO_USER")
    if sudo:
        return sudo
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user; OSError since Python 3.13
        return f"user {os.getuid()}"


def _named(desk: NewsDesk, slug: str) -> str:
    headline = desk.headline(slug)
    return f"{slug} ({headline})" if headline else slug


def _free(path: Path) -> Path:
    free, count = path, 1
    while free.exists():
        count += 1
        free = path.with_name(f"{path.stem}-{count}.md")
    return free


def _article(slug: str, headline: str, original: Story | None, body: str, now: datetime) -> str:
    """The correction as an editor would write it; younger than what it corrects, or it would not count."""
    date = now if original is None else max(now, original.versioncreated)
    fields = {"headline": f"Correction: {headline or slug}", "corrects": slug}
    if original is not None and original.language:
        fields["language"] = original.language
    # JSON's strings are YAML's.
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    return "\n".join(["---", *lines, f"date: {date.isoformat()}", "---", "", body, ""])

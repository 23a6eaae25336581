"""The desk's stories for people and for programs: a table, one story whole, JSON.

Owns: columns, colours, words for times, and the names in the JSON. Must not know: how a story is chosen.
"""

import json
from datetime import datetime, timedelta
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from radiocast.model.story import Credit, PubStatus, Story, Withheld
from radiocast.newsroom.desk.airings import Heard
from radiocast.newsroom.desk.rules import Refusal, Rule
from radiocast.offair.newsdesk import NewsDesk

READY: Final = "ready"
UNREADABLE: Final = "unreadable"
_STYLES: Final = {
    READY: "bold green",
    Rule.KILLED: "bold red",
    Rule.HELD: "bold yellow",
    Rule.CANCELED: "bold red",
    Rule.WITHHELD: "bold yellow",
    Rule.EMBARGO: "bold yellow",
    UNREADABLE: "red",
}
# What the house itself has said about a story goes before what its source says.
_STATUS: Final = {Rule.KILLED: PubStatus.CANCELED, Rule.HELD: PubStatus.WITHHELD}
_STATE_WIDTH: Final = max(len(rule) for rule in Rule)
_BEFORE: Final = _STATE_WIDTH + 12  # state, urgency, age, and the blanks between them
# From this width on a story is one line; below, its name and the reason stand under its headline.
_ONE_LINE: Final = 110
_SLUG_AT_MOST: Final = 24
_HEADLINE_AT_MOST: Final = 60
_WHY: Final = 38  # what a reason needs, with the blanks around it


def table(desk: NewsDesk, *, columns: int | None, every: bool) -> list[Text]:
    """The lines; with `every` also the files that give no story. `columns` is None without a terminal."""
    stories = desk.in_order()
    ready, gone = len(desk.selection.chosen), len(desk.unreadable)
    lines = [
        Text.assemble(
            (f"{desk.station}  ", "bold"),
            f"{desk.now.astimezone(desk.zone):%a %d %b %H:%M}  ",
            f"{_count(len(stories), 'story', 'stories')}, {ready} ready",
            f"; {_count(gone, 'file gives', 'files give')} no story{'' if every else ' (--all)'}"
            if gone
            else "",
        )
    ]
    if stories:
        lines += [Text(""), Text(f"{'state':<{_STATE_WIDTH}} urg   age  headline", style="dim")]
    slugs = min(_SLUG_AT_MOST, max((cell_len(story.slug) for story in stories), default=0))
    heads = min(_HEADLINE_AT_MOST, max((cell_len(story.headline) for story in stories), default=0))
    for story in stories:
        head, why = _head(desk, story), why_of(desk, story)
        if columns is not None and columns < _ONE_LINE:
            lines.append(Text.assemble(head, story.headline))
            lines.append(Text.assemble(" " * _BEFORE, (story.slug, "cyan"), (f"  {why}", "dim")))
            continue
        room = heads if columns is None else min(heads, max(30, columns - _BEFORE - slugs - _WHY))
        # In a pipe the name is whole, for what is to be done with it.
        name = story.slug if columns is None else _fitted(story.slug, slugs)
        said = (f"{name:<{slugs}}", "cyan"), (f"  {why}", "dim")
        lines.append(Text.assemble(head, _fitted(story.headline, room), "  ", *said))
    if every and desk.unreadable:
        lines += [Text(""), *(_unreadable(each) for each in desk.unreadable)]
    return lines


def whole(desk: NewsDesk, story: Story) -> list[Text]:
    """One story: its fields, what the desk says, how it is read, and every line that is not."""
    heard = desk.heard.get(story.slug, Heard())
    state = state_of(desk, story)
    decided = [decision for decision in desk.decisions.history if decision.slug == story.slug]
    fields = {
        "state": f"{state}: {why_of(desk, story)}",
        "status": status_of(desk, story).value,
        "urgency": f"{story.urgency}{', breaking' if story.breaking else ''}",
        "description": story.description_text,
        "byline": story.byline,
        "source": story.source,
        "also": "; ".join(_credit(credit) for credit in story.also),
        "dateline": story.dateline,
        "language": story.language,
        "version": _time(desk, story.versioncreated),
        "embargoed": _time(desk, story.embargoed),
        "expires": _time(desk, story.expires),
        "corrects": f"{story.corrects}{_bracketed(desk.selection.originals.get(story.corrects, ''))}",
        "note": story.ednote,
        "subject": ", ".join(story.subject),
        "rights": story.rightsinfo,
        "uri": story.uri,
        "file": story.file,
        "feed": story.feed,
        "aired": ", ".join(
            f"{_time(desk, airing.at)}{_bracketed(airing.bulletin)}" for airing in heard.airings[-5:]
        ),
        "desk": "; ".join(f"{_time(desk, decision.at)} {decision}" for decision in decided),
    }
    width = max(map(len, fields))
    lines = [Text.assemble((story.headline, "bold")), Text(story.slug, style="cyan"), Text("")]
    lines += [Text.assemble((f"{name:<{width}}  ", "dim"), text) for name, text in fields.items() if text]
    lines += [Text(""), Text("As it is read:", style="bold")]
    lines += [Text(f"  {sentence}") for sentence in desk.as_read(story)]
    if not story.dropped:
        return [*lines, Text(""), Text("Every line of it is read.", style="dim")]
    numbers = max(len(str(each.line)) for each in story.dropped)
    rules = max(len(each.rule) for each in story.dropped)
    lines += [Text(""), Text(f"Not read, {_count(len(story.dropped), 'line', 'lines')}:", style="bold")]
    lines += [
        Text.assemble(f"  {each.line:>{numbers}}  ", (f"{each.rule:<{rules}}", "yellow"), f"  {each.text}")
        for each in story.dropped
    ]
    return lines


def as_json(desk: NewsDesk, *, every: bool) -> str:
    """An array of every story in the table's order, by ninjs names; `every` adds files that give none."""
    found: list[dict[str, object]] = [_facts(desk, story) for story in desk.in_order()]
    if every:
        found += [{"file": each.file, "state": UNREADABLE, "reason": each.reason} for each in desk.unreadable]
    return json.dumps(found, ensure_ascii=False, indent=2)


def state_of(desk: NewsDesk, story: Story) -> str:
    """`ready`, or the rule that keeps it out."""
    refusal = desk.refusals.get(story.slug)
    return READY if refusal is None else refusal.rule.value


def status_of(desk: NewsDesk, story: Story) -> PubStatus:
    """Whether it may be used, by its source's word and the editor's."""
    refusal = desk.refusals.get(story.slug)
    return story.pubstatus if refusal is None else _STATUS.get(refusal.rule, story.pubstatus)


def why_of(desk: NewsDesk, story: Story) -> str:
    """The reason in a few words: why it is not read now, or what there is to say about it when it is."""
    refusal = desk.refusals.get(story.slug)
    if refusal is not None:
        return f"{refusal.reason}{_until(desk, refusal)}"
    heard = desk.heard.get(story.slug, Heard())
    said = ["breaking"] if story.breaking else []
    if story.corrects:
        said.append(f"corrects {story.corrects}")
    said.append(f"aired {heard.times}×, last {_time(desk, heard.last)}" if heard.last else "not aired yet")
    if story.also:
        said.append(f"also {', '.join(credit.source or credit.byline for credit in story.also)}")
    return ", ".join(said)


def _facts(desk: NewsDesk, story: Story) -> dict[str, object]:
    refusal = desk.refusals.get(story.slug)
    heard = desk.heard.get(story.slug, Heard())

    def when(at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(desk.zone).isoformat()

    return {
        "slug": story.slug,
        "headline": story.headline,
        "description_text": story.description_text,
        "byline": story.byline,
        "source": story.source,
        "body_text": "\n\n".join(story.body_text),
        "pubstatus": status_of(desk, story).value,
        "urgency": story.urgency,
        "versioncreated": when(story.versioncreated),
        "embargoed": when(story.embargoed),
        "expires": when(story.expires),
        "language": story.language,
        "dateline": story.dateline,
        "ednote": story.ednote,
        "subject": list(story.subject),
        "rightsinfo": story.rightsinfo,
        "uri": story.uri,
        "file": story.file,
        "feed": story.feed,
        "breaking": story.breaking,
        "corrects": story.corrects,
        "also": [{"byline": credit.byline, "source": credit.source} for credit in story.also],
        "state": state_of(desk, story),
        "reason": "" if refusal is None else refusal.reason,
        "until": None if refusal is None else when(refusal.until),
        "airings": heard.times,
        "last_aired": when(heard.last),
        "dropped": len(story.dropped),
    }


def _head(desk: NewsDesk, story: Story) -> Text:
    state = state_of(desk, story)
    return Text.assemble(
        (f"{state:<{_STATE_WIDTH}}", _STYLES.get(state, "")),
        (f" {story.urgency:>3}", "bold red" if story.urgency <= 2 or story.breaking else ""),
        f" {_age(desk.now - story.versioncreated):>5}  ",
    )


def _unreadable(article: Withheld) -> Text:
    return Text.assemble((f"{article.file}", "red"), f": {article.reason}")


def _until(desk: NewsDesk, refusal: Refusal) -> str:
    return "" if refusal.until is None else f", until {_time(desk, refusal.until)}"


def _time(desk: NewsDesk, at: datetime | None) -> str:
    """The time today, with its day on other days; "" for none."""
    if at is None:
        return ""
    local, today = at.astimezone(desk.zone), desk.now.astimezone(desk.zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{local:%d %b %H:%M}" if local.year == today.year else f"{local:%d %b %Y %H:%M}"


def _age(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes}m"
    return f"{minutes // 60}h" if minutes < 48 * 60 else f"{minutes // 1440}d"


def _credit(credit: Credit) -> str:
    return ", ".join(filter(None, (credit.byline, credit.source)))


def _fitted(text: str, width: int) -> str:
    """Text in just so many columns, wide signs and all."""
    short = text if cell_len(text) <= width else f"{set_cell_size(text, width - 1)}…"
    return set_cell_size(short, width)


def _bracketed(text: str) -> str:
    return f" ({text})" if text else ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

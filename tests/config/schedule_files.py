"""Hypothesis strategies for schedule files: good ones, of the whole vocabulary, and damaged ones."""

from hypothesis import strategies as st

_ROTATIONS = ("rotation/music", "rotation/hits")
_SHORT = ("cart/id", "cart/promo", "file/jingles/id1.ogg", "bulletin/news")
_STREAM = "stream/https://example.org:8000/live"
_CLOCKS = ("day", "night", "holiday")
_DAYS = st.sampled_from(("mon", "mon-fri", "sat,sun", "fri-mon", "tue, thu", "Sunday"))
_HOURS = st.sampled_from(("06-09", "22-02", "00-24", "06", "23", "06-09,16-19", "12-11"))
_DATES = st.sampled_from(
    ("2026-03-29", "2026-01-14", "2026-10-24..2026-10-26", "12-25", "12-24..01-02", "02-29", "03-01..11-30")
)
_VALID = st.sampled_from(("2026-01-01..2026-12-31", "2026-05-01..", "..2026-05-31", "2026-01-14"))
_DAYPARTS = st.sampled_from(('"06:00-10:00"', '"22:00-02:00"', '["06:00-10:00", "16:00-24:00"]', '"0-24"'))
_TIMES = st.sampled_from(("00:00", "02:30", "10:00", "12:00:30", "23:59:59"))
_MOMENTS = st.one_of(
    _TIMES, st.sampled_from(("2026-03-29T01:30", "2026-01-14T10:20", "2026-10-25 01:30", "2026-01-14T23:59"))
)
_PRIORITIES = st.integers(0, 100)


def _flow(values: dict[str, object]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in values.items() if value is not None) + "}"


def _quoted(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return strategy.map(lambda text: f'"{text}"')


def _maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.none(), strategy)


@st.composite
def _starts(draw: st.DrawFn) -> dict[str, object]:
    """What an `at:` and an event may say of how they start, without a contradiction."""
    if draw(st.booleans()):
        return {
            "start": "hard",
            "priority": draw(_maybe(_PRIORITIES)),
            "drop_after": draw(_maybe(st.just("5m"))),
        }
    return {
        "start": draw(_maybe(st.just("soft"))),
        "wait_up_to": draw(_maybe(st.sampled_from(("1s", "90s", "5m")))),
        "drop_after": draw(_maybe(st.sampled_from(("5m", "20m", "1h")))),
        "make_next": draw(_maybe(st.sampled_from(("true", "false")))),
        "priority": draw(_maybe(_PRIORITIES)),
    }


@st.composite
def _played(draw: st.DrawFn, most: str) -> dict[str, object]:
    """A source, with a duration where it must or may have one."""
    source = draw(st.sampled_from((*_ROTATIONS, *_SHORT, _STREAM)))
    duration: object = draw(st.sampled_from(("30s", "10m", most)))
    if source != _STREAM and (source.startswith("bulletin/") or draw(st.booleans())):
        duration = None
    return {"play": source, "duration": duration}


@st.composite
def _clock(draw: st.DrawFn) -> list[str]:
    """An hour's entries, in their order."""
    entries: list[str] = []
    offsets = sorted(draw(st.sets(st.integers(0, 3598), max_size=6)))
    for second, following in zip(offsets, [*offsets, 3600][1:], strict=True):
        at = {"at": f'"{second // 60}:{second % 60:02d}"'}
        entries.append(_flow(at | draw(_starts()) | draw(_played("20m"))))
        while draw(st.booleans()):
            after = {"after": "prev", "priority": draw(_maybe(_PRIORITIES))}
            entries.append(_flow(after | draw(_played("20m"))))
        if draw(st.booleans()):
            until = draw(st.integers(second + 1, following))
            source = draw(st.sampled_from((*_ROTATIONS, _STREAM, "cart/id")))
            backtime = None if source == _STREAM else draw(_maybe(st.sampled_from(("true", "false"))))
            place = f'"{until // 60}:{until % 60:02d}"'
            entries.append(_flow({"fill": source, "until": place, "backtime": backtime}))
    for _ in range(draw(st.integers(0 if entries else 1, 2))):
        often = draw(st.sampled_from(("1 track", "4 tracks", "1m", "20m")))
        entries.append(_flow({"every": often, "play": draw(st.sampled_from((*_ROTATIONS, *_SHORT)))}))
    return entries


@st.composite
def _cut(draw: st.DrawFn) -> str:
    return _flow(
        {
            "file": draw(st.sampled_from(("jingles/id1.ogg", "jingles/*", "jingles/gone.ogg"))),
            "weight": draw(_maybe(st.integers(1, 9))),
            "valid": draw(_maybe(_VALID)),
            "days": draw(_maybe(_quoted(_DAYS))),
            "daypart": draw(_maybe(_DAYPARTS)),
            "evergreen": draw(_maybe(st.sampled_from(("true", "false")))),
        }
    )


@st.composite
def _event(draw: st.DrawFn, name: str) -> str:
    at = draw(_MOMENTS)
    window: dict[str, object] = {}
    if len(at) < 10:
        window = {"days": draw(_maybe(_quoted(_DAYS))), "valid": draw(_maybe(_VALID))}
    return _flow({"name": name, "at": f'"{at}"'} | window | draw(_starts()) | draw(_played("3h")))


def _listed(name: str, entries: list[str]) -> list[str]:
    return [f"{name}:", *(f"  - {entry}" for entry in entries)] if entries else []


@st.composite
def good_files(draw: st.DrawFn) -> str:
    """A schedule file without a mistake; its rotation `music` has tracks in any library."""
    cuts = draw(st.lists(_cut(), min_size=1, max_size=4))
    rules = draw(
        st.dictionaries(st.one_of(_DAYS, _HOURS, st.tuples(_DAYS, _HOURS).map(" ".join)), st.just(0))
    )
    exceptions = draw(
        st.lists(st.tuples(_DATES, _maybe(_quoted(_HOURS)), st.sampled_from(_CLOCKS)), max_size=3)
    )
    lines = [
        "carts:",
        '  id: {kind: ident, files: "jingles/id*.ogg"}',
        "  promo:",
        "    cuts:",
        *(f"      - {cut}" for cut in cuts),
        "rotations:",
        '  music: {files: "music/**", separation: {artist: 60m, title: 4h}}',
        '  hits: {files: "music/track00*.ogg", weights: {"music/track001.ogg": 3}}',
        "bulletins:",
        "  news: {target: 2m, max: 3m}",
        "clocks:",
    ]
    for name in _CLOCKS:
        lines += [f"  {name}:", *(f"    - {entry}" for entry in draw(_clock()))]
    lines += ["grid:", "  default: day", *(f'  "{rule}": {draw(st.sampled_from(_CLOCKS))}' for rule in rules)]
    lines += _listed("exceptions", [_flow({"date": d, "hours": h, "clock": c}) for d, h, c in exceptions])
    lines += _listed("events", [draw(_event(f"e{i}")) for i in range(draw(st.integers(0, 3)))])
    if draw(st.booleans()):
        lines.append("breaking: {folder: media/news/breaking}")
    gap, fold = st.sampled_from(("next_valid", "skip")), st.sampled_from(("first", "second", "both"))
    lines += [f"dst: {{gap: {draw(gap)}, fold: {draw(fold)}}}", "sustainer: rotation/music"]
    return "\n".join(lines) + "\n"


# What a slip leaves behind, and values that fit one place and not another.
_TYPED = st.sampled_from(
    (*"{}[]:,'\"#-\t\n *&!x9.", "\r", "\x00", "\u2028", "é", ": ", " - ", "..", "  ", "~")
)
_WORDS = (
    *("music", "cart/id", "bulletin/news", "stream/http://", "rotation/", "at", "after", "every", "fill"),
    *("until", "start", "hard", "soft", "day", "weighted", "00:00", "60:00", "99:99", "2026-02-30"),
    *("2026-12-25", "12-25..", "22-02", "06", "mon-fri", "sat", "90s", "0s", "4", "-1", "1e9", "true", "no"),
    *("null", "[]", "{}"),
)


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """A text after some slips: words for others, lines lost, doubled or moved, keys hit by chance."""
    for _ in range(draw(st.integers(1, 4))):
        lines = text.split("\n")
        at, to = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        place = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(("type", "delete", "word", "lose", "double", "move", "indent"))):
            case "type":
                text = text[:place] + draw(_TYPED) + text[place:]
            case "delete":
                text = text[:place] + text[place + draw(st.integers(1, 20)) :]
            case "word":
                words = text.split(" ")
                words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(_WORDS))
                text = " ".join(words)
            case "lose":
                text = "\n".join(lines[:at] + lines[at + 1 :])
            case "double":
                text = "\n".join([*lines[:to], lines[at], *lines[to:]])
            case "move":
                moved = lines.pop(at)
                text = "\n".join([*lines[:to], moved, *lines[to:]])
            case _:
                lines[at] = "  " + lines[at] if draw(st.booleans()) else lines[at].removeprefix("  ")
                text = "\n".join(lines)
    return text

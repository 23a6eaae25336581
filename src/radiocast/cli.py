"""The command line: one function a command, exit codes, and errors in words.

Owns: arguments, what is printed, and exit codes: 0 well, 1 what was asked about is not well, 2 wrong
usage or configuration.
Must not know: how anything is done; every command calls one room of the house. What a command needs is
imported inside it: `serve` has one second until its first audio byte.
"""

import asyncio
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from radiocast import __version__
from radiocast.listeners_cli import listeners
from radiocast.logs import log_to_stderr
from radiocast.memory import keep_memory_small
from radiocast.model.errors import ConfigurationError, OperatorError, RadiocastError
from radiocast.model.play import Kind, Outcome
from radiocast.news_cli import news

WRONG_USAGE = 2
NOT_WELL = 1

app = typer.Typer(
    name="radiocast",
    help="An internet news-radio station: a schedule, a folder of articles and feeds become one stream.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(news)

Folder = Annotated[Path, typer.Argument(metavar="[DIR]", help="The station's folder.", show_default=".")]
Host = Annotated[str | None, typer.Option(help="Address to listen on; default: listen.host in station.yaml.")]
Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Port; default: listen.port in station.yaml.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more in the log.")]


def main() -> None:
    """Entry point of the `radiocast` command."""
    try:
        app()
    except OperatorError as error:
        complain(error)
        sys.exit(WRONG_USAGE)
    except RadiocastError as error:
        complain(error)
        sys.exit(NOT_WELL)


def complain(error: RadiocastError) -> None:
    """Print an error to stderr, a line a problem."""
    print(f"radiocast: {error}" if not isinstance(error, ConfigurationError) else str(error), file=sys.stderr)  # noqa: T201


@app.command()
def demo(host: Host = None, port: Port = None, verbose: Verbose = False) -> None:
    """The bundled station, on the air in a second."""
    from radiocast.folder import demo_root

    serve(demo_root(), host=host, port=port, verbose=verbose)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    name: Annotated[str, typer.Option(help="The station's name.")] = "My Station",
) -> None:
    """A new station folder to edit."""
    from radiocast.folder import init_station

    init_station(folder, name=name)
    typer.echo(
        f"{name} is ready in {folder}, with the demo's sound to begin with.\n"
        f"  music     {folder / 'media/music'}\n"
        f"  articles  {folder / 'media/news'}\n"
        f"  schedule  {folder / 'config/schedule.yaml'}\n"
        f"Then: radiocast serve {folder}"
    )


@app.command()
def serve(folder: Folder = Path(), host: Host = None, port: Port = None, verbose: Verbose = False) -> None:
    """Run a station."""
    from radiocast.folder import open_folder
    from radiocast.station import serve as serve_station

    keep_memory_small()
    log_to_stderr(verbose=verbose)
    asyncio.run(serve_station(open_folder(folder), host=host, port=port, verbose=verbose))


@app.command()
def check(
    folder: Folder = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of lines.")] = False,
) -> None:
    """Everything that is wrong, and who wins; exit 0 or 1."""
    from radiocast.folder import open_folder
    from radiocast.offair.checking import check_station
    from radiocast.offair.terminal import show

    findings = asyncio.run(check_station(open_folder(folder)))
    if as_json:
        typer.echo(findings.as_json())
    else:
        show(findings.lines())
    if not findings.well:
        raise typer.Exit(NOT_WELL)


@app.command()
def plan(
    folder: Folder = Path(),
    start: Annotated[str, typer.Option("--from", help="ISO time to plan from; default: now.")] = "",
    hours: Annotated[
        float | None, typer.Option(min=0.01, max=168, help="How many hours; default: 2, with --diff a week.")
    ] = None,
    day: Annotated[str, typer.Option(help="A whole day instead, as YYYY-MM-DD.")] = "",
    seed: Annotated[int | None, typer.Option(help="Same seed, same plan; default: the station's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the week as a picture for the wall.")] = None,
    diff: Annotated[Path | None, typer.Option(help="What this other schedule file would change.")] = None,
) -> None:
    """What will play when, and why."""
    from radiocast.folder import open_folder
    from radiocast.offair.plan_table import table
    from radiocast.offair.planning import compare_plans, draw_week, plan_station
    from radiocast.offair.terminal import columns, show

    if day and start:
        raise typer.BadParameter("--day and --from both say when: give one of them")
    if day and hours is not None:
        raise typer.BadParameter("--day is a whole day, so --hours means nothing: give one of them")
    if html is not None and (as_json or diff is not None):
        raise typer.BadParameter("--html goes with neither --json nor --diff")
    begin, on = _instant(start), _day(day)
    station = open_folder(folder)
    if html is not None:
        draw_week(station, start=begin, day=on).write(html)
        typer.echo(f"{html}: the week as a picture; open it in a browser, and print it from there")
    elif diff is not None:
        compared = asyncio.run(
            compare_plans(station, diff, start=begin, day=on, hours=hours or 168, seed=seed)
        )
        if as_json:
            typer.echo(compared.as_json())
        else:
            show(compared.lines())
    else:
        planned = asyncio.run(plan_station(station, start=begin, day=on, hours=hours or 2, seed=seed))
        if as_json:
            typer.echo(planned.as_json())
        else:
            show(table(planned, columns=columns()), cut=True)


@app.command()
def simulate(
    folder: Folder = Path(),
    start: Annotated[str, typer.Option("--from", help="ISO time to start at; default: now.")] = "",
    hours: Annotated[float, typer.Option(min=0.001, help="How many hours; 168 are a week.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Same seed, same plan.")] = 0,
    audio: Annotated[Path | None, typer.Option(help="Write what listeners would have heard, as MP3.")] = None,
    as_run: Annotated[
        Path | None,
        typer.Option("--as-run", help="Write the as-run log: CSV if its name ends so, else JSON lines."),
    ] = None,
    verbose: Verbose = False,
) -> None:
    """The real studio on a virtual clock."""
    from radiocast.folder import open_folder
    from radiocast.simulate_view import show

    log_to_stderr(verbose=verbose)
    station = open_folder(folder)
    code = show(
        station.root,
        station.var,
        start=_instant(start),
        hours=hours,
        seed=seed,
        audio=audio,
        as_run=as_run,
        verbose=verbose,
    )
    raise typer.Exit(code)


@app.command("as-run")
def as_run_log(
    folder: Folder = Path(),
    start: Annotated[str, typer.Option("--from", help="ISO date or time; default: today.")] = "",
    end: Annotated[str, typer.Option("--to", help="ISO date (included) or time; default: today.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV for a spreadsheet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, as in the log.")] = False,
    kind: Annotated[
        list[Kind] | None, typer.Option(metavar="KIND", help="Only this kind; may be repeated.")
    ] = None,
    outcome: Annotated[
        list[Outcome] | None, typer.Option(metavar="OUTCOME", help="Only this outcome; may be repeated.")
    ] = None,
) -> None:
    """What was on the air, when, and why."""
    from radiocast.folder import open_folder
    from radiocast.logbook.command import as_run_lines

    if as_csv and as_json:
        raise typer.BadParameter("--csv or --json, not both")
    form: Literal["csv", "json", "table"] = "csv" if as_csv else "json" if as_json else "table"
    sys.stdout.writelines(
        as_run_lines(
            open_folder(folder),
            start=start,
            end=end,
            form=form,
            kinds=frozenset(kind or ()),
            outcomes=frozenset(outcome or ()),
            colour=sys.stdout.isatty(),
        )
    )


app.command()(listeners)


@app.command()
def reconcile(
    folder: Folder = Path(),
    day: Annotated[str, typer.Option("--date", help="ISO date; default: today, up to now.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Plan and as-run side by side.

    Exit 0 only if everything that was scheduled aired.
    """
    from radiocast.folder import open_folder
    from radiocast.logbook.reconciling import reconcile_station

    book = reconcile_station(open_folder(folder), day=day, now=datetime.now(UTC))
    if as_json:
        typer.echo(book.as_json())
    else:
        sys.stdout.writelines(book.as_table(colour=sys.stdout.isatty()))
    if not book.well:
        raise typer.Exit(NOT_WELL)


@app.command()
def bulletin(
    out: Annotated[
        Path, typer.Option(help="Where to write it; the ending says the format (.flac, .mp3, .wav).")
    ],
    folder: Folder = Path(),
    name: Annotated[str, typer.Option(help="The bulletin's name in schedule.yaml.")] = "",
) -> None:
    """Make a bulletin now, to hear it.

    Nothing goes on the air, and no story counts as heard.
    """
    from radiocast.folder import open_folder
    from radiocast.offair.rendering import render_bulletin

    typer.echo(asyncio.run(render_bulletin(open_folder(folder), name=name, out=out)))


@app.command()
def status(
    url: Annotated[str, typer.Argument(help="The station's address.")] = "http://localhost:8000",
) -> None:
    """How a station is; exit 0 only if it is well."""
    from radiocast.status_view import show

    raise typer.Exit(show(url))


@app.command()
def schema(
    file: Annotated[str, typer.Argument(metavar="schedule|station", help="Which file's.")],
) -> None:
    """The JSON Schema of a file, for text editors.

    With it they complete and check while one types.
    """
    import json

    from radiocast.config.schema import SCHEMAS

    if file not in SCHEMAS:
        raise typer.BadParameter(f"{file!r} has no schema; there are: {', '.join(SCHEMAS)}")
    typer.echo(json.dumps(SCHEMAS[file](), indent=2, ensure_ascii=False))


@app.command()
def version() -> None:
    """Which radiocast this is."""
    typer.echo(f"radiocast {__version__}")


def _day(text: str) -> date | None:
    """A date as typed; None for none."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date; write it like 2026-11-03") from error
    _in_our_time(found)
    return found


def _instant(text: str) -> datetime | None:
    """An ISO time as typed; None for none, which means now. The station's zone is added where it has none."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no ISO time; write it like 2026-11-03T20:00") from error
    _in_our_time(found)
    return found


def _in_our_time(found: date) -> None:
    """Calendars end a little beyond, and clocks with them."""
    if not 1900 <= found.year <= 2999:
        raise typer.BadParameter(f"{found.year} is no year that can be planned: write one from 1900 to 2999")


if __name__ == "__main__":
    main()

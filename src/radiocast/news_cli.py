"""`radiocast news ...`: the editor's commands.

Owns: their arguments and exit codes. Must not know: how a story is found, decided about, or shown. What a
command needs is imported inside it, as everywhere on the command line.
"""

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from radiocast.offair.news_decisions import Done
    from radiocast.offair.newsdesk import NewsDesk

NOT_WELL = 1

news = typer.Typer(
    name="news",
    help="The stories: which are read when, and the editor's word.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Folder = Annotated[Path, typer.Argument(metavar="[DIR]", help="The station's folder.", show_default=".")]
Which = Annotated[
    str, typer.Argument(metavar="STORY", help="The story's name, its beginning, or its file's name.")
]
Why = Annotated[str, typer.Option(metavar="TEXT", help="The reason, for the record.")]
By = Annotated[str, typer.Option(metavar="NAME", help="Who decides; default: who is logged in.")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]


@news.command("list")
def list_stories(
    folder: Folder = Path(),
    as_json: Json = False,
    every: Annotated[bool, typer.Option("--all", help="Also the files that give no story, and why.")] = False,
) -> None:
    """Every story: when it comes, or why not.

    What is ready stands in the order in which the next bulletin takes it.
    """
    from radiocast.offair import news_table
    from radiocast.offair.terminal import columns, show

    desk = _open(folder)
    if as_json:
        typer.echo(news_table.as_json(desk, every=every))
    else:
        show(news_table.table(desk, columns=columns(), every=every), cut=True)


@news.command("show")
def show_story(story: Which, folder: Folder = Path()) -> None:
    """One story as it will be read.

    With what the desk says of it, when it was heard, and every line of its file that is left out.
    """
    from radiocast.offair import news_table
    from radiocast.offair.terminal import show

    desk = _open(folder)
    unreadable = desk.unreadable_file(story)
    if unreadable is not None:
        typer.echo(f"{unreadable.file} gives no story: {unreadable.reason}", err=True)
        raise typer.Exit(NOT_WELL)
    slug = desk.find(story)
    found = desk.story(slug)
    if found is None:
        typer.echo(f"{slug} is not there any more{desk.remembered(slug)}", err=True)
        raise typer.Exit(NOT_WELL)
    show(news_table.whole(desk, found))


@news.command()
def hold(story: Which, folder: Folder = Path(), why: Why = "", by: By = "") -> None:
    """Take a story off the air until it is released.

    If it is being read, it is faded within two seconds. No later bulletin has it, and its page and its
    place in the podcast are taken down.
    """
    from radiocast.offair import news_decisions

    desk = _open(folder, hurried=True)
    _tell(news_decisions.hold(desk, desk.find(story), by=by or news_decisions.editor(), why=why))


@news.command()
def release(story: Which, folder: Folder = Path(), why: Why = "", by: By = "") -> None:
    """Let a story that was held be read again.

    What was killed stays off the air.
    """
    from radiocast.offair import news_decisions

    desk = _open(folder, hurried=True)
    _tell(news_decisions.release(desk, desk.find(story), by=by or news_decisions.editor(), why=why))


@news.command()
def kill(story: Which, folder: Folder = Path(), why: Why = "", by: By = "") -> None:
    """Take a story off the air for good.

    As hold does, and whatever its file or feed says later. This cannot be undone.
    """
    from radiocast.offair import news_decisions

    desk = _open(folder, hurried=True)
    _tell(news_decisions.kill(desk, desk.find(story), by=by or news_decisions.editor(), why=why))


@news.command()
def correct(
    story: Which,
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="What is right, as it is to be read; in quotes.")
    ],
    folder: Folder = Path(),
    by: By = "",
) -> None:
    """Say on the air what is right.

    Writes correction-STORY.md beside the articles, an article that you may edit. It is read before other
    news; the story that it corrects is not read any more.
    """
    from radiocast.offair import news_decisions

    desk = _open(folder)
    _tell(news_decisions.correct(desk, desk.find(story), text, by=by or news_decisions.editor()))


def _open(folder: Path, *, hurried: bool = False) -> "NewsDesk":
    from radiocast.folder import open_folder
    from radiocast.offair.newsdesk import open_desk

    station = open_folder(folder)
    if station.var_problem:
        # A stand-in is of no use here: the decisions are in the station's own folder, or nowhere.
        with contextlib.suppress(OSError):
            station.var.rmdir()
    desk = asyncio.run(open_desk(station, hurried=hurried))
    for problem in desk.problems:
        typer.echo(f"radiocast: {problem}", err=True)
    return desk


def _tell(done: "Done") -> None:
    typer.echo(done.said, err=not done.well)
    if not done.well:
        raise typer.Exit(NOT_WELL)

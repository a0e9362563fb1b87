"""`reference pack`: documents with which lawyers check the law of each jurisdiction."""

import importlib.util
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from deploy.cli.console import print_table, say, whole
from deploy.cli.errors import CommandRefused
from deploy.cli.result import Result, with_json
from deploy.cli.review import folder_option
from deploy.cli.review_answers import empty_answers, is_filled
from shared.reference import JURISDICTIONS, BrokenReference, reviews
from shared.reference.reviews import REVIEWS

_DRAWS = ("deploy.review_pack", "fpdf", "fontpkg")


@click.command(short_help="Write documents for a lawyer's review.")
@click.option("--jurisdiction", type=click.Choice(JURISDICTIONS), help="This jurisdiction only. By default all.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build/review"),
    show_default=True,
    help="Folder for the files. It is created if it does not exist.",
)
@folder_option
@with_json
def pack(*, jurisdiction: str | None, into: Path, folder: Path | None) -> Iterator[Result]:
    r"""Write a document per jurisdiction with which a lawyer checks every legal statement.

    Per jurisdiction there are three files: review-….html, review-….pdf with the same content, and answers-….toml, to
    fill in and import with `reference review --import`. A file with answers is never overwritten.

    \b
    Exit code: 0 written, 1 refused.
    Examples:
      ./casepath reference pack
      ./casepath reference pack --jurisdiction RO --into ~/review
    """
    missing = [module for module in _DRAWS if importlib.util.find_spec(module) is None]
    if missing:
        raise CommandRefused(
            "The documents cannot be drawn here.",
            why=f"{', '.join(missing)} is not installed; images of the services do not contain it",
            next_step="run ./casepath reference pack in a checkout of the repository",
        )
    codes = JURISDICTIONS if jurisdiction is None else (jurisdiction,)
    for code in codes:
        _check_unfilled(_answers(into, code))
    try:
        written = [_write(code, into, folder) for code in codes]
    except BrokenReference as error:
        raise CommandRefused(
            "The reference data is broken; no service would start with it.",
            why=f"{error.place}: {error.problem}",
            next_step="correct that place, then try again",
        ) from error
    except OSError as error:
        raise CommandRefused(
            "The documents cannot be written.", why=f"{error.filename}: {error.strerror}", next_step="choose --into"
        ) from None
    yield Result(written)
    print_table(
        ["jurisdiction", "statements", "open", "document", "answers"],
        [
            [
                *(str(each[key]) for key in ("jurisdiction", "statements", "open")),
                whole(each["pdf"]),
                whole(each["answers"]),
            ]
            for each in written
        ],
    )
    say("Send the PDF to a lawyer. Then fill in the answers and import them with reference review --import.")


def _answers(into: Path, code: str) -> Path:
    return into / f"answers-{code}.toml"


def _write(code: str, into: Path, folder: Path | None) -> dict[str, str | int]:
    # Here: the library that draws is installed only for this command (requirements-print.lock).
    from deploy.review_pack import contents, html, pdf

    read = reviews() if folder is None else reviews(folder / REVIEWS.name)
    document = contents.pack_of(code, read, datetime.now(UTC).date())
    page, paper, answers = into / f"review-{code}.html", into / f"review-{code}.pdf", _answers(into, code)
    into.mkdir(parents=True, exist_ok=True)
    page.write_text(html.drawn(document), encoding="utf-8")
    paper.write_bytes(pdf.drawn(document))
    answers.write_text(empty_answers(code, str(answers), document.statements), encoding="utf-8")
    return {
        "jurisdiction": code,
        "statements": len(document.statements),
        "open": document.waiting,
        "html": str(page),
        "pdf": str(paper),
        "answers": str(answers),
    }


def _check_unfilled(answers: Path) -> None:
    """Raise CommandRefused if a file contains answers, which would be lost."""
    if answers.exists() and is_filled(answers):
        raise CommandRefused(
            f"{answers} is filled in. Nothing was written.",
            why="writing a new pack would delete the answers in it",
            next_step=f"./casepath reference review --import {answers}, or choose another folder with --into",
        )

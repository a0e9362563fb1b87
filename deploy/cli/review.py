"""`reference review`: list legal statements to check, and record reviews."""

import difflib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import click
from rich.text import Text

from deploy.cli.console import out, say
from deploy.cli.errors import CommandRefused
from deploy.cli.options import SettingOption
from deploy.cli.result import Result, with_json
from deploy.cli.review_answers import InvalidAnswers, read_answers
from shared.reference import CHECKS, JURISDICTIONS, BrokenReference, all_statements, profile, reviews
from shared.reference.reviews import (
    ANSWERS,
    LONGEST_NAME,
    REVIEWS,
    Review,
    add_reviews,
    open_statements,
    standing,
    void,
)
from shared.reference.statements import Statement, of_profile

UNCERTAIN = "yellow"

folder_option = click.option(
    "--reviews",
    "folder",
    cls=SettingOption,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    envvar="CASEPATH_REVIEWS",
    help="Folder of your own reviews, where the checkout is read-only. By default CASEPATH_REVIEWS.",
)


@click.command(short_help="List statements to check; record reviews.")
@click.option("--jurisdiction", type=click.Choice(JURISDICTIONS), help="Statements of this jurisdiction only.")
@click.option("--check", type=click.Choice(tuple(CHECKS)), help="Statements for this kind of reviewer only.")
@click.option("--all", "everything", is_flag=True, help="Include reviewed statements.")
@click.option("--done", "leaf", metavar="LEAF", help="Record a review of this statement (name as in the list).")
@click.option("--by", metavar="NAME", help="With --done: reference of the reviewer, for example a roll number.")
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="With --done: day of the review; by default today."
)
@click.option(
    "--import",
    "answers",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Record the signed answers of this file, which `reference pack` wrote.",
)
@folder_option
@with_json
def review(
    *,
    jurisdiction: str | None,
    check: str | None,
    everything: bool,
    leaf: str | None,
    by: str | None,
    day: datetime | None,
    answers: Path | None,
    folder: Path | None,
) -> Iterator[Result]:
    r"""List legal statements that a lawyer or another expert should check, and record reviews.

    Reviews are stored in shared/reference/reviews.toml with the date and a hash of the statement. If the statement
    changes, its reviews are void and it appears in the list again. A review does not change the statement: correct
    `certainty` and `read_on` in its file, and then review it. A statement that a reviewer found wrong stays in the list
    until it is corrected. --import stores all answers of a file, or none if one of them is not valid.

    \b
    Examples:
      ./casepath reference review
      ./casepath reference review --jurisdiction RO --check lawyer
      ./casepath reference review --done RO/clock/RO.STATE_COMP/2005-01-01 --by "Bar of Cluj 1234" --on 2026-12-01
      ./casepath reference review --import build/review/answers-RO.toml
      ./casepath reference review --all --json
    """
    path = REVIEWS if folder is None else folder / REVIEWS.name
    try:
        if answers is not None:
            yield from _import(answers, path, reviews(path))
        elif leaf is not None:
            yield from _keep(leaf, by, day, path)
        else:
            yield from _list(jurisdiction, check, reviews(path), everything=everything)
    except BrokenReference as error:
        raise CommandRefused(
            "The reference data is broken; no service would start with it.",
            why=f"{error.place}: {error.problem}",
            next_step="mend that place in shared/reference/, then try again",
        ) from error


def _import(answers: Path, path: Path, read: Mapping[str, tuple[Review, ...]]) -> Iterator[Result]:
    kept = {statement.name: statement for statement in all_statements() if statement.is_kept}
    try:
        signed = read_answers(answers, kept, datetime.now(UTC).date())
    except InvalidAnswers as invalid:
        raise CommandRefused(
            f"No answer was imported: {answers} is not valid.",
            why="\n        ".join(invalid.problems),
            next_step="correct these places, then import the file again",
        ) from None
    new = [review for review in signed if review not in read.get(review.leaf, ())]
    if new:
        _store(new, path)
    counted = {answer: sum(review.answer == answer for review in new) for answer in ANSWERS}
    yield Result({"file": path, "stored": counted, "known": len(signed) - len(new)})
    counts = ", ".join(f"{count} {answer}" for answer, count in counted.items())
    say(f"Stored in {path}: {counts}. {len(signed) - len(new)} were already there.", style="green")
    for review in signed:
        if review.answer == "wrong":
            say(f"{review.leaf} needs a change: {review.correction}", style=UNCERTAIN)


def _store(new: list[Review], path: Path) -> None:
    try:
        add_reviews(new, path)
    except OSError as error:
        raise CommandRefused(
            "The review could not be saved.",
            why=f"{path} can't be written: {error.strerror}",
            next_step="run the command in a checkout of the repository and commit the file, or set CASEPATH_REVIEWS to "
            "a folder that can be written",
        ) from error


def _keep(leaf: str, by: str | None, day: datetime | None, path: Path) -> Iterator[Result]:
    statement = _named(leaf)
    today = datetime.now(UTC).date()
    on = today if day is None else day.date()
    if by is None or not by.strip() or len(by) > LONGEST_NAME or not by.isprintable():
        raise CommandRefused(
            "The reviewer's name is missing.",
            why=f"--by is missing, or is no text of at most {LONGEST_NAME} characters",
            next_step=f'./casepath reference review --done {statement.name} --by "Bar of Cluj 1234"',
            exit_code=2,
        )
    if on > today:
        raise CommandRefused(
            f"{on} is in the future.",
            why="a review is recorded only after it was done",
            next_step="give today or an earlier day",
            exit_code=2,
        )
    _store([Review(statement.name, statement.digest, by.strip(), on)], path)
    yield Result({"file": path, "statement": statement.name})
    say(f"Kept: {statement.name} was read by {by.strip()} on {on}. It is stored in {path}.", style="green")


def _named(leaf: str) -> Statement:
    by_name = {statement.name: statement for statement in all_statements() if statement.is_kept}
    if leaf in by_name:
        return by_name[leaf]
    close = difflib.get_close_matches(leaf, by_name, n=3)
    raise CommandRefused(
        f"There is no statement {leaf!r}.",
        why=f"near it: {', '.join(close)}" if close else "its name is layer, section, code and version",
        next_step="see the names with ./casepath reference review --all",
        exit_code=2,
    )


def _list(
    jurisdiction: str | None,
    check: str | None,
    read: Mapping[str, tuple[Review, ...]],
    *,
    everything: bool,
) -> Iterator[Result]:
    statements = all_statements() if jurisdiction is None else of_profile(profile(jurisdiction))
    waiting = open_statements(statements, read)
    stored = {statement.name: statement for statement in statements if statement.is_kept}
    chosen = stored.values() if everything else waiting
    shown = [statement for statement in chosen if check is None or statement.leaf.check == check]
    where = _where()
    yield Result([_as_data(statement, where, read) for statement in shown])
    for layer in dict.fromkeys(statement.leaf.layer for statement in shown):
        of_layer = [statement for statement in shown if statement.leaf.layer == layer]
        places = ", ".join(where.get(of_layer[0].name, ())) or "all"
        out.print(Text.assemble((f"{layer}, which holds in {places}", "bold underline")))
        for statement in of_layer:
            _show(statement, standing(statement, read), void(statement, read))
    wrong = sum(_is_wrong(standing(statement, read)) for statement in waiting)
    say(f"{len(waiting) - wrong} statements are uncertain, and no reviewer has found their current text right.")
    if wrong:
        say(f"{wrong} statements need a change: a reviewer found them wrong.", style=UNCERTAIN)


def _is_wrong(read: Review | None) -> bool:
    return read is not None and read.answer == "wrong"


def _show(statement: Statement, read: Review | None, earlier: tuple[Review, ...]) -> None:
    leaf, style = statement.leaf, "" if read and read.answer == "right" else UNCERTAIN
    check = f"; to be checked by {leaf.checked_by}" if leaf.verify else ""
    lines = [
        ("says", statement.says),
        ("is", f"{leaf.certainty}, {_read(statement, read)}{check}"),
        ("read", leaf.source),
        *([("scope", read.scope)] if read and read.scope else []),
        *(("void", f"{review.by} answered on {review.on}; the text has changed since") for review in earlier),
    ]
    out.print(Text(statement.name, style=f"bold {style}".strip()), soft_wrap=True)
    for name, text in [*lines, *([("note", leaf.note)] if leaf.note else [])]:
        out.print(Text.assemble((f"{name:>8}  ", "bold"), text), soft_wrap=True)


def _read(statement: Statement, read: Review | None) -> str:
    if read is not None:
        answers = {"right": "", "wrong": f"; it needs a change: {read.correction}", "unknown": ", who could not say"}
        return f"read by {read.by} on {read.on}{answers[read.answer]}"
    return "from memory" if statement.leaf.from_memory else f"source read on {statement.leaf.read_on}"


def _where() -> dict[str, list[str]]:
    places: dict[str, list[str]] = {}
    for code in JURISDICTIONS:
        for statement in of_profile(profile(code)):
            places.setdefault(statement.name, []).append(code)
    return places


def _as_data(
    statement: Statement, where: dict[str, list[str]], reviews: Mapping[str, tuple[Review, ...]]
) -> dict[str, object]:
    leaf, read = statement.leaf, standing(statement, reviews)
    return {
        "leaf": statement.name,
        "says": statement.says,
        "holds_in": where.get(statement.name, []),
        "certainty": leaf.certainty,
        "check": leaf.check,
        "checked_by": leaf.checked_by,
        "from_memory": leaf.from_memory,
        "source_read_on": _day(leaf.read_on),
        "source": leaf.source,
        "addresses": list(statement.addresses),
        "note": leaf.note,
        "digest": statement.digest,
        "read_by": None if read is None else read.by,
        "read_on": None if read is None else _day(read.on),
        "answer": None if read is None else read.answer,
        "scope": None if read is None else read.scope or None,
        "correction": None if read is None else read.correction or None,
        "void": [{"read_by": each.by, "read_on": _day(each.on)} for each in void(statement, reviews)],
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

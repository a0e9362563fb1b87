"""Read a sheet of agencies row by row into the register, and write refused rows to another sheet."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid5

from rich.progress import BarColumn, Progress, TextColumn

from deploy.cli.api import Api, ApiProblem
from deploy.cli.console import talk
from deploy.cli.errors import CommandRefused

#: The fields of a row that are sent.
Body: TypeAlias = dict[str, Any]
#: Of the ids of agencies that come from sheets, which follow from the rows' keys; never to be changed.
_SHEETS: Final = UUID("7c0f4d1a-2b3e-5c68-9d10-5a7e8b9c0d21")
_NEEDED: Final = ("name", "type", "country")
_SEVERAL: Final = ("regions", "languages", "services", "duties")
_NULLABLE: Final = ("authority", "first_responder", "contact")
COLUMNS: Final = ("key", *_NEEDED, *_SEVERAL, "authority", "first_responder", "takes_referrals", "contact")
_REASON: Final = "reason"
_YES, _NO = frozenset(("", "yes", "true", "1")), frozenset(("no", "false", "0"))
_CONFLICT: Final = 409


@dataclass
class Load:
    """The results for the rows of a sheet."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0

    def document(self) -> dict[str, int]:
        """Return it as JSON has it."""
        return asdict(self)


class RowRefused(Exception):
    """An unreadable row, with the reason for the sheet of refused rows."""

    status = 422


def load_sheet(api: Api, service: str, file: Path, rejects: Path) -> Load:
    """Bring every row of a sheet into the register; write the rows that are refused, each with its reason.

    A column that the sheet has not leaves what the register says as it is. Raises `CommandRefused` for a sheet that
    can't be read, or that the refused rows would overwrite, before any row of it is sent.
    """
    if rejects.resolve() == file.resolve():
        raise CommandRefused(
            "The refused rows would overwrite the sheet; nothing was sent.",
            next_step="name another file with --rejects",
            exit_code=2,
        )
    rows, done, refused = list(_rows(file)), Load(), list[dict[str, str]]()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} of {task.total} rows"))
    with Progress(*columns, console=talk, disable=not talk.is_terminal) as bar:
        task = bar.add_task("into the register", total=len(rows))
        for row in rows:
            try:
                _bring(api, service, row, done)
            except (RowRefused, ApiProblem) as error:
                done.refused += 1
                refused.append({**row, _REASON: _words(error)})
            bar.advance(task)
    _write(rejects, refused)
    return done


def _bring(api: Api, service: str, row: Mapping[str, str], done: Load) -> None:
    agency = id_of(row)
    body = body_of(row)
    try:
        api.post(service, "/v1/agencies", {"id": str(agency), **body})
    except ApiProblem as error:
        if error.status != _CONFLICT:
            raise
        _change(api, service, agency, body, done)
    else:
        done.added += 1


def _change(api: Api, service: str, agency: UUID, body: Body, done: Load) -> None:
    path = f"/v1/agencies/{agency}"
    read = api.get(service, path)
    stands = read.json()
    changes = {name: value for name, value in body.items() if stands[name] != value}
    if not changes:
        done.same += 1
        return
    api.patch(service, path, changes, if_match=read.headers["ETag"])
    done.changed += 1


def id_of(row: Mapping[str, str]) -> UUID:
    """Return the id of a row's agency: the same for the same key, or else for the same country and name."""
    key = row.get("key") or f"{row['country']}/{' '.join(row['name'].casefold().split())}"
    return uuid5(_SHEETS, key)


def body_of(row: Mapping[str, str]) -> Body:
    """Return what a row says, as the register takes it. Raises `RowRefused`."""
    lacking = [name for name in _NEEDED if not row[name]]
    if lacking:
        raise RowRefused(f"{', '.join(lacking)}: is needed")
    body: Body = {name: row[name] for name in _NEEDED}
    body |= {
        name: [value.strip() for value in row[name].split(";") if value.strip()] for name in _SEVERAL if name in row
    }
    body |= {name: row[name] or None for name in _NULLABLE if name in row}
    if "takes_referrals" in row:
        takes = row["takes_referrals"].casefold()
        if takes not in _YES | _NO:
            raise RowRefused("takes_referrals: yes or no")
        body["takes_referrals"] = takes in _YES
    return body


def _rows(file: Path) -> Iterator[dict[str, str]]:
    try:
        # With or without the mark that spreadsheets put at the beginning.
        with file.open(encoding="utf-8-sig", newline="") as text:
            sheet = csv.DictReader(text, dialect=_dialect(text.readline()))
            text.seek(0)
            named = sheet.fieldnames or []
            _check_columns(file, named)
            for row in sheet:
                _check_cells(file, sheet.line_num, row)
                yield {name: _plain(row[name]) for name in COLUMNS if name in named}
    except (UnicodeDecodeError, csv.Error):
        raise CommandRefused(
            f"{file.name} is no CSV in UTF-8; nothing was sent.",
            next_step="save the spreadsheet as CSV (UTF-8), and load that",
            exit_code=2,
        ) from None


def _dialect(first: str) -> type[csv.Dialect]:
    """Return how cells are parted: spreadsheets of some countries put ; there, and ; is also within our cells."""

    class Parted(csv.excel):
        delimiter = next((mark for mark in ("\t", ",", ";") if mark in first), ",")

    return Parted


def _check_columns(file: Path, names: Sequence[str]) -> None:
    strange = [name for name in names if name not in (*COLUMNS, _REASON)]
    lacking = [name for name in _NEEDED if name not in names]
    if strange or lacking:
        raise CommandRefused(
            f"{file.name} has not the columns of a sheet of agencies; nothing was sent.",
            why=f"its first row lacks {', '.join(lacking)}" if lacking else f"it also has {', '.join(strange)}",
            next_step=f"name them {', '.join(COLUMNS)}; ./casepath agencies load --help explains each",
            exit_code=2,
        )


def _check_cells(file: Path, line: int, row: Mapping[str | None, object]) -> None:
    """Refuse a row with more cells than columns: a separator inside a text has split a cell."""
    if row.get(None):
        raise CommandRefused(
            f"{file.name} has too many cells in line {line}; nothing was sent.",
            why="a text contains the separator and is not quoted",
            next_step="put quotation marks around that cell",
            exit_code=2,
        )


def _plain(cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _words(error: Exception) -> str:
    return error.why if isinstance(error, ApiProblem) else str(error)


def _write(rejects: Path, refused: list[dict[str, str]]) -> None:
    """Write the sheet of refused rows, which only its owner reads; without any, one of an earlier load goes."""
    if not refused:
        rejects.unlink(missing_ok=True)
        return
    beside = rejects.with_name(f".{rejects.name}.next")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    with beside.open("w", encoding="utf-8", newline="") as text:
        sheet = csv.DictWriter(text, list(refused[0]))
        sheet.writeheader()
        sheet.writerows(refused)
    beside.replace(rejects)

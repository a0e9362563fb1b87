"""Counts as CSV (RFC 4180), for spreadsheets. No cell can be interpreted as a formula."""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from shared.http.route import Reply

CONTENT_TYPE = "text/csv"
#: The characters that begin a formula in any spreadsheet. Wide forms are normalised first.
_BEGIN_FORMULAS = frozenset("=+-@\u2212")
_BREAK_OUT = frozenset("\t\r\n")


def neutral(value: object) -> str:
    """Return a cell's text, marked as text where a spreadsheet might interpret it as a formula; empty for None."""
    text = "" if value is None else str(value)
    first_visible = next(
        (place for place, character in enumerate(text) if unicodedata.category(character)[0] not in "ZC"), len(text)
    )
    # Spreadsheets ignore leading invisible characters.
    begins = unicodedata.normalize("NFKC", text[first_visible : first_visible + 1])[:1]
    return f"'{text}" if begins in _BEGIN_FORMULAS or _BREAK_OUT.intersection(text[:first_visible]) else text


def sheet(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Write rows with the same columns under a row of column names. Hidden values are empty."""
    written = io.StringIO()
    lines = csv.writer(written, quoting=csv.QUOTE_ALL)
    lines.writerows([neutral(name) for name in rows[0]] for _ in rows[:1])
    lines.writerows([neutral(value) for value in row.values()] for row in rows)
    return written.getvalue().encode()


def reply(accepts: str, body: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> Reply:
    """Reply with the rows as CSV if the client prefers CSV to JSON, else with the body."""
    media_type = parse_accept_header(accepts, MIMEAccept).best_match(["application/json", CONTENT_TYPE])
    if media_type != CONTENT_TYPE:
        return Reply(body)
    return Reply(text=sheet(rows), headers={"Content-Type": f"{CONTENT_TYPE}; charset=utf-8; header=present"})

"""Counts as CSV: spreadsheets read the intended values, and never a formula."""

import csv
import io

import pytest

from shared.http.sheets import neutral, sheet
from shared.http.sheets import reply as reply_of

FORMULAS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A1", '=HYPERLINK("http://127.0.0.1")', "-2+3"),
    *("\t=1", "\r=1", "\n=1", "\tplain", "\rplain", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\u202e=1", "\x00=1"),
    *("\uff1d1", "\uff0b1", "\uff0d1", "\uff20SUM", "\ufe62 1", "\ufe63 1", "\ufe66 1", "\ufe6b A", "\u22121"),
)


@pytest.mark.promise("SEC-124")
@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_a_cell_that_might_be_a_formula_is_marked_as_text(formula: str) -> None:
    assert neutral(formula) == f"'{formula}"


@pytest.mark.parametrize(
    "words", ["", "GB-MAN", "1=1", "a@b", "two words", "'quoted", 'say "so"', "\u0433\u0440\u0430\u0434"]
)
def test_any_other_cell_stays_as_it_is(words: str) -> None:
    assert neutral(words) == words


def test_numbers_are_numbers_and_what_is_hidden_is_empty() -> None:
    assert [neutral(each) for each in (0, 11, None)] == ["0", "11", ""]


def test_a_reader_finds_every_cell_where_it_was_put_and_every_one_neutral() -> None:
    rows = [{"region": each, "=name": 'a,"b"\r\nc'} for each in FORMULAS]
    read = list(csv.reader(io.StringIO(sheet(rows).decode(), newline="")))
    assert read == [["region", "'=name"], *([f"'{each}", 'a,"b"\r\nc'] for each in FORMULAS)]


def test_no_rows_are_an_empty_sheet() -> None:
    assert sheet([]) == b""


@pytest.mark.parametrize(
    "accepts", ["", "*/*", "application/json", "text/csv;q=0.1, application/json", "text/csv;q=0", "@"]
)
def test_who_does_not_ask_for_csv_gets_the_body(accepts: str) -> None:
    assert reply_of(accepts, {"a": 1}, [{"a": 1}]).body == {"a": 1}


@pytest.mark.parametrize("accepts", ["text/csv", "text/csv, application/json;q=0.5", "text/*"])
def test_who_asks_for_csv_gets_it(accepts: str) -> None:
    reply = reply_of(accepts, {"a": 1}, [{"a": 1}])
    assert reply.text == b'"a"\r\n"1"\r\n'
    assert reply.headers["Content-Type"].startswith("text/csv")

"""The review pack: each statement once, dates of the calculator, and pages that a lawyer can read and print."""

import re
import shutil
import subprocess
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.cli.__main__ import casepath
from deploy.review_pack import contents, html, pdf
from deploy.review_pack.blocks import Heading
from deploy.review_pack.contents import Pack
from deploy.review_pack.examples import Example, examples_of
from deploy.site import hooks
from shared.reference import JURISDICTIONS, ClockRule, OtherPeriod, Statement, calculate, profile
from shared.reference.reviews import Review
from shared.reference.statements import of_profile

TODAY = date(2026, 12, 1)
VOID = {"img", "br", "meta", "link", "input", "hr"}


@pytest.fixture(scope="module", params=JURISDICTIONS)
def pack(request: pytest.FixtureRequest) -> Pack:
    return contents.pack_of(request.param, {}, TODAY)


def kept(jurisdiction: str) -> dict[str, Statement]:
    return {statement.name: statement for statement in of_profile(profile(jurisdiction)) if statement.is_kept}


class Page(HTMLParser):
    """Parses a page, and rejects tags that are not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.headings: list[int] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [str(named["id"])] if "id" in named else []
        self.targets += [str(named["href"])] if "href" in named else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.hazard("H-DEADLINE-9", control="review-pack")
def test_each_statement_is_in_the_pack_once(pack: Pack) -> None:
    assert Counter(statement.name for _, statement in pack.statements) == Counter(kept(pack.jurisdiction).keys())
    text = " ".join(Page(html.drawn(pack)).text)
    named = re.findall(r"id (\S+) · hash ([0-9a-f]{12})", text)
    assert sorted(named) == sorted((each.name, each.digest) for each in kept(pack.jurisdiction).values())


def test_the_page_is_whole_and_requests_nothing(pack: Pack) -> None:
    drawn = html.drawn(pack)
    page = Page(drawn)

    assert drawn.startswith("<!DOCTYPE html>")
    assert page.open == []
    assert max(Counter(page.ids).values()) == 1
    assert {target[1:] for target in page.targets if target.startswith("#")} <= set(page.ids)
    assert {f"statement-{number}" for number, _ in pack.statements} <= set(page.ids)
    assert hooks.requests_of("review.html", drawn) == []
    assert "<script" not in drawn
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))


def test_an_address_is_printed_only_where_a_source_has_one(pack: Pack) -> None:
    page = Page(html.drawn(pack))
    known = {address for each in kept(pack.jurisdiction).values() for address in each.addresses}
    without = [each for each in kept(pack.jurisdiction).values() if not each.addresses]

    shown = {target for target in page.targets if not target.startswith("#")}
    assert known <= shown
    assert page.text.count("No address is known.") == len(without)


def rules_of(jurisdiction: str) -> list[ClockRule]:
    leaves = [statement.leaf for statement in kept(jurisdiction).values()]
    return [
        leaf.rule if isinstance(leaf, OtherPeriod) else leaf
        for leaf in leaves
        if isinstance(leaf, ClockRule | OtherPeriod)
    ]


def ends_in_calendars(example: Example) -> set[date]:
    days = [day for month in example.months for week in month.weeks for day in week if day is not None]
    return {day.day for day in days if "end" in day.mark}


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_dates_of_each_example_are_those_of_the_calculator(jurisdiction: str) -> None:
    law = profile(jurisdiction)
    examples = [(rule, example) for rule in rules_of(jurisdiction) for example in examples_of(law, rule)]
    assert len({rule.code for rule, _ in examples}) > 5
    for rule, example in examples:
        answer = calculate(law, rule.code, example.calculation.start)
        assert answer.found.rule.version == rule.version, "the start is in the time of this version"
        due = {way.due.due_on for way in answer.ways if way.due is not None}
        assert {way.due.due_on for _, way in example.ends if way.due is not None} == due, rule.code
        assert ends_in_calendars(example) == due, rule.code


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_a_calendar_counts_the_days_of_the_rule_and_marks_days_off(jurisdiction: str) -> None:
    law = profile(jurisdiction)
    for rule in rules_of(jurisdiction):
        for example in examples_of(law, rule):
            days = [day for month in example.months for week in month.weeks for day in week if day is not None]
            assert all((day.off or None) == law.calendar.reason(day.day) for day in days)
            numbers = {day.number: day.day for day in days if day.number is not None}
            if rule.length is not None and rule.length.unit == "WD" and not rule.readings:
                assert all(law.calendar.is_working_day(day) for day in numbers.values())
                assert numbers[rule.length.amount] in ends_in_calendars(example)


def test_the_second_example_shows_what_the_first_does_not() -> None:
    law = profile("NL")
    first, second = examples_of(law, law.clocks["NL.OBJECTION"][-1])
    assert first.skipped == ()
    assert "Easter Monday" in {why for _, why in second.skipped}, "it ends later because of a holiday"
    law = profile("GB-EAW")
    first, second = examples_of(law, law.clocks["GB.ET"][0])
    assert len(ends_in_calendars(first)) == 1
    assert len(ends_in_calendars(second)) == 2, "its readings differ on this day"


def test_a_period_without_a_length_has_no_example() -> None:
    law = profile("RO")
    assert examples_of(law, law.clocks["RO.CIVIL"][-1]) == ()


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_what_closes_a_right_is_answered_first(jurisdiction: str) -> None:
    named = contents.pack_of(jurisdiction, {}, TODAY)
    first = next(block for block in named.blocks if getattr(block, "anchors", ()))
    statements = {str(number): statement for number, statement in named.statements}
    order = [statements[row[0]].leaf for row in first.rows]  # type: ignore[union-attr]
    uncertain = [
        leaf.certainty == "unclear" or contents.is_unread(statements[row[0]])
        for leaf, row in zip(order, first.rows, strict=True)
    ]  # type: ignore[union-attr]
    assert uncertain == sorted(uncertain, reverse=True), "unclear and unread before likely"
    open_periods = [
        leaf
        for leaf in (each.leaf for each in kept(jurisdiction).values())
        if isinstance(leaf, ClockRule | OtherPeriod) and (leaf.verify or leaf.from_memory)
    ]
    assert len(order) == len(open_periods)


def test_an_answer_that_no_longer_applies_is_named_without_its_reviewer() -> None:
    statement = kept("RO")["RO/clock/RO.STATE_COMP/2005-01-01"]
    given = (Review(statement.name, "0" * 12, "Fictitious Lawyer", date(2026, 11, 1)),)
    now = contents.pack_of("RO", {statement.name: given}, TODAY)
    drawn = html.drawn(now)
    assert "2026-11-01" in drawn
    assert "Fictitious" not in drawn


def test_a_pdf_has_pages_bookmarks_and_text(tmp_path: Path) -> None:
    named = contents.pack_of("GB-NIR", {}, TODAY)
    drawn = pdf.drawn(named)

    assert drawn.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type /Page\b", drawn))
    assert pages > len(named.statements) / 3
    assert b"/Outlines" in drawn
    assert b"/ToUnicode" in drawn, "its text can be searched and copied"
    headings = [block for block in named.blocks if isinstance(block, Heading) and block.begins_page]
    assert len(headings) > 5
    if shutil.which("pdftotext"):
        path = tmp_path / "review.pdf"
        path.write_bytes(drawn)
        text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
        for _, statement in named.statements:
            assert statement.digest in text, statement.name


@pytest.mark.slow
def test_the_command_writes_the_packs_of_all_profiles(tmp_path: Path) -> None:
    said = CliRunner().invoke(casepath, ["reference", "pack", "--into", str(tmp_path)])

    assert said.exit_code == 0, said.output
    names = {
        f"{kind}-{code}.{ending}"
        for code in JURISDICTIONS
        for kind, ending in (("review", "html"), ("review", "pdf"), ("answers", "toml"))
    }
    assert {path.name for path in tmp_path.iterdir()} == names
    assert min(path.stat().st_size for path in tmp_path.iterdir()) > 5_000


def test_a_file_with_answers_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "answers-RO.toml"
    path.write_text('[signed]\nname = "Fictitious Lawyer"\n[[answers]]\n', encoding="utf-8")
    said = CliRunner().invoke(casepath, ["reference", "pack", "--jurisdiction", "RO", "--into", str(tmp_path)])

    assert said.exit_code == 1
    assert [each.name for each in tmp_path.iterdir()] == [path.name]

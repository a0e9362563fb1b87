"""Signed answers of a reviewer: a file is imported completely or not at all, and never into the shipped data."""

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import casepath
from deploy.cli.review_answers import empty_answers, is_filled
from shared.reference import JURISDICTIONS, all_statements, profile, reviews
from shared.reference.reviews import REVIEWS
from shared.reference.statements import of_profile

RIGHT, WRONG, UNKNOWN = (
    *("RO/clock/RO.STATE_COMP/2005-01-01", "RO/clock/RO.DISMISSAL/2021-11-13", "RO/clock/RO.WAGES/2011-05-18"),
)
SETTLED = "RO/languages/1991-12-08"
NAME = "Fictitious Lawyer"
SIGNED = {"name": NAME, "qualification": "Bar of Nowhere 0", "on": "2026-11-30", "scope": "Only three periods"}


def digest_of(name: str) -> str:
    return next(statement.digest for statement in all_statements() if statement.name == name)


def answer(name: str, given: str, **changed: str) -> dict[str, str]:
    return {"id": name, "hash": digest_of(name), "answer": given, "correction": "", "address": "", **changed}


ANSWERS = (
    *(answer(RIGHT, "right", address="https://example.org/law"), answer(WRONG, "Wrong", correction="It is 30 days.")),
    answer(UNKNOWN, "unknown"),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "reviews"
    folder.mkdir()
    monkeypatch.setenv("CASEPATH_REVIEWS", str(folder))
    return folder


@pytest.fixture
def signed(tmp_path: Path) -> Callable[..., Path]:
    def write(*answers: dict[str, str], **changed: str) -> Path:
        parts = [("[signed]", SIGNED | changed), *(("[[answers]]", each) for each in answers)]
        lines = [
            line
            for head, table in parts
            for line in (head, *(f"{name} = {json.dumps(value)}" for name, value in table.items()))
        ]
        path = tmp_path / "answers-RO.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def run(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["reference", "review", *arguments])


def listed(*arguments: str) -> dict[str, dict[str, Any]]:
    return {each["leaf"]: each for each in json.loads(run(*arguments, "--json").stdout)}


def test_answers_are_stored_with_name_date_and_scope(folder: Path, signed: Callable[..., Path]) -> None:
    said = run("--import", str(signed(*ANSWERS)))

    assert said.exit_code == 0, said.output
    stored = tomllib.loads((folder / REVIEWS.name).read_text(encoding="utf-8"))["reviews"]
    assert {each["leaf"]: each["answer"] for each in stored} == {RIGHT: "right", WRONG: "wrong", UNKNOWN: "unknown"}
    for each in stored:
        assert (each["by"], each["on"].isoformat(), each["scope"]) == (NAME, "2026-11-30", "Only three periods")
        assert each["digest"] == digest_of(each["leaf"])
    assert NAME not in said.output, "the name is in the file, and nowhere else"


@pytest.mark.hazard("H-DEADLINE-9", control="wrong-stays-open")
def test_only_a_statement_that_was_found_right_leaves_the_list(folder: Path, signed: Callable[..., Path]) -> None:
    before = listed()
    run("--import", str(signed(*ANSWERS, answer(SETTLED, "wrong", correction="There are two languages."))))

    after = listed()
    assert set(before) - set(after) == {RIGHT}
    assert after[WRONG]["answer"] == after[SETTLED]["answer"] == "wrong"
    assert after[WRONG]["correction"] == "It is 30 days."
    assert after[UNKNOWN]["answer"] == "unknown"
    assert folder.is_dir()


@pytest.mark.usefixtures("folder")
def test_a_wrong_answer_decides_until_its_reviewer_takes_it_back(signed: Callable[..., Path]) -> None:
    run("--import", str(signed(answer(WRONG, "wrong", correction="It is 30 days."))))
    run("--import", str(signed(answer(WRONG, "right"), name="Another Fictitious Lawyer", on="2026-12-01")))
    assert listed()[WRONG]["answer"] == "wrong"

    run("--import", str(signed(answer(WRONG, "right"), on="2026-12-01")))
    assert WRONG not in listed()


def test_a_statement_without_an_answer_is_left_out(folder: Path, signed: Callable[..., Path]) -> None:
    changed_since = answer(WRONG, "", hash="0" * 12)
    assert run("--import", str(signed(answer(RIGHT, "right"), changed_since))).exit_code == 0
    assert (folder / REVIEWS.name).read_text(encoding="utf-8").count("[[reviews]]") == 1


def test_an_import_can_be_repeated(folder: Path, signed: Callable[..., Path]) -> None:
    path = signed(*ANSWERS)
    run("--import", str(path))
    once = (folder / REVIEWS.name).read_bytes()

    assert run("--import", str(path)).exit_code == 0
    assert (folder / REVIEWS.name).read_bytes() == once


def test_a_review_of_an_earlier_text_is_void_and_says_so(folder: Path, signed: Callable[..., Path]) -> None:
    run("--import", str(signed(*ANSWERS)))
    path = folder / REVIEWS.name
    path.write_text(path.read_text(encoding="utf-8").replace(digest_of(RIGHT), "0" * 12), encoding="utf-8")

    assert listed()[RIGHT]["void"] == [{"read_by": NAME, "read_on": "2026-11-30"}]
    assert listed()[RIGHT]["answer"] is None
    assert "void" in run("--jurisdiction", "RO").output


TOMORROW = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"


@pytest.mark.parametrize(
    ("answers", "changed", "place"),
    [
        ([answer(RIGHT, "right") | {"id": "RO/clock/RO.NONSENSE/2005-01-01"}], {}, "RO.NONSENSE"),
        ([answer(RIGHT, "right", hash="0" * 12)], {}, RIGHT),
        ([answer(RIGHT, "perhaps")], {}, "perhaps"),
        ([answer(RIGHT, "wrong")], {}, "correction"),
        ([answer(RIGHT, "", correction="Two years.")], {}, RIGHT),
        ([answer(RIGHT, "right"), answer(RIGHT, "unknown")], {}, RIGHT),
        ([answer(RIGHT, "right", note="")], {}, "note"),
        ([answer(RIGHT, "wrong", correction="x" * 601)], {}, "correction"),
        ([answer(RIGHT, "wrong", correction="x\x1b[2J")], {}, "correction"),
        ([answer(RIGHT, "right")], {"name": ""}, "signed.name"),
        ([answer(RIGHT, "right")], {"name": "x" * 101}, "signed.name"),
        ([answer(RIGHT, "right")], {"scope": " "}, "signed.scope"),
        ([answer(RIGHT, "right")], {"on": ""}, "signed.on"),
        ([answer(RIGHT, "right")], {"on": "30.11.2026"}, "signed.on"),
        ([answer(RIGHT, "right")], {"on": TOMORROW}, TOMORROW),
    ],
)
def test_a_file_with_a_mistake_is_not_imported_at_all(
    folder: Path, signed: Callable[..., Path], answers: list[dict[str, str]], changed: dict[str, str], place: str
) -> None:
    said = run("--import", str(signed(answer(UNKNOWN, "unknown"), *answers, **changed)))

    assert said.exit_code == 1
    assert place in said.output
    assert list(folder.iterdir()) == []


def test_each_mistake_of_a_file_is_named(folder: Path, signed: Callable[..., Path]) -> None:
    wrong = (answer(RIGHT, "perhaps"), answer(WRONG, "wrong"))
    said = run("--import", str(signed(*wrong, name="", scope="")))

    for place in (RIGHT, WRONG, "signed.name", "signed.scope"):
        assert place in said.output
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("content", ["", "[signed", "[signed]\n", "signed = 1\n", "\x00"])
def test_what_is_no_file_of_answers_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(content, encoding="utf-8")

    assert run("--import", str(path)).exit_code == 1
    assert is_filled(path), "it is not overwritten"


@pytest.mark.usefixtures("folder")
def test_an_empty_file_of_answers_imports_nothing(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    statements = [statement for statement in of_profile(profile("NL")) if statement.is_kept]
    path.write_text(empty_answers("NL", "answers.toml", enumerate(statements, start=1)), encoding="utf-8")

    assert not is_filled(path)
    assert run("--import", str(path)).exit_code == 1
    filled = path.read_text(encoding="utf-8").replace('answer = ""', 'answer = "right"', 1)
    path.write_text(filled, encoding="utf-8")
    assert is_filled(path)


@pytest.mark.hazard("H-DEADLINE-9", control="reviewed-text")
def test_a_hash_covers_every_parameter_of_a_rule() -> None:
    statement = next(each for each in all_statements() if each.name == "GB-GBN/clock/GB.ET/1996-08-22")
    for changed in ({"pauses": ()}, {"late_filing": False}, {"ends": ()}, {"roll": True}):
        other = replace(statement, leaf=replace(statement.leaf, **changed))  # type: ignore[arg-type]
        assert other.digest != statement.digest, changed
    ours = replace(statement, leaf=replace(statement.leaf, warn_days=(1,)))  # type: ignore[call-arg]
    assert ours.digest == statement.digest, "when we warn is no law"


def test_no_shipped_profile_has_a_fictitious_review() -> None:
    shipped = [review for of_one in reviews().values() for review in of_one]
    assert [review.leaf for review in shipped if "fictitious" in f"{review.by} {review.qualification}".lower()] == []
    assert len(JURISDICTIONS) >= 5

"""The review lists contain the statements for a lawyer until a reviewer has read the exact text."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.cli import review as command
from deploy.cli.__main__ import casepath
from shared import reference
from shared.reference import JURISDICTIONS, BrokenReference, all_statements
from shared.reference.leaf import CHECKS
from shared.reference.reviews import Review, add_reviews, load_reviews, open_statements, standing, void

LEAF = "RO/clock/RO.STATE_COMP/2005-01-01"
LATER = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"


@pytest.fixture
def reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "reviews.toml"
    monkeypatch.setattr(reference, "REVIEWS", path)
    monkeypatch.setattr(command, "REVIEWS", path)
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["reference", "review", *arguments])


def listed(*arguments: str) -> dict[str, dict[str, Any]]:
    return {each["leaf"]: each for each in json.loads(run(*arguments, "--json").stdout)}


@pytest.mark.usefixtures("reviews")
def test_what_is_not_settled_or_from_memory_is_listed_with_what_to_read_and_where() -> None:
    found = listed()

    assert all(each["certainty"] != "settled" or each["from_memory"] for each in found.values())
    assert found[LEAF]["holds_in"] == ["RO"]
    assert "Law 211/2004" in found[LEAF]["source"]
    assert found[LEAF]["addresses"] == ["https://e-justice.europa.eu"]
    assert found[LEAF]["checked_by"] == CHECKS["lawyer"]
    assert "judgment_final" in found[LEAF]["says"]
    assert found["COE/majority/2008-02-01"]["holds_in"] == list(JURISDICTIONS)
    said = run("--jurisdiction", "RO", "--check", "lawyer").output
    assert LEAF in said
    assert "NL/" not in said
    assert set(listed("--check", "authority")) & set(listed("--check", "lawyer")) == set()


def test_a_statement_that_was_read_is_no_longer_listed_and_who_read_it_is_kept(reviews: Path) -> None:
    said = run("--done", LEAF, "--by", "Bar of Cluj 1234", "--on", "2026-11-01")

    assert said.exit_code == 0, said.output
    assert LEAF not in listed()
    kept = listed("--all")[LEAF]
    assert (kept["read_by"], kept["read_on"]) == ("Bar of Cluj 1234", "2026-11-01")
    assert re.search("Bar of Cluj 1234.*2026-11-01", run("--all", "--jurisdiction", "RO").output)
    assert run("--done", LEAF, "--by", 'Şt. "X" \\ 7').exit_code == 0
    history = load_reviews(all_statements(), reviews)[LEAF]
    assert [each.by for each in history] == ["Bar of Cluj 1234", 'Şt. "X" \\ 7'], "the older one stays"


def test_a_statement_that_says_something_else_since_is_listed_again(reviews: Path) -> None:
    statement = next(each for each in all_statements() if each.name == LEAF)
    add_reviews([Review(LEAF, statement.digest, "A", date(2026, 11, 1))], reviews)
    assert standing(statement, load_reviews([statement], reviews)) is not None
    assert open_statements([statement], load_reviews([statement], reviews)) == ()
    reviews.unlink()
    add_reviews([Review(LEAF, "0" * 12, "A", date(2026, 11, 1))], reviews)
    assert open_statements([statement], load_reviews([statement], reviews)) == (statement,)


@pytest.mark.hazard("H-DEADLINE-9", control="reviewed-text")
def test_a_review_of_a_date_that_was_corrected_is_kept_and_void(reviews: Path) -> None:
    statement = next(each for each in all_statements() if each.name == LEAF)
    leaf = replace(statement.leaf, effective_from=statement.leaf.effective_from - timedelta(days=40))
    other = replace(leaf, effective_from=leaf.effective_from - timedelta(days=400))
    corrected, older = replace(statement, leaf=leaf), replace(statement, leaf=other)
    review = Review(LEAF, statement.digest, "A", date(2026, 11, 1))
    add_reviews([review], reviews)
    history = load_reviews([corrected, older], reviews)
    assert (void(corrected, history), void(older, history)) == ((review,), ())
    assert standing(corrected, history) is None
    assert corrected in open_statements([corrected], history)


@pytest.mark.parametrize("name", [LEAF.replace("STATE_COMP", "NONSENSE"), LEAF.replace("2005-01-01", "first"), "2005"])
def test_a_review_of_another_name_is_refused(reviews: Path, name: str) -> None:
    add_reviews([Review(name, "0" * 12, "A", date(2026, 11, 1))], reviews)
    with pytest.raises(BrokenReference, match=re.escape(name)):
        load_reviews(all_statements(), reviews)


def test_a_review_of_what_does_not_exist_is_refused_when_the_data_is_loaded(reviews: Path) -> None:
    add_reviews([Review("RO/clock/RO.NONSENSE/2005-01-01", "0" * 12, "A", date(2026, 11, 1))], reviews)

    with pytest.raises(BrokenReference, match=r"RO\.NONSENSE"):
        reference.load_all()
    reviews.write_text('[[reviews]]\nleaf = "x"\n', encoding="utf-8")
    assert run().exit_code == 1
    assert "digest" in run().output


@pytest.mark.usefixtures("reviews")
@pytest.mark.parametrize(
    ("arguments", "helps"),
    [
        (("--done", "RO/clock/RO.STATE_COM/2005-01-01", "--by", "A"), LEAF),
        (("--done", LEAF), "--by"),
        (("--done", LEAF, "--by", "x" * 101), "100"),
        (("--done", LEAF, "--by", "A", "--on", LATER), LATER),
        (("--check", "anybody"), "lawyer"),
    ],
)
def test_what_can_not_be_kept_says_why(arguments: tuple[str, ...], helps: str) -> None:
    said = run(*arguments)

    assert said.exit_code == 2
    assert helps in said.output


def test_no_two_statements_have_one_name() -> None:
    names: dict[str, object] = {}
    for statement in all_statements():
        if statement.is_kept:
            assert names.setdefault(statement.name, statement.leaf) == statement.leaf, statement.name
    assert len(names) > 250


#: Statements that a lawyer must verify first, by words of the statement or its source.
TO_VERIFY = (
    "272/2024",
    "Employment Rights Act 2025",
    "Nationality and Borders Act 2022, section 65",
    "Code of Practice for Victims of Crime",
    "Victims and Courts Act 2026",
    "Right to Review",
    "2012/29",
    "2024/1712",
    "B8/3",
    "4:14(2)",
    "article 12 to 12k",
    "44, vierde lid",
    "194/2002",
    "678/2001, art. 20",
    "privilege",
    "Scotland",
)


@pytest.mark.usefixtures("reviews")
def test_what_a_lawyer_must_verify_first_is_on_the_list() -> None:
    to_read = json.dumps(listed(), ensure_ascii=False)
    assert [words for words in TO_VERIFY if words not in to_read] == []

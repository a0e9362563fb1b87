"""Released names change only with an entry in `renamed.toml`, and new names are listed."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from tests.compat import lists
from tests.compat.collecting import KINDS, collect
from tests.compat.lists import Renamed
from tests.compat.literals import Call

Names = dict[str, frozenset[str]]
_REMOVED = Renamed("timers", "intake due", "", "nothing is due any more", "0.3.0")
_RENAMED = replace(_REMOVED, new="intake overdue")


@pytest.fixture(scope="module")
def today() -> Names:
    return collect()


@pytest.fixture(scope="module")
def before() -> Names:
    return lists.released()


@pytest.mark.hazard("H-UPGRADE-1", control="frozen-names")
def test_no_released_name_changes_without_an_entry_in_the_mapping(today: Names, before: Names) -> None:
    assert lists.breaches(today, before, lists.renamed()) == []


def test_names_that_no_release_had_are_listed(today: Names, before: Names) -> None:
    expected = {kind: names for kind, names in lists.added(today, before).items() if names}
    assert lists.read(lists.HERE / lists.UNRELEASED) == expected, "run `make documents`"


def test_the_lists_of_a_release_are_as_they_were_frozen() -> None:
    assert [path.name for path in lists.releases()][:1] == ["0.2.0"]
    assert lists.changed_releases() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_of_each_kind_that_disappears_is_found(kind: str, today: Names, before: Names) -> None:
    gone = min(before[kind] & today[kind])
    without = {**today, kind: today[kind] - {gone}}
    found = set(lists.breaches(without, before, lists.renamed())) - set(lists.breaches(today, before, lists.renamed()))
    assert len(found) >= 1
    assert all(repr(gone) in sentence for sentence in found)


def test_a_rename_needs_an_entry_whose_new_name_exists() -> None:
    before, today = {"timers": frozenset({"intake due"})}, {"timers": frozenset({"intake overdue"})}
    assert len(lists.breaches(today, before, [])) == 1
    assert lists.breaches(today, before, [_RENAMED]) == []
    assert lists.breaches(today, before, [_REMOVED]) == []
    assert len(lists.breaches(today, before, [replace(_RENAMED, new="intake late")])) == 1
    assert len(lists.breaches(today, before, [replace(_RENAMED, reason="")])) == 1


def test_a_name_may_be_renamed_twice() -> None:
    before = {"timers": frozenset({"intake due", "intake overdue"})}
    again = replace(_RENAMED, old="intake overdue", new="intake late")
    assert lists.breaches({"timers": frozenset({"intake late"})}, before, [_RENAMED, again]) == []


def test_an_entry_that_is_not_needed_is_refused() -> None:
    has_both = {"timers": frozenset({"intake due", "intake overdue"})}
    assert len(lists.breaches(has_both, has_both, [_RENAMED])) == 1, "the code still has the old name"
    assert len(lists.breaches(has_both, {}, [_RENAMED])) == 1, "no release had it"


def test_a_release_freezes_what_was_added(tmp_path: Path) -> None:
    lists.write(tmp_path / lists.UNRELEASED, {"timers": frozenset({"b", "a"}), "locks": frozenset()})
    lists.release("0.3.0", tmp_path)
    assert (tmp_path / "0.3.0" / "timers.txt").read_text() == "a\nb\n"
    assert lists.released(tmp_path) == {"timers": frozenset({"a", "b"})}
    assert lists.changed_releases(tmp_path) == []
    (tmp_path / "0.3.0" / "timers.txt").write_text("a\n")
    assert lists.changed_releases(tmp_path) == ["0.3.0"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'due'", {"due"}),
        ("f'{service}/{name}'", {"{}/{}"}),
        ("f'{a}/{b}'", {"{}/{}"}),
        ("'one' if is_one else KNOWN", {"one", "known"}),
        ("UUID('00')", {"00"}),
        ("unknown", {"{}"}),
    ],
)
def test_literals_are_read_whatever_their_variables_are_called(expression: str, expected: set[str]) -> None:
    call = ast.parse(f"act({expression})", mode="eval").body
    assert isinstance(call, ast.Call)
    assert Call(call, {"KNOWN": ast.Constant("known")}).texts(call.args[0]) == expected

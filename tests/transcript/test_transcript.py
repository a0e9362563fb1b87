"""The small set of histories gives the recorded results, and changes of behaviour are detected."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import pytest
from psycopg import sql

from deploy.cli import servers
from tests.transcript import cast, keeping, world
from tests.transcript.accepting import WrongEntry, entries, new_codes, unaccepted
from tests.transcript.differing import Difference, differences
from tests.transcript.playing import Player
from tests.transcript.reporting import report, unused
from tests.transcript.walks import numbers
from tests.transcript.world import World

SMALL = keeping.small()
ABOUT = json.loads(keeping.ABOUT.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def stage(postgres: servers.PostgresServer) -> Iterator[World]:
    with world.opened(postgres) as opened:
        cast.bring(opened)
        opened.remember()
        yield opened


def differing(stage: World, number: int) -> list[Difference]:
    """Play a history again, write and read it; return the differences from the record."""
    now = json.loads(json.dumps(Player(stage, number).play()))
    return list(differences(number, SMALL[number], now, new_codes()))


@pytest.mark.integration
@pytest.mark.slow
def test_the_small_set_is_as_recorded_but_for_what_is_accepted(stage: World) -> None:
    accepted = entries()
    found = [difference for number in SMALL for difference in differing(stage, number)]
    left = unaccepted(found, accepted)
    assert not left, "\n".join(report(left, accepted, len(SMALL), is_whole=False))


def test_the_steps_of_recorded_histories_are_never_changed() -> None:
    assert keeping.digest_of_scripts(numbers()[: ABOUT["histories"]]) == ABOUT["scripts"]


# --- changes of behaviour are detected --------------------------------------------------------------------------------


#: A change of stored data -> the service, the table, and the server's change of each new row.
MUTATIONS: dict[str, tuple[str, LiteralString, LiteralString]] = {
    "deadlines": ("intake", "clocks", "new.due_on := new.due_on + 1"),
    "audit": ("intake", "audit_log", "new.action := replace(new.action, 'case.open', 'case.made')"),
    "events": ("intake", "event_log", "new.data := new.data - 'jurisdiction'"),
}


def _with_a_period() -> int:
    """Return the shortest recorded history in which intake has a dated period."""
    found = [
        number
        for number, sections in SMALL.items()
        if any(each["deadline"].startswith("intake") and each["due_on"] for each in sections["deadlines"])
    ]
    return min(found, key=lambda number: len(SMALL[number]["replies"]))


@pytest.mark.integration
@pytest.mark.parametrize("section", MUTATIONS)
def test_a_change_of_what_is_stored_shows_in_its_section(stage: World, section: str) -> None:
    service, table, mutation = MUTATIONS[section]
    connection = stage.administering(service)
    body = sql.SQL("begin {}; return new; end").format(sql.SQL(mutation))
    connection.execute(
        sql.SQL("create function mutate() returns trigger language plpgsql as {}").format(body.as_string())
    )
    trigger = sql.SQL("create trigger mutates before insert or update on {} for each row execute function mutate()")
    connection.execute(trigger.format(sql.Identifier(table)))
    try:
        found = differing(stage, _with_a_period())
    finally:
        connection.execute("drop function mutate() cascade")
    assert section in {difference.section for difference in found}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda reply: reply["body"].pop("id"), ("body.id", "removed")),
        (lambda reply: reply["body"].update(surprise=1), ("body.surprise", "added")),
        (lambda reply: reply.update(status=200), ("status", "changed")),
    ],
)
def test_a_change_of_a_reply_shows_with_its_route_and_field(change: Any, expected: tuple[str, str]) -> None:
    number, old = next(iter(SMALL.items()))
    new = json.loads(json.dumps(old))
    reply = next(each for each in new["replies"] if each["status"] == 201)
    change(reply)
    [found] = differences(number, old, new)
    assert (found.section, found.record, found.path, found.change) == ("replies", reply["route"], *expected)


def test_an_event_more_leaves_the_others_as_they_were() -> None:
    number, old = next(iter(SMALL.items()))
    new = json.loads(json.dumps(old))
    new["events"].insert(1, {"event": "intake.thing.happened", "subject": "case#0", "data": {}})
    [found] = differences(number, old, new)
    assert (found.section, found.record, found.path, found.change) == ("events", "intake.thing.happened", "", "added")


def test_events_of_one_kind_are_alike_in_any_order_also_with_another_between_them() -> None:
    set_on = [
        {"event": "support.task.set", "subject": "case#0", "data": {"due_on": day}}
        for day in ("2026-03-02", "2026-03-09")
    ]
    ring = {"event": "support.ring.due", "subject": "home", "data": {}}
    [found] = differences(0, {"events": set_on}, {"events": [set_on[1], ring, set_on[0]]})
    assert (found.record, found.change) == ("support.ring.due", "added")


def test_a_record_that_was_added_shifts_no_other_one() -> None:
    old = [{"event": "set", "data": day} for day in range(5)]
    new = [*old[:2], {"event": "given"}, old[2], {"event": "given"}, *old[3:], {"event": "set", "data": 9}]
    found = list(differences(0, {"events": old}, {"events": new}))
    assert [(each.record, each.change) for each in found] == [("given", "added")] * 2 + [("set", "added")]
    assert [each.old for each in differences(0, {"events": new}, {"events": old})] == [each.new for each in found]


# --- accepted differences ---------------------------------------------------------------------------------------------


DUE = Difference(7, "cases", "intake as lead", "body.clocks[].due_on", "changed", "2026-03-02", None)
ENTRY = '[[accepted]]\nsection = "cases"\npath = "body.clocks[].*"\nreason = "Fictitious"\n'


def _listed(folder: Path, text: str) -> Path:
    path = folder / "differences.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_accepts_what_matches_all_its_parts_and_nothing_else(tmp_path: Path) -> None:
    accepted = entries(_listed(tmp_path, ENTRY))
    other = Difference(8, "cases", "intake as lead", "body.status", "changed", "open", "closed")
    assert list(unaccepted([DUE, other], accepted)) == [other.kind]
    assert not unused(accepted)


def test_an_entry_that_accepts_nothing_is_named(tmp_path: Path) -> None:
    accepted = entries(_listed(tmp_path, ENTRY))
    unaccepted([], accepted)
    assert unused(accepted) == accepted


@pytest.mark.parametrize(
    "text",
    [
        '[[accepted]]\nsection = "cases"\n',
        '[[accepted]]\nsection = "elsewhere"\nreason = "Fictitious"\n',
        '[[accepted]]\nsection = "cases"\nroute = "x"\nreason = "Fictitious"\n',
    ],
)
def test_an_entry_without_a_reason_or_a_known_section_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(WrongEntry):
        entries(_listed(tmp_path, text))

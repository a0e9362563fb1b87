"""Intended changes since each release: table rows that migrations change, and fields withheld from agencies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from tests.migrations.dumps import Restored
from tests.migrations.observing import Place, connected, count_of, digest_of


@dataclass(frozen=True)
class Change:
    """A table that is changed, each part for a reason.

    `columns_gone`: columns that are dropped. `gone`: a condition for rows that are deleted. `read_as`: the new value of
    a column, as an expression of the old one. `added`: conditions for each kind of new rows, with their number as a
    query of the old database. All are SQL.
    """

    columns_gone: frozenset[str] = frozenset()
    gone: str = "false"
    read_as: Mapping[str, str] = field(default_factory=dict)
    added: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_added(self) -> str:
        """Return the condition for new rows."""
        return " or ".join(f"({kind})" for kind in self.added) or "false"


@dataclass(frozen=True)
class Held:
    """The part of a changed table that must remain, and the number of new rows of each kind."""

    rows: tuple[int, str]
    added: Mapping[str, int]


#: Staff and supervisions that existed before the four-eyes rule are listed once for data protection (intake_0055).
_STAFF_LISTED = Change(added={"kind = 'staff_taken_over'": "select 1"})

_UNANSWERED = "select count(*) from alerts where acknowledged_at is null and ended_at is null and taken_back_at is null"
_DERIVED_AGAIN = Change(
    added={"name = 'adopt'": "select count(*) from derivations", "name = 'adopt_every_case'": "select 1"}
)
_SINCE_0_2_0: Mapping[Place, Change] = {
    # Unacknowledged alerts ring (support_0018).
    ("support", "timers"): Change(added={"name = 'ring'": _UNANSWERED}),
    ("intake", "notices"): _STAFF_LISTED,
    # Every case is derived again (intake_0056, legal_0023).
    **{(service, "timers"): _DERIVED_AGAIN for service in ("intake", "legal")},
    # Stages of criminal proceedings are read from earlier facts, if there is a case (partners_0020).
    ("partners", "rebuilds"): Change(
        added={"projection = 'criminal_facts'": "select count(*) from (select from case_laws limit 1) as any_case"}
    ),
}

#: By the release of the databases.
CHANGES: Mapping[str, Mapping[Place, Change]] = {"0.2.0": _SINCE_0_2_0}
TABLES_GONE: Mapping[str, frozenset[Place]] = {"0.2.0": frozenset()}

#: Fields that the release published to agencies and this release withholds, by release and event type.
FIELDS_WITHHELD: Mapping[str, Mapping[str, frozenset[str]]] = {
    "0.2.0": {
        # The lawyer's calculation of the time limit would be evidence against the person (H-CONFIDENTIALITY-9).
        "org.casepath.legal.reconsideration.requested.v1": frozenset(("late",)),
        "org.casepath.legal.compensation.applied.v1": frozenset(("late",)),
        # When the person learnt of a decision is evidence against them too.
        "org.casepath.intake.fact.recorded.v1": frozenset(("learnt",)),
        "org.casepath.legal.fact.recorded.v1": frozenset(("learnt",)),
    }
}

#: Event types that the release published to every agency and this release publishes only to the agency that they are
#: about, by release. Their positions are redacted.
EVENTS_WITHHELD: Mapping[str, str] = {"0.2.0": "org.casepath.partners.agency."}
_EMPTIED = "org.casepath.partners.position.emptied.v1"


def is_as_published(restored: Restored, agency: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Return whether an event of an agency's stream is as before, or redacted exactly if it is about another agency."""
    is_of_register = before["type"].startswith(EVENTS_WITHHELD[restored.dump.release])
    if is_of_register and before["data"]["agency"] != agency:
        return bool(now["type"] == _EMPTIED)
    return now == before


def published_now(restored: Restored) -> list[list[dict[str, Any]]]:
    """Return each stream that the release published to agencies, without the fields that are withheld since then.

    Fails if no stream has a withheld field.
    """
    withheld = FIELDS_WITHHELD[restored.dump.release]
    streams: list[list[dict[str, Any]]] = restored.dump.facts["streams"]
    taken: dict[str, set[str]] = {kind: set() for kind in withheld}
    for event in (event for stream in streams for event in stream if event["type"] in withheld):
        for name in withheld[event["type"]] & event["data"].keys():
            del event["data"][name]
            taken[event["type"]].add(name)
    assert taken == withheld
    return streams


def held_before(restored: Restored, columns: Mapping[str, Mapping[str, list[str]]]) -> dict[Place, Held]:
    """Return the part of each changed table that must remain, from a database before the migration."""
    held = {}
    for place, change in CHANGES[restored.dump.release].items():
        database, table = place
        left = [name for name in columns[database][table] if name not in change.columns_gone]
        row = [change.read_as.get(name, f'"{name}"') for name in left]
        with connected(restored.url(database)) as connection:
            rows = digest_of(connection, table, row, where=f"not ({change.gone})")
            assert count_of(connection, table, where=f"({change.is_added}) and not ({change.gone})") == 0, place
            held[place] = Held(rows, {kind: connection.scalar(text(query)) for kind, query in change.added.items()})
    return held


def held_after(restored: Restored, columns: Mapping[str, Mapping[str, list[str]]]) -> dict[Place, Held]:
    """Return the remaining part of each changed table, and the number of new rows."""
    held = {}
    for place, change in CHANGES[restored.dump.release].items():
        database, table = place
        row = [f'"{name}"' for name in columns[database][table] if name not in change.columns_gone]
        with connected(restored.url(database)) as connection:
            rows = digest_of(connection, table, row, where=f"not ({change.is_added})")
            held[place] = Held(rows, {kind: count_of(connection, table, where=kind) for kind in change.added})
    return held

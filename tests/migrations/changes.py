"""What migrations change on purpose in what each release left: all else of these tables must stay."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import text

from shared.reference import codes, id_of_authority
from tests.migrations.dumps import Restored
from tests.migrations.observing import Place, connected, count_of, digest_of


@dataclass(frozen=True)
class Change:
    """A table that is changed, each part for its reason.

    `columns_gone`: columns that it loses. `gone`: which of its rows go. `read_as`: what a column holds afterwards, by
    an expression of what it held. `added`: for each kind of row that comes, which rows these are, and how many, as a
    query of the database as it was. All are SQL.
    """

    columns_gone: frozenset[str] = frozenset()
    gone: str = "false"
    read_as: Mapping[str, str] = field(default_factory=dict)
    added: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_added(self) -> str:
        """The condition of the rows that come."""
        return " or ".join(f"({kind})" for kind in self.added) or "false"


@dataclass(frozen=True)
class Held:
    """What must stay of a table that is changed, and how many rows of each kind come."""

    rows: tuple[int, str]
    added: Mapping[str, int]


#: Periods follow from facts now: nothing starts and stops them but those, and what they were told is in their state.
_OF_CLOCKS = Change(columns_gone=frozenset(("announced", "paused_at")))
_CLOCK_TIMERS = "name like 'due_soon@%' or name like 'due@%' or name like 'end@%'"
#: One timer wakes a case, in place of those of its clocks; each case is derived once.
_WAKE_UP = {"name = 'derive'": "select count(*) from cases"}

#: The register has each authority under the id that follows from its code (intake_0032, mechanism_0034).
_BY_ID = " ".join(f"when '{code}' then '{id_of_authority(code)}'" for code in codes("authority"))
_OF_AGENCIES = Change(read_as={"agency": f"case agency {_BY_ID} else agency end"})

#: Tables that are dropped: what asked for clocks; what legal heard of detections, which are facts now (legal_0005).
_GONE_SINCE_0_1_0: frozenset[Place] = frozenset(
    (
        *((service, "clock_requests") for service in ("intake", "legal", "support")),
        ("legal", "detection_facts"),
    )
)

#: Staff and supervisions of before the second person are listed to data protection once (intake_0055).
_STAFF_LISTED = Change(added={"kind = 'staff_taken_over'": "select 1"})

_SINCE_0_1_0: Mapping[Place, Change] = {
    # The Convention's recovery period is not named after the Union (intake_0041).
    ("intake", "clocks"): Change(
        columns_gone=_OF_CLOCKS.columns_gone,
        read_as={"code": "case code when 'EU.COE_RECOVERY_MIN' then 'COE.RECOVERY_MIN' else code end"},
    ),
    # Of an assessment intake keeps whether somebody has to act, and not how high the risk is (intake_0046).
    ("intake", "heard_risks"): Change(columns_gone=frozenset(("overall_risk",))),
    ("legal", "clocks"): _OF_CLOCKS,
    ("support", "clocks"): _OF_CLOCKS,
    **{(service, "exclusions"): _OF_AGENCIES for service in ("intake", "legal", "support")},
    **{("intake", table): _OF_AGENCIES for table in ("consents", "sharings", "referrals")},
    ("legal", "timers"): Change(gone=_CLOCK_TIMERS, added=_WAKE_UP),
    ("intake", "timers"): Change(
        gone=_CLOCK_TIMERS,
        added={
            **_WAKE_UP,
            # An access in an emergency that nobody has looked at comes back each day (intake_0019).
            "name = 'glass.review'": "select count(*) from notices where kind = 'glass_broken' and role is not null"
            " and acknowledged_at is null",
            # An erasure goes on by itself once its last hold has ended (intake_0026).
            "name = 'legal_hold.ended'": "select count(*) from legal_holds",
        },
    ),
    # Partners had nothing to delete of orders that were given before it held anything (intake_0047).
    ("intake", "erasure_acknowledgements"): Change(
        added={"holder = 'partners'": "select count(*) from erasure_requests where state = 'ordered'"}
    ),
    # Each merge that stands is told to the services (intake_0025).
    ("intake", "event_log"): Change(
        added={"name = 'case.merged'": "select count(*) from case_merges where unmerged_on is null"}
    ),
    # The ages of people, which legal had not kept, are read from intake's log (legal_0005).
    # On which grounds agencies may have something of a person is read from there too (legal_0008, support_0009).
    ("legal", "rebuilds"): Change(
        added={
            "asked_by = 'legal_0005' and projection = 'facts'": "select 1",
            "asked_by = 'legal_0008' and projection = 'agency_grounds'": "select 1",
        }
    ),
    ("support", "rebuilds"): Change(added={"asked_by = 'support_0009' and projection = 'agency_grounds'": "select 1"}),
    # What stopped a recovery period ended what it protected (support_0005).
    # Between the team's supervisors and all there are stand those of the case's agency (support_0008).
    ("support", "alerts"): Change(read_as={"level": "case when level >= 2 then level + 1 else level end"}),
    ("support", "timers"): Change(
        read_as={"name": "case name when 'alert@2' then 'alert@3' when 'alert@3' then 'alert@4' else name end"},
        # Alerts that nobody has acknowledged ring (support_0018). No alert of 0.1.0 could end or be taken back.
        added={"name = 'ring'": "select count(*) from alerts where acknowledged_at is null"},
    ),
    ("intake", "notices"): _STAFF_LISTED,
    ("support", "recoveries"): Change(read_as={"state": "case state when 'stopped' then 'ended' else state end"}),
}

_UNANSWERED = "select count(*) from alerts where acknowledged_at is null and ended_at is null and taken_back_at is null"
_DERIVED_AGAIN = Change(
    gone="name = 'derive'", added={"name = 'derive'": "select count(*) from derivations where not adopting"}
)
_SINCE_0_2_0: Mapping[Place, Change] = {
    # Alerts that nobody has acknowledged ring (support_0018).
    ("support", "timers"): Change(added={"name = 'ring'": _UNANSWERED}),
    ("intake", "notices"): _STAFF_LISTED,
    # Every case is derived again (intake_0056, legal_0020).
    **{(service, "timers"): _DERIVED_AGAIN for service in ("intake", "legal")},
}

#: By the release that left the databases. A migration since 0.2.0 that changes rows on purpose adds its entry to both.
CHANGES: Mapping[str, Mapping[Place, Change]] = {"0.1.0": _SINCE_0_1_0, "0.2.0": _SINCE_0_2_0}
TABLES_GONE: Mapping[str, frozenset[Place]] = {"0.1.0": _GONE_SINCE_0_1_0, "0.2.0": frozenset()}


def held_before(restored: Restored, columns: Mapping[str, Mapping[str, list[str]]]) -> dict[Place, Held]:
    """Return what must stay of each table that is changed, from a database that is not migrated yet."""
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
    """Return what has stayed of each table that is changed, and what has come to it."""
    held = {}
    for place, change in CHANGES[restored.dump.release].items():
        database, table = place
        row = [f'"{name}"' for name in columns[database][table] if name not in change.columns_gone]
        with connected(restored.url(database)) as connection:
            rows = digest_of(connection, table, row, where=f"not ({change.is_added})")
            held[place] = Held(rows, {kind: count_of(connection, table, where=kind) for kind in change.added})
    return held

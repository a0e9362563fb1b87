"""The services' replies, as far as the command reads them by name."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict


class FollowerState(TypedDict):
    """How far a service has followed another; `head` and `lag` (events) are added here, None where that one is away."""

    source: str
    cursor: int
    diverged: bool
    held: int
    parked: int
    head: NotRequired[int | None]
    lag: NotRequired[int | None]


class LogState(TypedDict):
    """A service's log and followers."""

    epoch: str
    head: int
    published: int
    unpublished_age_seconds: float
    following: list[FollowerState]


class ForgeryMet(TypedDict):
    """A forged or altered message that a service met."""

    source: str
    position: int
    kind: str
    meaning: str
    count: int


class ExchangeState(LogState):
    """A service's part in the exchange, `GET /v1/exchange`."""

    quarantined: int
    skipped: int
    vanished: int
    probing: list["ProbingAlarm"]
    forged: list[ForgeryMet]


class ProbingAlarm(TypedDict):
    """A caller that requested many unknown addresses."""

    caller: str
    not_found: int
    last_at: str


class HeldSubject(TypedDict):
    """A subject that waits at a service, one of `GET /v1/holds`."""

    service: str
    source: str
    subject: str
    position: int


class SourceProgress(TypedDict):
    """How far a rebuild has come in the log of one source."""

    source: str
    position: int
    target: int


class TableDifference(TypedDict):
    """A rebuilt table and the number of corrected rows."""

    table: str
    rows: int
    differed: int
    inserted: int
    changed: int
    deleted: int


class RebuildState(TypedDict):
    """A rebuild, `GET /v1/rebuilds/{id}`."""

    state: str
    projection: str | None
    reason: str | None
    ended_at: str | None
    sources: list[SourceProgress]
    tables: list[TableDifference]


class ClockState(TypedDict):
    """A service's clock, `GET /v1/clock`: its instants in ISO 8601."""

    now: str
    moved: bool
    next_due: str | None


class ArchiveState(TypedDict):
    """The age of the newest file of a key archive; None where there is none."""

    age_seconds: float | None


class KeyUsage(TypedDict):
    """A service's ring and data keys, `GET /v1/keys`; `under` counts the data keys of each ring key."""

    current: str
    ring: list[str]
    keys: int
    under: dict[str, int]
    left: int
    lost: int
    archive: ArchiveState | None
    days: int


class AuditLink(TypedDict):
    """A link of an audit log's chain with the row that it covers; None where the row is gone, or is withheld."""

    place: int
    hash: str
    number: int
    excluded: bool
    row: Mapping[str, object] | None


class CheckpointReport(TypedDict):
    """The signed checkpoints of a chain, and the numbers of the rows that it has passed without them."""

    checkpoints: list[str]
    unchained: int
    slipped_in: list[int]


class CloudEvent(TypedDict):
    """An event of a service's feed, `GET /v1/events`."""

    id: str
    source: str
    type: str
    subject: str
    time: str
    sequence: str
    correlationid: str
    causationid: NotRequired[str]
    data: Mapping[str, object]


class CaseView(TypedDict, total=False):
    """A case as intake, legal or support shows it; each has some of these."""

    status: str
    first_responders: list[Mapping[str, object]]
    identification: list[Mapping[str, object]]
    advice: list[Mapping[str, object]]
    matters: list[Mapping[str, object]]
    plans: list[Mapping[str, object]]
    counselling: list[Mapping[str, object]]
    alerts: list[Mapping[str, object]]
    referrals: list[Mapping[str, object]]
    consents: list[Mapping[str, object]]
    assessed_urgent: bool | None


class Problem(TypedDict, total=False):
    """A refusal, `application/problem+json`."""

    title: str
    detail: str
    errors: list[dict[str, str]]

"""Register, change, rotate, resume, remove and show endpoints, their attempts, tests and redelivery requests.

Their times are real time, like those of retries.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions.locking import lock, record_of
from services.partners.agencies.agency.models import Entry, Record
from services.partners.channels.delivery import rules
from services.partners.channels.delivery.actions.source import source_of
from services.partners.channels.delivery.models import Webhook, WebhookAttempt, WebhookRequest
from services.partners.channels.delivery.rules import Standing
from services.partners.channels.delivery.schemas import (
    ChangeWebhook,
    Redeliver,
    RegisterWebhook,
    RotateSecret,
    ShownAttempt,
    ShownWebhook,
)
from services.partners.streams.subscription.rules import EVERYTHING
from services.partners.streams.subscription.rules import check as check_types
from shared import encryption
from shared.access import views
from shared.access.permissions import existing
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.encryption import Cell
from shared.events.envelope import new_id
from shared.http import Reply
from shared.outbound import OUTBOUND, TargetRefused, signatures
from shared.runtime.expiry import Expiring
from shared.store.database import Database

TEST, REDELIVERY = "test", "redelivery"
_STANDING: Final = ("state", "reason", "tries", "failing_since", "next_at")
#: Delivery results are examined within days; they are kept for thirty.
_ATTEMPTS: Final = Record.metadata.tables[WebhookAttempt.__tablename__]
EXPIRING: Final = (Expiring(_ATTEMPTS, _ATTEMPTS.c.at, 30),)


@dataclass(frozen=True)
class CheckedUrl:
    """The address in a request, if it contains one, and why nothing can be posted there; None if posting is allowed."""

    url: str | None
    refusal: TargetRefused | None


def check_url(database: Database, agency: UUID, url: str | None) -> CheckedUrl:
    """Check whether an agency's events can be posted to an address.

    This resolves the host name, so the caller must have no transaction open.
    """
    return CheckedUrl(url, None if url is None else database.provided(OUTBOUND).guard.refusal(url, agency))


def register(
    session: Session, agency: UUID, command: RegisterWebhook, checked: CheckedUrl, *, by: Principal
) -> tuple[UUID, str]:
    """Store an endpoint; return its id and the secret that verifies signatures, which is shown only once.

    `checked` is its address. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    rules.check_agency(lock(session, agency))
    count = session.scalar(select(func.count()).select_from(Webhook).where(Webhook.agency == agency)) or 0
    rules.check_count(count)
    _check(checked, command.url)
    types = command.types or [EVERYTHING]
    check_types(types, {})
    webhook, now, secret = new_id(), datetime.now(UTC), signatures.new_secret(command.kind)
    keys = encryption.of(session)
    row = Webhook(
        id=webhook, version=1, agency=agency, kind=command.kind, made_by=UUID(by.subject), made_at=now, types=types
    )
    row.url = keys.seal(agency, cell("url", webhook), command.url)
    row.secret = keys.seal(agency, cell("secret", webhook), secret)
    row.position = source_of(session).head(session, agency) if command.after is None else command.after
    set_standing(row, rules.resumed(now))
    session.add(row)
    return webhook, signatures.shown(secret)


def change(
    session: Session,
    agency: UUID,
    webhook: UUID,
    command: ChangeWebhook,
    checked: CheckedUrl,
    matches: Callable[[int], None],
) -> int:
    """Change the address or the types of an endpoint, pause it or unpause it; return its version.

    `matches` raises for a version not read before. `checked` is the new address, if there is one. Raises `NotFound`,
    `FactRefused`.
    """
    row = record_of(session, Webhook, agency, webhook, lock=True)
    matches(row.version)
    if command.url is not None:
        _check(checked, command.url)
        row.url = encryption.of(session).seal(agency, cell("url", webhook), command.url)
        # Failures at the old address say nothing about the new one, so it is tried at once.
        row.next_at = datetime.now(UTC)
    if command.types is not None:
        check_types(command.types, {})
        row.types = command.types
    if command.is_paused and row.state != rules.DISABLED:
        row.state = rules.PAUSED
    elif command.is_paused is False and row.state == rules.PAUSED:
        set_standing(row, rules.resumed(datetime.now(UTC)))
    row.version += 1
    return row.version


def resume(session: Session, agency: UUID, webhook: UUID, matches: Callable[[int], None]) -> int:
    """Resume a paused, disabled or failing webhook now, from its last position.

    Return its version. `matches` as above. Raises `NotFound`, `StepForbidden`.
    """
    row = record_of(session, Webhook, agency, webhook, lock=True)
    matches(row.version)
    rules.check_resumption(standing_of(row))
    set_standing(row, rules.resumed(datetime.now(UTC)))
    row.version += 1
    return row.version


def remove(session: Session, agency: UUID, webhook: UUID) -> None:
    """Delete a webhook and its delivery attempts; no event is sent there afterwards.

    Raises `NotFound`.
    """
    session.delete(record_of(session, Webhook, agency, webhook, lock=True))
    session.execute(delete(WebhookAttempt).where(WebhookAttempt.webhook == webhook))
    session.execute(delete(WebhookRequest).where(WebhookRequest.webhook == webhook))


def rotate(session: Session, agency: UUID, webhook: UUID, command: RotateSecret) -> Reply:
    """Rotate a webhook's signing secret; both secrets sign during the overlap, in hours.

    The new secret verifies signatures. Raises `NotFound`.
    """
    row, keys = record_of(session, Webhook, agency, webhook, lock=True), encryption.of(session)
    former = keys.unseal(agency, cell("secret", webhook), row.secret)
    secret = signatures.new_secret(row.kind)
    row.secret = keys.seal(agency, cell("secret", webhook), secret)
    row.former_until = datetime.now(UTC) + timedelta(hours=command.overlap_hours) if command.overlap_hours else None
    row.former_secret = keys.seal(agency, cell("former_secret", webhook), former) if command.overlap_hours else None
    once = {"secret": signatures.shown(secret)}
    return Reply({"former_until": row.former_until}, status=201, created=webhook, once=once)


def test(session: Session, agency: UUID, webhook: UUID) -> None:
    """Send a test event at once, in every state of the webhook; the attempts show the result.

    A pending test request is not duplicated. Raises `NotFound`.
    """
    record_of(session, Webhook, agency, webhook, lock=True)
    waiting = select(WebhookRequest.id).where(WebhookRequest.webhook == webhook, WebhookRequest.kind == TEST)
    if session.execute(waiting).first() is None:
        _ask(session, webhook, TEST, after=0, until=0)


def redeliver(session: Session, agency: UUID, webhook: UUID, command: Redeliver) -> None:
    """Redeliver events of the stream: one position, or all later ones, of one type or of every type.

    With `after` or `since` and no type, the endpoint's own position moves back. Raises `NotFound`, `StepForbidden`,
    `FactRefused`.
    """
    row, head = record_of(session, Webhook, agency, webhook, lock=True), source_of(session).head(session, agency)
    sequence = command.sequence if command.sequence is not None else command.after or 0
    if command.since is not None:
        sequence = source_of(session).position_before(session, agency, command.since)
    rules.check_redelivery(row.state, sequence, head)
    if command.sequence is not None:
        _ask(session, webhook, REDELIVERY, after=command.sequence - 1, until=command.sequence)
    elif command.type is not None:
        _ask(session, webhook, REDELIVERY, after=sequence, until=row.position, only=command.type)
    else:
        row.position = min(row.position, sequence)


def _ask(session: Session, webhook: UUID, kind: str, *, after: int, until: int, only: str | None = None) -> None:
    asked = {"kind": kind, "after": after, "until": until, "type": only, "asked_at": datetime.now(UTC)}
    session.add(WebhookRequest(id=new_id(), webhook=webhook, **asked))


def shown(session: Session, agency: UUID, webhook: UUID) -> tuple[Shown, int]:
    """Show a webhook and its state; a change requires its ETag.

    Return it with its version. Raises `NotFound`.
    """
    row = record_of(session, Webhook, agency, webhook)
    return _shown(session, row, source_of(session).head(session, agency), datetime.now(UTC)), row.version


def listed(session: Session, agency: UUID) -> Shown:
    """List an agency's endpoints in the order of their registration.

    Raises `NotFound`.
    """
    existing(session.get(Entry, agency))
    rows = session.scalars(select(Webhook).where(Webhook.agency == agency).order_by(Webhook.id)).all()
    head, now = source_of(session).head(session, agency), datetime.now(UTC)
    return {"webhooks": [_shown(session, row, head, now) for row in rows]}


def attempts(session: Session, agency: UUID, webhook: UUID, before: int | None, limit: int) -> Shown:
    """List the delivery attempts of the last 30 days, newest first.

    A page begins before `before`. Raises `NotFound`.
    """
    record_of(session, Webhook, agency, webhook)
    query = select(WebhookAttempt).where(WebhookAttempt.webhook == webhook)
    query = query if before is None else query.where(WebhookAttempt.number < before)
    rows = session.scalars(query.order_by(WebhookAttempt.number.desc()).limit(limit)).all()
    following = str(rows[-1].number) if len(rows) == limit else None
    return {"attempts": [_shown_attempt(session, agency, row) for row in rows], "next": following}


def standing_of(row: Webhook) -> Standing:
    """Return the state of an endpoint."""
    return Standing(row.state, row.reason, row.tries, row.failing_since, row.next_at)


def set_standing(row: Webhook, standing: Standing) -> None:
    """Store the state of an endpoint."""
    for name, value in asdict(standing).items():
        setattr(row, name, value)


def cell(column: str, webhook: UUID) -> Cell:
    """Return the cell of an encrypted value of an endpoint."""
    return Cell(Webhook.__tablename__, column, webhook)


def cell_of_attempt(attempt: UUID) -> Cell:
    """Return the cell of the encrypted beginning of a response."""
    return Cell(WebhookAttempt.__tablename__, "answer", attempt)


def _shown(session: Session, row: Webhook, head: int, now: datetime) -> Shown:
    keys = encryption.of(session)
    secret = keys.unseal(row.agency, cell("secret", row.id), row.secret)
    return views.shown(
        row,
        ShownWebhook,
        url=keys.unseal(row.agency, cell("url", row.id), row.url),
        public_key=signatures.shown(secret) if row.kind == signatures.ASYMMETRIC else None,
        breaker=rules.breaker_of(standing_of(row), now),
        behind=max(0, head - row.position),
    )


def _shown_attempt(session: Session, agency: UUID, row: WebhookAttempt) -> Shown:
    sealed = row.answer
    answer = None if sealed is None else encryption.of(session).unseal(agency, cell_of_attempt(row.id), sealed)
    return views.shown(row, ShownAttempt, answer=answer) | {"number": row.number}


def _check(checked: CheckedUrl, url: str) -> None:
    if checked.url != url:
        raise ValueError("another address was checked")
    if checked.refusal is not None:
        raise rules.refusal_of(checked.refusal.reason)

"""Record awards and their steps, and show remedies with their claims and awards in a case.

Amounts are encrypted; events contain only the state. Remedies are not stored.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.compensation.award import rules
from services.legal.compensation.award.models import Award, AwardStep
from services.legal.compensation.award.rules import Shown, Step
from services.legal.compensation.award.schemas import ExactAward, RecordAward, RecordStep, ShownStep
from services.legal.compensation.matter.models import Matter
from services.legal.compensation.matter.rules import remedy_of
from shared import encryption
from shared.access.tokens import Principal
from shared.access.views import shown
from shared.casework.cases import one
from shared.casework.dates import dated
from shared.casework.fact_rules import law_of
from shared.encryption import Cell
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.reference import Remedy


def record_award(session: Session, case: UUID, command: RecordAward, now: datetime, *, by: Principal) -> UUID:
    """Record an award for a remedy.

    Return its id. Raises `FactRefused`, `NotArrivedYet`, `KeyDestroyed`.
    """
    locked_case, today = CASES.begin_change(session, case, now)
    remedy_of(locked_case.jurisdiction, command.remedy)
    award_id, awarded_on = new_id(), dated("awarded_on", command.awarded_on, today)
    sealed = _sealed(session, case, Award.__tablename__, award_id, command.amount)
    stored = command.stored(amount=sealed, awarded_on=awarded_on, state=rules.AWARDED, recorded_by=UUID(by.subject))
    award = Award(id=award_id, case_id=case, **stored)
    session.add(award)
    _announce(session, award)
    eventlog.record(session, case, rules.told_anew(award_id, award.remedy, None, (award.state, award.next_on)))
    return award_id


def record_step(
    session: Session, case: UUID, award: UUID, command: RecordStep, now: datetime, *, by: Principal
) -> UUID:
    """Record a step of an award: final, collecting, paid in part, lost.

    Return the step's id. Raises `NotFound`, `FactRefused`.
    """
    _case, today = CASES.begin_change(session, case, now)
    row = one(session, Award, case, award)
    rules.check_amount(command.kind, command.amount, command.currency, row.currency)
    happened_on = dated("happened_on", command.happened_on, today, since=row.awarded_on, after="the award")
    before = _steps(session, [award])
    rules.check_room(len(before))
    step_id = new_id()
    sealed = _sealed(session, case, AwardStep.__tablename__, step_id, command.amount)
    stated = {"kind": command.kind, "happened_on": happened_on, "amount": sealed}
    recorded = {"recorded_by": UUID(by.subject), "recorded_at": now}
    session.add(AwardStep(id=step_id, award=award, case_id=case, **stated, **recorded))
    steps = [*_read(session, before), Step(command.kind, happened_on, command.amount)]
    state = rules.state_of(_amount(session, row), steps)
    waited = (row.state, row.next_on)
    row.next_on = command.next_on
    if state != row.state:
        row.state = state
        _announce(session, row)
    eventlog.record(session, case, rules.told_anew(award, row.remedy, waited, (state, row.next_on)))
    return step_id


def awards_shown(session: Session, case: UUID) -> dict[str, object]:
    """Return the awards of a case with their decrypted amounts."""
    rows = list(session.scalars(select(Award).where(Award.case_id == case).order_by(Award.id)))
    steps = _steps(session, [row.id for row in rows])
    return {"awards": [_exact(session, row, [step for step in steps if step.award == row.id]) for row in rows]}


def _exact(session: Session, row: Award, steps: list[AwardStep]) -> dict[str, object]:
    read = _read(session, steps)
    opened = [shown(step, ShownStep, amount=amount.amount) for step, amount in zip(steps, read, strict=True)]
    return shown(row, ExactAward, amount=_amount(session, row), paid=rules.paid_so_far(read), steps=opened)


def _steps(session: Session, awards: Iterable[UUID]) -> list[AwardStep]:
    return list(session.scalars(select(AwardStep).where(AwardStep.award.in_(list(awards))).order_by(AwardStep.id)))


def _read(session: Session, steps: Iterable[AwardStep]) -> list[Step]:
    return [Step(step.kind, step.happened_on, _amount(session, step)) for step in steps]


def _sealed(session: Session, case: UUID, table: str, row: UUID, amount: Decimal | None) -> bytes | None:
    return None if amount is None else encryption.of(session).seal(case, Cell(table, "amount", row), str(amount))


def _amount(session: Session, row: Award | AwardStep) -> Decimal | None:
    if row.amount is None:
        return None
    cell = Cell(row.__tablename__, "amount", row.id)
    return Decimal(encryption.of(session).unseal(row.case_id, cell, row.amount))


def _announce(session: Session, row: Award) -> None:
    changed = {"award": row.id, "remedy": row.remedy, "state": row.state}
    eventlog.record(session, row.case_id, [Announcement("award.changed", changed)])


def read_awards(session: Session, case: UUID) -> tuple[dict[str, object], int]:
    """Return the awards of a case with their amounts, for the person's own advisers."""
    return awards_shown(session, case), CASES.version(session, case)


def remedies_shown(session: Session, case: UUID) -> tuple[dict[str, object], int]:
    """Return the remedies of the case's jurisdiction, with their conflicts, claims and awards.

    Raises `NotFound`, `NotArrivedYet`.
    """
    law = law_of(CASES.read(session, case).jurisdiction)
    standing = select(Matter.remedy).where(Matter.case_id == case, Matter.taken_back_at.is_(None))
    claims = Counter(session.scalars(standing))
    awards = Counter(session.scalars(select(Award.remedy).where(Award.case_id == case)))
    pursued = claims.keys() | awards.keys()
    remedies = [
        {
            **_remedy(remedy),
            "claims": claims[code],
            "awards": awards[code],
            "conflicts": [_conflict(shown) for shown in rules.conflicts_of(law, code, pursued)],
        }
        for code, remedy in law.remedies.items()
    ]
    return {"remedies": remedies}, CASES.version(session, case)


def _remedy(remedy: Remedy) -> dict[str, object]:
    origin = {"source": remedy.source, "certainty": remedy.certainty, "note": remedy.note or None}
    return {"code": remedy.code, "forum": remedy.forum, "clock": remedy.clock, **origin}


def _conflict(shown: Shown) -> dict[str, object]:
    leaf = shown.conflict
    origin = {"source": leaf.source, "certainty": leaf.certainty, "note": leaf.note or None}
    return {"effect": leaf.effect, "first": leaf.first, "second": leaf.second, "bites": shown.bites, **origin}

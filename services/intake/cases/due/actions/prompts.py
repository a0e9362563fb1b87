"""Prompts: an undecided entry without advice, a new decision, a coming hearing of a person who cannot be reached.

No prompt decides or blocks anything. Each leaves the list after it was acknowledged, or when the reason for it ends.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Final

from sqlalchemy import Date, Text, Uuid, case, cast, exists, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from services.intake.cases.due import rules
from services.intake.cases.due.actions.items import Column, Condition, Source, item, only
from services.intake.cases.due.models import HeardDue
from services.intake.facts.detection.models import Detection
from services.intake.facts.safe_contact.models import SafeContactAgreement
from services.intake.path.identification.models import EntryDecision, HeardAdvice, IdentificationStep, StepCorrection
from shared.store.conditions import is_one_of


def _entry_unadvised() -> Source:
    """Return a query for the first detection of a case without a decision about entry and without advice."""
    first = (
        select(Detection.case_id, func.min(Detection.detected_on).label("since"))
        .where(Detection.corrected_on.is_(None))
        .group_by(Detection.case_id)
        .subquery("first_detected")
    )
    corrected = exists().where(StepCorrection.step == IdentificationStep.id)
    source = item(first.c.case_id, rules.ENTRY_UNADVISED, since=first.c.since)
    return only(
        source,
        ~exists().where(EntryDecision.case_id == first.c.case_id, _is_settled()),
        ~exists().where(IdentificationStep.case_id == first.c.case_id, ~corrected),
        ~exists().where(HeardAdvice.case_id == first.c.case_id, HeardAdvice.status.in_(rules.ADVISED)),
    )


# control: H-DEADLINE-8 undecided-keeps-the-prompt
def _is_settled() -> Condition:
    """Return the condition that a person decided about entry, or was advised before an open decision."""
    return or_(EntryDecision.decision != rules.UNDECIDED, EntryDecision.advice.in_(rules.ADVISED))


def _decisions() -> Source:
    """Return a query for each decision, by its outcome, from its receipt until it is acknowledged."""
    return _decided(rules.DECISIONS, IdentificationStep.__table__.c.id)


# control: H-DEADLINE-10 house-hears-decisions
def _decisions_for_support() -> Source:
    """Return the same query for those who support the person.

    Each has an id of its own, so that an adviser who acknowledges the decision does not remove it from their list.
    """
    own = cast(func.md5(func.concat(IdentificationStep.id, literal_column("':support'", Text))), Uuid)
    return _decided(rules.SUPPORT_DECISIONS, own)


def _decided(kinds: Mapping[str, Sequence[str]], reference: Column) -> Source:
    """Return a query for the decisions that count. `kinds`: the outcomes by kind of item."""
    outcomes = [(is_one_of(IdentificationStep.outcome, which), what) for what, which in kinds.items()]
    source = item(
        IdentificationStep.case_id,
        case(*((holds, literal_column(f"'{what}'", Text)) for holds, what in outcomes)),
        code=IdentificationStep.stage,
        reference=reference,
        since=IdentificationStep.received_on,
    )
    counts = ~exists().where(StepCorrection.step == IdentificationStep.id)
    return only(source, is_one_of(IdentificationStep.outcome, chain(*kinds.values())), counts)


def _hearings(what: str, **more: Column) -> Source:
    """Return a query for the coming hearings, only for the people who work on their matter."""
    hearing = HeardDue.__table__.c
    stored = {"source": hearing.source, "reference": hearing.reference, "due_on": hearing.due_on}
    source = item(hearing.case_id, what, **stored, members=hearing.members, **more)
    return only(source, hearing.listed, hearing.what == rules.MATTER_TASK, hearing.code == rules.HEARING)


def _hearings_while_missing() -> Source:
    """Return a query for the coming hearings of missing persons."""
    hearing, absence = HeardDue.__table__.c, aliased(HeardDue)
    is_missing = exists().where(
        absence.case_id == hearing.case_id,
        absence.what == rules.SUPPORT_TASK,
        is_one_of(absence.code, rules.OF_ABSENCE),
        absence.listed,
    )
    return only(_hearings(rules.HEARING_MISSING), is_missing)


def _hearings_unreachable() -> Source:
    """Return a query for near hearings of persons without an agreed safe way to reach them."""
    hearing, agreed = HeardDue.__table__.c, SafeContactAgreement
    near = cast(hearing.due_on - rules.REACHED_BEFORE, Date)
    source = _hearings(rules.HEARING_UNREACHABLE, shown_from=near)
    return only(source, ~exists().where(agreed.case_id == hearing.case_id))


PROMPTS: Final[tuple[Callable[[], Source], ...]] = (
    _entry_unadvised,
    _decisions,
    _decisions_for_support,
    _hearings_while_missing,
    _hearings_unreachable,
)

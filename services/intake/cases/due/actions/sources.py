"""All due items of a case as one statement over intake's own tables and its read model of other services.

Intake's own tables are read directly, so that a finished item leaves the list at once.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Text,
    Uuid,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from services.intake.access.erasure.models import ErasureRequest
from services.intake.access.erasure.rules import OPEN_STATES
from services.intake.access.rights.models import AccessRequest
from services.intake.agencies.consent.models import Consent
from services.intake.agencies.consent.rules import NAMES
from services.intake.agencies.referral.models import Referral
from services.intake.agencies.referral.rules import COMES_BACK, HELD, WAITING
from services.intake.cases.due import rules
from services.intake.cases.due.actions.items import BLANK, Column, Selected, Source, item, not_acknowledged, only
from services.intake.cases.due.actions.prompts import PROMPTS
from services.intake.cases.due.actions.reconsiderations import is_decided, is_no_fact, pending_requests
from services.intake.cases.due.actions.repeated import REPEATED
from services.intake.cases.due.models import HeardDue
from services.intake.facts.person.models import AskedAnew
from services.intake.path.identification.models import IdentificationStep, StepCorrection
from shared.deadlines import clocks
from shared.reference import JURISDICTIONS, grouping, profile
from shared.store.conditions import is_one_of

#: Restricts one of the tables to the requested cases, by its case column.
Narrow: TypeAlias = Callable[[Selected, Column], Selected]

#: Each decision with each submission that a law requires before it.
_SUBMITTED_BEFORE: Final = sorted(
    {
        (code, before)
        for name in JURISDICTIONS
        for code, stage in profile(name).stages.items()
        if stage.kind == "decision"
        for before in stage.requires
        if profile(name).stage(before).kind == "submission"
    }
)
_ONE_MONTH: Final[Column] = literal_column("interval '1 month'")


def due_of(narrow: Narrow, sources: Iterable[Source] | None = None) -> Selected:
    """Build the statement of all due items in the cases that `narrow` leaves, without acknowledged items.

    `sources`: the sources to query, all by default.
    """
    items = union_all(*(narrow(*source) for source in sources or (*USUAL, *SELDOM))).subquery("items")
    return select(items).where(not_acknowledged(items))


def _own_periods() -> Source:
    running = is_one_of(clocks.c.state, grouping.RUNNING_STATES)
    is_reached = and_(is_one_of(clocks.c.state, (grouping.REACHED,)), clocks.c.kind == "maximum")
    past = or_(is_one_of(clocks.c.state, grouping.PAST_STATES), is_reached)
    source = item(
        clocks.c.subject,
        rules.PERIOD,
        code=clocks.c.code,
        kind=clocks.c.kind,
        reference=clocks.c.id,
        jurisdiction=clocks.c.jurisdiction,
        rule_version=clocks.c.rule_version,
        due_on=clocks.c.due_on,
        # For a length in hours, both are the exact instant.
        due_at=case((clocks.c.due_at == clocks.c.ends_at, clocks.c.due_at)),
        other_due_on=clocks.c.other_due_on,
        since=clocks.c.began_on,
        state=clocks.c.state,
        certainty=clocks.c.certainty,
        doubts=clocks.c.doubts,
        ask_about=clocks.c.ask_about,
        birthday=clocks.c.birthday,
    )
    # The same states again as one list, to match the index.
    may_be_listed = is_one_of(clocks.c.state, (*grouping.RUNNING_STATES, *grouping.PAST_STATES, grouping.REACHED))
    return only(source, may_be_listed, or_(running, past))


def _heard() -> Source:
    heard = HeardDue.__table__.c
    source = item(
        heard.case_id,
        heard.what,
        **{name: heard[name] for name in BLANK if name not in ("member", "shown_from")},
    )
    # If the fact of a request is known, the fact decides.
    still = and_(is_no_fact(heard.case_id, heard.code), ~is_decided(heard.case_id, heard.code, heard.since))
    return only(source, heard.listed, or_(heard.what != rules.RECONSIDERATION, still))


def _referrals_waiting() -> Source:
    source = item(
        Referral.case_id,
        rules.REFERRAL_WAITING,
        reference=Referral.id,
        due_on=Referral.reply_by,
        since=Referral.sent_on,
        state=Referral.state,
    )
    return only(source, is_one_of(Referral.state, WAITING), Referral.taken_back_at.is_(None))


def _referrals_kept() -> Source:
    """Return a query for referrals that are held until a consent or a ground is recorded."""
    source = item(
        Referral.case_id,
        rules.REFERRAL_KEPT,
        code=Referral.held_because,
        reference=Referral.id,
        due_on=Referral.held_on,
        since=Referral.held_on,
        state=Referral.state,
    )
    return only(source, is_one_of(Referral.state, (HELD,)), Referral.taken_back_at.is_(None))


def _referrals_back() -> Source:
    """Return a query for returned referrals, due on the day of their return, until they are replaced."""
    later = aliased(Referral)
    replaced = exists().where(later.case_id == Referral.case_id, later.id > Referral.id, later.taken_back_at.is_(None))
    back_on = func.coalesce(Referral.came_back_on, Referral.reply_by)
    source = item(
        Referral.case_id,
        rules.REFERRAL_BACK,
        reference=Referral.id,
        due_on=back_on,
        since=back_on,
        state=Referral.state,
        member=Referral.returned_to,
    )
    is_back = (Referral.state.in_(COMES_BACK), Referral.returned_to.is_not(None), Referral.taken_back_at.is_(None))
    return only(source, *is_back, ~replaced)


def _referrals_missing() -> Source:
    """Return a query for decisions whose referral is not recorded, from the day on which they were learnt."""
    submitted = aliased(IdentificationStep)
    decisions = {decision for decision, _before in _SUBMITTED_BEFORE}
    goes_before = [
        and_(is_one_of(IdentificationStep.stage, (decision,)), is_one_of(submitted.stage, (before,)))
        for decision, before in _SUBMITTED_BEFORE
    ]
    is_submitted = exists().where(
        submitted.case_id == IdentificationStep.case_id,
        or_(*goes_before),
        ~exists().where(StepCorrection.step == submitted.id),
    )
    source = item(
        IdentificationStep.case_id,
        rules.REFERRAL_MISSING,
        code=IdentificationStep.stage,
        reference=IdentificationStep.id,
        due_on=IdentificationStep.received_on,
        since=IdentificationStep.received_on,
    )
    counts = ~exists().where(StepCorrection.step == IdentificationStep.id)
    return only(source, is_one_of(IdentificationStep.stage, decisions), ~is_submitted, counts)


def _consents_ending() -> Source:
    """Return a query for valid consents by their last day, unless another for the same is valid longer."""
    longer = aliased(Consent)
    asked = exists().where(
        longer.case_id == Consent.case_id,
        longer.agency == Consent.agency,
        longer.withdrawn_on.is_(None),
        longer.taken_back_at.is_(None),
        longer.expires_on > Consent.expires_on,
        longer.purposes.op("@>")(Consent.purposes),
        *(_opens_as_much(getattr(longer, name), getattr(Consent, name)) for name in NAMES),
    )
    source = item(
        Consent.case_id,
        rules.CONSENT_ENDS,
        reference=Consent.id,
        due_on=Consent.expires_on,
        since=Consent.granted_on,
        shown_from=cast(Consent.expires_on - rules.CONSENT_ASKED_BEFORE, Date),
    )
    return only(source, Consent.withdrawn_on.is_(None), Consent.taken_back_at.is_(None), ~asked)


def _opens_as_much(longer: Any, named: Any) -> ColumnElement[bool]:
    """Return the condition that a consent names everything of a kind that another one names, or all of the kind."""
    return or_(longer.is_(None), longer.op("@>")(named))


def _own_consents() -> Source:
    """Return a query for persons who came of age and have not been asked for their own consent."""
    asked = exists().where(
        Consent.case_id == AskedAnew.case_id,
        Consent.withdrawn_on.is_(None),
        Consent.taken_back_at.is_(None),
        Consent.granted_on >= AskedAnew.since,
    )
    source = item(AskedAnew.case_id, rules.OWN_CONSENT, due_on=AskedAnew.since, since=AskedAnew.since)
    return only(source, ~asked)


def _withdrawals() -> Source:
    """Return a query for each withdrawal that an agency has not answered, by the agency's id."""
    source = item(
        Consent.case_id,
        rules.WITHDRAWAL,
        code=cast(Consent.agency, Text),
        reference=Consent.id,
        due_on=Consent.answer_due_on,
        since=Consent.withdrawn_on,
    )
    return only(source, Consent.answer_due_on.is_not(None), Consent.taken_back_at.is_(None))


def _access_requests() -> Source:
    """Return a query for access requests until their release, which is due within a month (GDPR, article 12(3))."""
    source = item(
        AccessRequest.case_id,
        rules.ACCESS_REQUEST,
        code=AccessRequest.kind,
        reference=AccessRequest.id,
        due_on=cast(AccessRequest.received_on + _ONE_MONTH, Date),
        since=AccessRequest.received_on,
    )
    return only(source, AccessRequest.released_until.is_(None))


def _erasure_requests() -> Source:
    asked_on = func.coalesce(ErasureRequest.received_on, cast(ErasureRequest.requested_at, Date))
    source = item(
        ErasureRequest.case_id,
        rules.ERASURE_REQUEST,
        reference=ErasureRequest.id,
        due_on=cast(asked_on + _ONE_MONTH, Date),
        since=asked_on,
        state=ErasureRequest.state,
    )
    # A refused request was answered.
    return only(source, is_one_of(ErasureRequest.state, OPEN_STATES - {"refused"}))


def among(cases: FromClause) -> Narrow:
    """Return a restriction of a table to the cases of a statement, by their column `id`.

    The ids are in one array for all tables, so that the database uses each table's index however many cases there are.
    """
    once = select(func.array(select(cases.c.id).scalar_subquery(), type_=ARRAY(Uuid)).label("ids")).cte()
    # The cast is needed, because `any` of a plain subquery compares with its rows.
    ids = cast(select(once.c.ids).scalar_subquery(), ARRAY(Uuid))
    return lambda selected, of_case: selected.where(of_case == any_(ids))


#: Built once. Each statement of due items restricts them in its own way.
USUAL: Final[tuple[Source, ...]] = tuple(
    build()
    for build in (
        _own_periods,
        _heard,
        _referrals_waiting,
        _referrals_kept,
        _referrals_missing,
        _consents_ending,
        _own_consents,
        _access_requests,
        _erasure_requests,
        *PROMPTS,
    )
)
#: The rare sources. A case's records show whether they can have items (`rules.may_be_more`).
SELDOM: Final[tuple[Source, ...]] = tuple(
    build() for build in (_referrals_back, _withdrawals, pending_requests, *REPEATED)
)

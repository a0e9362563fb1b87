"""Undecided requests for reconsideration, from the facts of all services."""

from datetime import date
from typing import Any, Final

from sqlalchemy import Date, Table, Text, and_, case, cast, exists, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.intake.cases.due import rules
from services.intake.cases.due.actions.items import Column, Condition, Source, item
from services.intake.path.identification.models import IdentificationStep, StepCorrection
from services.intake.path.identification.rules import REQUESTED
from shared.deadlines.facts import facts, heard_facts
from shared.reference import JURISDICTIONS, profile

#: Stages in which an authority reconsiders its negative decision.
_RECONSIDERING: Final = sorted(
    {code for name in JURISDICTIONS for code, stage in profile(name).stages.items() if stage.reconsiders}
)
#: The patterns of a time that is known to the day or better, to the month, and to the year.
_DAY, _MONTH, _YEAR = r"^\d{4}-\d{2}-\d{2}", r"^\d{4}-\d{2}$", r"^\d{4}$"


def is_decided(of_case: Column, stage: Column, since: Column) -> Condition:
    """Return the SQL condition that an authority decided after a request, or after its earliest possible day."""
    again = IdentificationStep.stage.in_(_RECONSIDERING)
    otherwise = and_(IdentificationStep.stage == stage, IdentificationStep.outcome == "positive")
    return exists().where(
        IdentificationStep.case_id == of_case,
        or_(again, otherwise),
        IdentificationStep.received_on >= func.coalesce(since, literal(date.min, Date)),
        ~exists().where(StepCorrection.step == IdentificationStep.id),
    )


def is_no_fact(of_case: Column, stage: Column) -> Condition:
    """Return the SQL condition that there is no fact of such a request. Early releases published no facts."""
    heard = heard_facts.c
    return ~exists().where(heard.case_id == of_case, heard.kind == REQUESTED, heard.codes["stage"].astext == stage)


def pending_requests() -> Source:
    """Return a query for the valid undecided requests, one for each stage."""
    requests = union_all(_standing(facts, "intake"), _standing(heard_facts, "legal")).subquery("requests")
    latest = requests.c.since.desc().nulls_last()
    asked = (
        select(
            requests.c.case_id,
            requests.c.stage,
            func.max(requests.c.source).label("source"),
            func.max(requests.c.since).label("since"),
            func.max(requests.c.earliest).label("earliest"),
            func.array_agg(aggregate_order_by(requests.c.id, latest))[1].label("reference"),
        )
        .group_by(requests.c.case_id, requests.c.stage)
        .subquery("asked_again")
    )
    stored = {"source": asked.c.source, "code": asked.c.stage, "since": asked.c.since}
    selected, of_case = item(asked.c.case_id, rules.RECONSIDERATION, **stored)
    return selected.where(~is_decided(asked.c.case_id, asked.c.stage, asked.c.earliest)), of_case


def _standing(table: Table, source: str) -> Any:
    later = table.alias()
    happened = table.c.happened
    day = (happened.regexp_match(_DAY), cast(func.left(happened, len("2026-03-02")), Date))
    month = (happened.regexp_match(_MONTH), cast(func.concat(happened, "-01"), Date))
    year = (happened.regexp_match(_YEAR), cast(func.concat(happened, "-01-01"), Date))
    return select(
        table.c.id,
        table.c.case_id,
        literal(source, Text).label("source"),
        table.c.codes["stage"].astext.label("stage"),
        case(day).label("since"),
        case(day, month, year).label("earliest"),
    ).where(
        table.c.kind == REQUESTED,
        ~table.c.withdrawn,
        ~exists().where(later.c.id == table.c.id, later.c.revision > table.c.revision),
    )

"""The commands and views of facts. The tables of facts are in `shared.deadlines`, so the fields are declared here."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from marshmallow import validate

from shared.access.declarations import declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, parts
from shared.casework.fact_rules import said
from shared.deadlines import ExplainedDeadline, FactUsed
from shared.events.contract import Code, Count, Flag, Instant, Moment, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_ACCOUNT: Final = FieldClass.ACCOUNT
FACT = declare(Reference(), _ACCOUNT, "The fact, or the step on the official path.")
REVISION = declare(Count(), _ACCOUNT, "The revision: 1 until it is corrected.", example=1)
KIND = declare(Code(codes("fact_kind")), _ACCOUNT, "What happened.", example="voucher_given")
HAPPENED = declare(Moment(), _ACCOUNT, "When: an instant, a day, a month, a year, or `unknown`.", example="2026-03-02")
LEARNT = declare(
    nullable(Moment()),
    _ACCOUNT,
    "When that was learnt, to the instant or the day; today by default.",
    example="2026-03-04",
)
ABOUT = declare(nullable(Reference()), _ACCOUNT, "The fact that it answers: of a decision, the referral.")
DECIDED_BY = declare(
    nullable(Code(codes("authority"))), _ACCOUNT, "The body that decided, if one did.", example="GB.SCA"
)
STAGE = declare(Code(codes("identification_stage")), _ACCOUNT, "The stage of the official path.", example="referred")
OUTCOME = declare(Code(codes("decision_outcome")), _ACCOUNT, "What was decided.")
AUTHORITY = declare(Code(codes("authority")), _ACCOUNT, "Before which authority.", example="GB.SCA")
RECONSIDERS = declare(Code(codes("identification_stage")), _ACCOUNT, "The stage whose decision was reconsidered.")
DUBLIN = declare(
    Code(codes("yes_no_unknown")),
    _ACCOUNT,
    "Whether another state is to examine a claim for asylum.",
    category="immigration",
)
FOREIGNER = declare(
    Code(codes("yes_no_unknown")),
    _ACCOUNT,
    "Whether the person is neither a citizen nor, by the law, treated as one.",
    category="identity",
)
REMEDY = declare(Code(codes("remedy")), _ACCOUNT, "The claim.", example="GB.CICA")
OFFENDER = declare(Code(codes("known_or_unknown")), _ACCOUNT, "Whether the offender is known.")
RESULT = declare(Code(codes("compensation_outcome")), _ACCOUNT, "How a claim or challenge was decided.")
CHALLENGE = declare(
    Code(codes("clock_code")),
    _ACCOUNT,
    "The challenge, by its period.",
    example="GB.CICA_REVIEW",
    category="immigration",
)
JURISDICTION = declare(Code(codes("jurisdiction")), _ACCOUNT, "Whose law holds.", example="NL")
AGE = declare(Code(codes("age")), _ACCOUNT, "Whether the person is of age, as far as is known.")
CLOCK = declare(Code(codes("clock_code")), _ACCOUNT, "Which period of the law.", example="NL.REFLECTION_MAX")
UNTIL = declare(Moment(), _ACCOUNT, "Until which day.", example="2026-04-30")
RIGHT = declare(Code(codes("data_right")), _ACCOUNT, "Which right the person uses.")
GROUND = declare(Code(codes("period_ground")), _ACCOUNT, "Why a period is opened or closed by hand.")
WITHDRAWN = declare(Flag(), _ACCOUNT, "Whether it was taken back, and counts no more.")
REASON = declare(Code(codes("fact_correction_reason")), _ACCOUNT, "The reason of the correction.")
RECORDED_AT = declare(Instant(), _ACCOUNT, "When it was recorded. No period starts at this time.")
RECORDED_BY = declare(
    nullable(Reference()),
    _ACCOUNT,
    "The staff member who recorded it; null if it follows from another record.",
    author=True,
)
ALIKE = declare(
    nullable(Reference()),
    _ACCOUNT,
    "Another fact with the same content. Withdraw one of them as `recorded_twice`. Periods count both as one.",
)

#: The time of learning is known to the instant or the day.
_TO_THE_DAY: Final = validate.Length(min=len("2026-03-02"))


def learnt_field() -> Any:
    """Return the field of a body for the time of learning."""
    field = or_null(LEARNT)
    field.validators = [*field.validators, _TO_THE_DAY]
    return field


class RecordFact(Command):
    """A fact without a separate record at intake. Unknown values are `unknown`."""

    sample: ClassVar[Mapping[str, object]] = {"kind": "voucher_given", "happened": "2026-03-05T13:10:00+02:00"}

    kind: str = required(KIND)
    happened: str = required(HAPPENED)
    learnt: str | None = optional(learnt_field(), default=None)
    about: UUID | None = optional(ABOUT, default=None)
    decided_by: str | None = optional(DECIDED_BY, default=None)
    stage: str | None = optional(or_null(STAGE), default=None)
    clock: str | None = optional(or_null(CLOCK), default=None)
    right: str | None = optional(or_null(RIGHT), default=None)
    ground: str | None = optional(or_null(GROUND), default=None)

    @property
    def codes(self) -> dict[str, str]:
        """Its codes: all fields except the times."""
        return said(self.stored())


class CorrectFact(Command):
    """The correction of a fact. Omitted and null fields stay. With `withdrawn`, the fact becomes invalid."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "more_exact_date", "happened": "2026-03-26"}

    reason: str = required(REASON)
    withdrawn: bool = optional(WITHDRAWN, default=False)
    happened: str | None = optional(or_null(HAPPENED), default=None)
    learnt: str | None = optional(learnt_field(), default=None)
    about: UUID | None = optional(ABOUT, default=None)
    stage: str | None = optional(or_null(STAGE), default=None)
    outcome: str | None = optional(or_null(OUTCOME), default=None)
    authority: str | None = optional(or_null(AUTHORITY), default=None)
    dublin: str | None = optional(or_null(DUBLIN), default=None)
    foreigner: str | None = optional(or_null(FOREIGNER), default=None)
    age: str | None = optional(or_null(AGE), default=None)
    jurisdiction: str | None = optional(or_null(JURISDICTION), default=None)
    clock: str | None = optional(or_null(CLOCK), default=None)
    until: str | None = optional(or_null(UNTIL), default=None)
    right: str | None = optional(or_null(RIGHT), default=None)
    ground: str | None = optional(or_null(GROUND), default=None)

    @property
    def codes(self) -> dict[str, str]:
        """The corrected codes: all fields except the times."""
        return said(self.stored())

    @property
    def changes(self) -> dict[str, Any]:
        """All corrected fields, by name."""
        stated = {name: getattr(self, name) for name in ("happened", "learnt", "about")}
        return {name: value for name, value in stated.items() if value is not None} | self.codes


class Revision(View):
    """One revision of a fact."""

    revision = REVISION
    happened = HAPPENED
    learnt = LEARNT
    about = ABOUT
    decided_by = DECIDED_BY
    stage = omittable(STAGE)
    outcome = omittable(OUTCOME)
    authority = omittable(AUTHORITY)
    reconsiders = omittable(RECONSIDERS)
    dublin = omittable(DUBLIN)
    foreigner = omittable(FOREIGNER)
    remedy = omittable(REMEDY)
    offender = omittable(OFFENDER)
    result = omittable(RESULT)
    challenge = omittable(CHALLENGE)
    jurisdiction = omittable(JURISDICTION)
    age = omittable(AGE)
    clock = omittable(CLOCK)
    until = omittable(UNTIL)
    right = omittable(RIGHT)
    ground = omittable(GROUND)
    withdrawn = WITHDRAWN
    reason = or_null(REASON)
    recorded_at = RECORDED_AT
    recorded_by = RECORDED_BY


class Fact(Revision):
    """The current revision of a fact, with the earlier ones, the latest first."""

    id = FACT
    kind = KIND
    alike = ALIKE
    earlier = parts(Revision)


FACTS: Final = parts(Fact, Copied("deadline"))


class FactList(CaseView):
    """The facts of a case from which legal periods can follow."""

    facts = FACTS


class FactOfDeadline(FactUsed):
    """A fact from which a deadline follows. For a fact of another service, only the id."""

    kind = omittable(KIND)
    happened = omittable(HAPPENED)
    learnt = omittable(LEARNT)
    decided_by = omittable(DECIDED_BY)
    stage = omittable(STAGE)
    outcome = omittable(OUTCOME)


class DeadlineExplanation(ExplainedDeadline):
    """The explanation of a deadline's date, and of events that can change it."""

    facts = parts(FactOfDeadline)


class FactPutRight(View):
    """A fact after its correction."""

    id = FACT
    revision = REVISION
    withdrawn = WITHDRAWN

"""Facts of a case that people record: the fields, each declared once, and the commands and views that use them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from shared.access.declarations import declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Shown, View, parts
from shared.events.contract import Code, Count, Day, Flag, Identifier, Instant, Moment, Reference
from shared.http import Command, optional, required
from shared.reference import codes
from shared.store.database import NamedRow

#: The data categories of what happened to the person, for agencies that do not lead the case.
_ACCOUNT: Final = "account"
_IMMIGRATION: Final = "immigration"
KIND = declare(
    Code(codes("fact_kind")), FieldClass.BASIC, "What happened.", example="judgment_final", category=_ACCOUNT
)
HAPPENED = declare(
    Moment(),
    FieldClass.BASIC,
    "When: an instant with its offset, a day, a month, a year, or `unknown`.",
    category=_ACCOUNT,
)
LEARNT = declare(
    nullable(Moment()),
    FieldClass.BASIC,
    "When we learnt it: an instant or a day; today by default.",
    example="2026-03-04",
    category=_ACCOUNT,
)
DECIDED_BY = declare(
    nullable(Code(identifier=Identifier.PUBLIC_BODY)),
    FieldClass.BASIC,
    "The authority that decided.",
    example="GB.SCA",
    category=_ACCOUNT,
)
ABOUT = declare(
    nullable(Reference()), FieldClass.BASIC, "The fact that it answers: the decision, the request.", category=_ACCOUNT
)
STAGE = declare(Code(of="identification_stage"), FieldClass.BASIC, "The step that it concerns.", category=_ACCOUNT)
OUTCOME = declare(Code(codes("decision_outcome")), FieldClass.BASIC, "How it was decided.", category=_ACCOUNT)
AUTHORITY = declare(Code(of="authority"), FieldClass.BASIC, "The body that took the step.", category=_ACCOUNT)
RECONSIDERS = declare(
    nullable(Code(of="identification_stage")), FieldClass.BASIC, "Which decision it looked at again.", category=_ACCOUNT
)
DUBLIN = declare(
    Code(codes("yes_no_unknown")), FieldClass.BASIC, "Whether another state is responsible.", category=_IMMIGRATION
)
FOREIGNER = declare(
    Code(codes("yes_no_unknown")),
    FieldClass.BASIC,
    "Whether the person is neither a citizen nor, by the law, treated as one.",
    category="identity",
)
REMEDY = declare(Code(codes("remedy")), FieldClass.BASIC, "The remedy that it is about.", category=_ACCOUNT)
OFFENDER = declare(
    Code(codes("known_or_unknown")), FieldClass.BASIC, "Whether the offender is known.", category=_ACCOUNT
)
RESULT = declare(
    Code(codes("compensation_outcome")),
    FieldClass.BASIC,
    "How the claim or challenge was decided.",
    category=_ACCOUNT,
)
CHALLENGE = declare(
    Code(codes("clock_code")),
    FieldClass.BASIC,
    "The challenge, by its period.",
    example="GB.CICA_REVIEW",
    category=_IMMIGRATION,
)
JURISDICTION = declare(
    Code(codes("jurisdiction")), FieldClass.BASIC, "The law that applies from then on.", category=_ACCOUNT
)
AGE = declare(Code(codes("age")), FieldClass.BASIC, "The age by which the person is treated.", category=_ACCOUNT)
CLOCK = declare(Code(of="clock_code"), FieldClass.BASIC, "The period of the law that it is about.", category=_ACCOUNT)
UNTIL = declare(Day(), FieldClass.BASIC, "The new last day of the period.", category=_ACCOUNT)
RIGHT = declare(Code(codes("data_right")), FieldClass.BASIC, "The right that was exercised.", category=_ACCOUNT)
GROUND = declare(
    Code(codes("period_ground")), FieldClass.BASIC, "Why somebody decides about a period.", category=_ACCOUNT
)
FACT = declare(Reference(), FieldClass.BASIC, "The fact; of a step on the official path, the step.", category=_ACCOUNT)
REVISION = declare(Count(), FieldClass.BASIC, "1, and one more with each correction.", example=1, category=_ACCOUNT)
WITHDRAWN = declare(Flag(), FieldClass.BASIC, "Whether it was taken back, and counts no more.", category=_ACCOUNT)
REASON = declare(
    Code(codes("fact_correction_reason")), FieldClass.BASIC, "Why it was put right or taken back.", category=_ACCOUNT
)
HEARD = declare(Flag(), FieldClass.BASIC, "Whether another service recorded it.", category=_ACCOUNT)
RECORDED_AT = declare(
    nullable(Instant()), FieldClass.BASIC, "When it was recorded here; null: by another service.", category=_ACCOUNT
)
RECORDED_BY = declare(
    nullable(Reference()), FieldClass.BASIC, "Who recorded it; null: nobody here.", author=True, category=_ACCOUNT
)
WITHOUT_EFFECT = declare(
    nullable(Code()),
    FieldClass.BASIC,
    "Why it changes no period although it is meant to; null: it may.",
    example=None,
    category=_ACCOUNT,
)
TAKE_BACK = declare(Flag(), FieldClass.BASIC, "Take it back: it counts no more, and stays in the record.")


class RecordFact(Command):
    """Something happened in a case. Omit the fields that its kind does not allow."""

    sample: ClassVar[Mapping[str, object]] = {"kind": "judgment_final", "happened": "2026-03-02", "offender": "known"}

    kind: str = required(KIND)
    happened: str = required(HAPPENED)
    learnt: str | None = optional(LEARNT, default=None)
    decided_by: str | None = optional(DECIDED_BY, default=None)
    about: UUID | None = optional(ABOUT, default=None)
    stage: str | None = optional(or_null(STAGE), default=None)
    outcome: str | None = optional(or_null(OUTCOME), default=None)
    dublin: str | None = optional(or_null(DUBLIN), default=None)
    foreigner: str | None = optional(or_null(FOREIGNER), default=None)
    remedy: str | None = optional(or_null(REMEDY), default=None)
    offender: str | None = optional(or_null(OFFENDER), default=None)
    result: str | None = optional(or_null(RESULT), default=None)
    challenge: str | None = optional(or_null(CHALLENGE), default=None)
    jurisdiction: str | None = optional(or_null(JURISDICTION), default=None)
    clock: str | None = optional(or_null(CLOCK), default=None)
    until: date | None = optional(or_null(UNTIL), default=None)
    right: str | None = optional(or_null(RIGHT), default=None)
    ground: str | None = optional(or_null(GROUND), default=None)


class CorrectFact(Command):
    """The corrected values. A field that is omitted or null keeps its value. `withdrawn` withdraws the fact."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "more_exact_date", "happened": "2026-03-26"}

    reason: str = required(REASON)
    withdrawn: bool = optional(TAKE_BACK, default=False)
    happened: str | None = optional(or_null(HAPPENED), default=None)
    learnt: str | None = optional(LEARNT, default=None)
    decided_by: str | None = optional(DECIDED_BY, default=None)
    about: UUID | None = optional(ABOUT, default=None)
    stage: str | None = optional(or_null(STAGE), default=None)
    outcome: str | None = optional(or_null(OUTCOME), default=None)
    dublin: str | None = optional(or_null(DUBLIN), default=None)
    foreigner: str | None = optional(or_null(FOREIGNER), default=None)
    remedy: str | None = optional(or_null(REMEDY), default=None)
    offender: str | None = optional(or_null(OFFENDER), default=None)
    result: str | None = optional(or_null(RESULT), default=None)
    challenge: str | None = optional(or_null(CHALLENGE), default=None)
    jurisdiction: str | None = optional(or_null(JURISDICTION), default=None)
    clock: str | None = optional(or_null(CLOCK), default=None)
    until: date | None = optional(or_null(UNTIL), default=None)
    right: str | None = optional(or_null(RIGHT), default=None)
    ground: str | None = optional(or_null(GROUND), default=None)

    @property
    def changes(self) -> dict[str, object]:
        """The corrected values, by name."""
        beside = ("reason", "withdrawn")
        return {name: value for name, value in self.stored().items() if name not in beside and value is not None}


class Revision(View):
    """One recorded revision of a fact, without the fields that its kind does not allow."""

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
    """A fact with its current values and its earlier revisions, latest first."""

    id = FACT
    kind = KIND
    heard = HEARD
    without_effect = WITHOUT_EFFECT
    earlier = parts(Revision)


class FactList(CaseView):
    """All recorded facts of a case from which legal periods can follow."""

    facts = parts(Fact)


class NotedFact(View):
    """A fact with its values after it was recorded or corrected."""

    id = FACT
    revision = REVISION
    withdrawn = WITHDRAWN
    without_effect = WITHOUT_EFFECT


def displayed(rows: Iterable[NamedRow], without_effect: Mapping[UUID, str]) -> list[Shown]:
    """Return stored facts as `Fact` reads them: the current values of each, with its earlier revisions."""
    of_fact: dict[UUID, list[Shown]] = {}
    for row in sorted(rows, key=lambda row: row["revision"], reverse=True):
        of_fact.setdefault(row["id"], []).append(_flat(row))
    return [
        {**latest, "earlier": earlier, "without_effect": without_effect.get(fact)}
        for fact, (latest, *earlier) in sorted(of_fact.items())
    ]


def _flat(row: NamedRow) -> Shown:
    until = row["codes"].get("until")
    return {**row, **row["codes"], **({} if until is None else {"until": date.fromisoformat(until)})}

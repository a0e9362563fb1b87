"""Sharing without consent: its fields, each declared once, and what is proposed, decided and shown of it."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from marshmallow import fields

from services.intake.case.schemas import RecordedFact, RecordFact
from services.intake.sharing import rules
from shared.access.agency_fields import AgencyCode, AgencyNamed
from shared.access.declarations import declare, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import CaseView, Copied, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Day, Flag, Identifier, Instant, Reference
from shared.http import Command, optional, required
from shared.reference import codes

#: To whom something goes without consent, and why, is for who leads the case; that there is a sharing, for its team.
SHARING = declare(Reference(), FieldClass.BASIC, "The sharing.")
STATE = declare(Code(rules.STATES), FieldClass.BASIC, "Where it stands.", example=rules.PROPOSED)
AGENCY = declare(
    Reference(), FieldClass.BASIC, "The agency, by its id in the register.", party=True, category=OF_THE_LEAD
)
AGENCY_CODE = declare(
    AgencyCode(),
    FieldClass.BASIC,
    "Its code, where the law names it by one; else null.",
    example="NL.COMENSHA",
    category=OF_THE_LEAD,
)
AGENCY_ASKED = declare(
    AgencyNamed(),
    FieldClass.BASIC,
    "The agency, by its id in the register; an authority of the law also by its code.",
    example="NL.COMENSHA",
)
#: Of the first version of the event, which named authorities of the law alone.
FORMER_AGENCY = declare(
    Code(identifier=Identifier.AGENCY), FieldClass.BASIC, "The agency, by its code.", example="NL.COMENSHA"
)
PURPOSE = declare(Code(codes("consent_purpose")), FieldClass.BASIC, "What for.", category=OF_THE_LEAD)
DATA_CATEGORIES = declare(
    Codes(codes("data_category")), FieldClass.BASIC, "What the agency hears of.", category=OF_THE_LEAD
)
REASON = declare(
    Code(codes("sharing_without_consent_reason")), FieldClass.BASIC, "Why without consent.", category=OF_THE_LEAD
)
UNTIL = declare(Day(), FieldClass.BASIC, "Its last day.", category=OF_THE_LEAD)
PROPOSED_BY = declare(Reference(), FieldClass.BASIC, "Who proposed it.", author=True, category=OF_THE_LEAD)
PROPOSED_ON = declare(Day(), FieldClass.BASIC, "The day on which it was proposed.", category=OF_THE_LEAD)
REVIEW_BY = declare(
    Instant(),
    FieldClass.BASIC,
    "When a second person must have looked at what was shared at once.",
    category=OF_THE_LEAD,
)
DECIDED_BY = declare(Reference(), FieldClass.BASIC, "The second person.", staff=True, category=OF_THE_LEAD)
DECIDED_ON = declare(Day(), FieldClass.BASIC, "The day of their decision.", category=OF_THE_LEAD)
CHILD_UNTIL = declare(
    Day(),
    FieldClass.BASIC,
    "Until when it rested on the person being a child; they are of age by a birth that was put right.",
    category=OF_THE_LEAD,
)
PERSON_TOLD_ON = declare(Day(), FieldClass.BASIC, "The day on which the person was informed.", category=OF_THE_LEAD)
APPROVES = declare(Flag(), FieldClass.BASIC, "Whether it may go on, or has to stop.")


class ProposeSharing(RecordFact):
    """Something should go to an agency without the person's consent, for a named reason."""

    agency: UUID = required(AGENCY_ASKED)
    purpose: str = required(PURPOSE)
    data_categories: list[str] = required(DATA_CATEGORIES)
    reason: str = required(REASON)
    until: date = required(UNTIL)


class CorrectSharing(Correct):
    """Until when it may be shared, or when the person was told; what is left out stays as it is.

    To whom what goes, and why, was decided by two: take it back, and propose it anew.
    """

    until: date | None = optional(or_null(UNTIL), default=None)
    person_told_on: date | None = optional(or_null(PERSON_TOLD_ON), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "until": "2026-03-02"}


class DecideSharing(Command):
    """A second person decides."""

    approves: bool = required(APPROVES)


class RecordPersonTold(Command):
    """The person was told, once it was safe to."""

    told_on: date | None = optional(PERSON_TOLD_ON, default=None)


class Sharing(RecordedFact):
    """A sharing as the case shows it; what has not happened yet is null."""

    id = SHARING
    state = STATE
    agency = AGENCY
    agency_code = AGENCY_CODE
    purpose = PURPOSE
    data_categories = DATA_CATEGORIES
    reason = REASON
    until = UNTIL
    proposed_by = PROPOSED_BY
    proposed_on = PROPOSED_ON
    review_by = or_null(REVIEW_BY)
    decided_by = or_null(DECIDED_BY)
    decided_on = or_null(DECIDED_ON)
    person_told_on = or_null(PERSON_TOLD_ON)
    child_until = or_null(CHILD_UNTIL)


#: The case's part.
SHARINGS = parts(Sharing, Copied("sharing"), category=OF_THE_LEAD)


class ToldOutside(View):
    """What an agency outside was told of the person, by an event of the kind: no name is ever among it."""

    agency = AGENCY
    agency_code = AGENCY_CODE
    data_categories = DATA_CATEGORIES
    because = declare(Code(codes("gate_reason")), FieldClass.BASIC, "Why it may.", category=OF_THE_LEAD)
    told_on = declare(Day(), FieldClass.BASIC, "Since when it is told of these.", category=OF_THE_LEAD)
    in_words = declare(
        fields.List(fields.String()),
        FieldClass.BASIC,
        "The same in the person's language, where there are words in it: what, and why.",
        example=["Health", "A consent or a named ground covers it"],
        category=OF_THE_LEAD,
    )


#: A part of the person's copy.
TOLD_OUTSIDE = parts(ToldOutside, Copied("sharing"), category=OF_THE_LEAD)


class SharingList(CaseView):
    """A case's sharings, in the order in which they were proposed."""

    sharings = SHARINGS


class ChangedSharing(View):
    """The sharing that was changed."""

    id = SHARING

"""The commands and views of sharing without consent. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from marshmallow import fields

from services.intake.agencies.consent import models
from services.intake.facts.case.schemas import RecordFact
from shared.access.agency_fields import AgencyCode, AgencyNamed
from shared.access.declarations import declare, not_null, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import CaseView, Copied, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Flag
from shared.http import Command, optional, required

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
APPROVES = declare(Flag(), FieldClass.BASIC, "Whether the sharing can continue or must stop.")


class ProposeSharing(RecordFact):
    """Propose to share with an agency without the person's consent, for a named reason."""

    agency: UUID = required(AGENCY_ASKED)
    purpose: str = required(models.Sharing.purpose)
    data_categories: list[str] = required(models.Sharing.data_categories)
    reason: str = required(models.Sharing.reason)
    until: date = required(models.Sharing.until)


class CorrectSharing(Correct):
    """The corrected end of a sharing, or the day on which the person was informed. An omitted field stays as it is.

    Two people decided on the agency, the data and the reason. To change these, take the sharing back and propose it
    again.
    """

    until: date | None = optional(or_null(models.Sharing.until), default=None)
    person_told_on: date | None = optional(models.Sharing.person_told_on, default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "until": "2026-03-02"}


class DecideSharing(Command):
    """A second person decides."""

    approves: bool = required(APPROVES)


class RecordPersonTold(Command):
    """The person was informed, when that was safe."""

    told_on: date | None = optional(not_null(models.Sharing.person_told_on), default=None)


class Sharing(View, of=models.Sharing):
    """A sharing in the case's file; steps that have not happened are null."""

    agency_code = AGENCY_CODE


#: The case's part.
SHARINGS = parts(Sharing, Copied("sharing"), category=OF_THE_LEAD)


class ToldOutside(View, of=models.HeardTelling):
    """Data that an outside agency received about the person in events. Events never contain a name."""

    agency_code = AGENCY_CODE
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

    id = models.Sharing.id

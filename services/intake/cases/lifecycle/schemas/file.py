"""The commands that open cases, and the views of a whole case and of the person's copy."""

from collections.abc import Mapping
from datetime import date
from typing import Final, cast
from uuid import UUID

from marshmallow import ValidationError, fields, validate

from services.intake.access.merging.schemas import LINKS, MERGES
from services.intake.access.rights.schemas import ANNOTATIONS, CORRECTIONS, DISCLOSURES
from services.intake.access.staff_access.schemas import EXCLUSIONS, TEAM, TeamMember
from services.intake.agencies.consent.schemas import CONSENT_REFUSALS, CONSENTS, WITHDRAWAL_ANSWERS
from services.intake.agencies.consent.schemas.sharings import SHARINGS, TOLD_OUTSIDE
from services.intake.agencies.referral.schemas import PACKAGES, REFERRAL_STEPS, REFERRALS, REFERRALS_IN
from services.intake.agencies.report.schemas import SERVICE_PROGRESS
from services.intake.cases.due.schemas import ASSESSED_URGENT, ITEMS
from services.intake.cases.lifecycle.schemas.changes import ANONYMITY_CHOICES
from services.intake.facts.case.models import Case
from services.intake.facts.case.schemas import NUMBER
from services.intake.facts.detection.schemas import ACCOUNTS, DETECTIONS, RecordDetection
from services.intake.facts.fact.schemas import FACTS
from services.intake.facts.identity.schemas import FORMER_DETAILS_REASONS, PERSON, Person
from services.intake.facts.person.schemas import NAME_STATE, PERSON_NAME
from services.intake.facts.safe_contact.schemas import CONTACT_ATTEMPTS, ContactSafety
from services.intake.path.identification.schemas import (
    CLOCKS,
    ENTRY_DECISIONS,
    FIRST_RESPONDERS,
    IDENTIFICATION,
    NOTIFICATIONS,
)
from services.intake.path.identification.schemas import STATUS as IDENTIFICATION_STATUS
from shared.access.declarations import declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, part, parts, written_by_edge
from shared.casework.timeline_view import TimelineView
from shared.events.contract import Code, Codes, Reference
from shared.events.kinds import BoundedList
from shared.http import Command, optional, required, shown_case
from shared.reference import codes

URGENT_NEEDS = declare(Codes(codes("service_type")), FieldClass.HEALTH, "The person's urgent needs.")


class OpenCase(Command):
    """Open a contact, and with it a case."""

    jurisdiction: str = required(Case.jurisdiction)
    source: str = required(Case.source)
    channel: str = required(Case.channel)
    language: str = required(Case.language)
    anonymous: bool = required(Case.anonymous)
    age: str = optional(Case.age, default="unknown")
    outreach_session: UUID | None = optional(Case.outreach_session, default=None)
    opened_on: date | None = optional(Case.opened_on, default=None)
    urgent_needs: list[str] = optional(URGENT_NEEDS, default_factory=list)


#: The most people in one call.
MOST_PEOPLE: Final = 50
LONGEST_REFERENCE: Final = 40
#: OpenAPI publishes this pattern, in a form that other languages read alike. In Python `$` also matches before a final
#: line break; the second check refuses that.
_OPAQUE: Final = (
    validate.Regexp(r"^[A-Za-z0-9-]+$", error="can only contain letters without accents, digits and hyphens"),
    validate.ContainsNoneOf("\n", error="must be a single line"),
)
PERSON_REFERENCE = declare(
    fields.String(validate=[validate.Length(1, LONGEST_REFERENCE), *_OPAQUE]),
    None,
    "The sender's own opaque code for the person, never a name. Only its keyed digest is stored.",
    example="W1",
)
_OPENING_STATUS = ("opened", "refused", "waiting")


class FactsForAll(Command):
    """The values that are the same for all people who were found together."""

    jurisdiction: str = required(Case.jurisdiction)
    source: str = required(Case.source)
    channel: str = required(Case.channel)
    outreach_session: UUID | None = optional(Case.outreach_session, default=None)
    opened_on: date | None = optional(Case.opened_on, default=None)
    detection: RecordDetection | None = optional(
        declare(
            nullable(cast("fields.Field[RecordDetection]", fields.Nested(RecordDetection.schema))),
            None,
            "The signs that were seen of each; null: none are recorded.",
        ),
        default=None,
    )


class OnePerson(Command):
    """One of several people, with their own values."""

    reference: str = required(PERSON_REFERENCE)
    language: str = required(Case.language)
    anonymous: bool = required(Case.anonymous)
    age: str = optional(Case.age, default="unknown")
    opened_on: date | None = optional(or_null(Case.opened_on), default=None)
    urgent_needs: list[str] = optional(URGENT_NEEDS, default_factory=list)


def _check_references(people: list[OnePerson]) -> None:
    if len({person.reference for person in people}) != len(people):
        raise ValidationError("has a reference twice")


class OpenCases(Command):
    """Open a contact for each of several people who were found together."""

    common: FactsForAll = required(
        declare(cast("fields.Field[FactsForAll]", fields.Nested(FactsForAll.schema)), None, "What is the same for all.")
    )
    people: list[OnePerson] = required(
        declare(
            cast(
                "fields.Field[list[OnePerson]]",
                BoundedList(fields.Nested(OnePerson.schema), MOST_PEOPLE, least=1, checks=[_check_references]),
            ),
            None,
            "The people, each with a separate reference.",
        )
    )


class OpeningProblem(View):
    """Why no case was opened for a person. It repeats nothing of the request."""

    rule = declare(Code(), None, "The rule that refused it.", example="not_in_future")
    field = declare(nullable(Code()), None, "The field that it is about, if it is about one.", example="opened_on")
    message = declare(fields.String(), None, "The error, and what to do.")


class OnePersonOpened(View):
    """The result for one person: a case, a refusal, or `waiting` if the call ended before their turn."""

    reference = PERSON_REFERENCE
    status = declare(
        Code(_OPENING_STATUS), None, "`waiting`: send the call again with its key, once Retry-After has passed."
    )
    case = declare(nullable(Reference()), None, "The dependant's own case; null if it is not opened.")
    problem = part(OpeningProblem)


class CasesOpened(View):
    """The result for each person, in the order of the request."""

    people = parts(OnePersonOpened)


class CaseContents(CaseView):
    """The parts of a case that both its readers and the person's copy contain: its path, its team, its deadlines."""

    id = Case.id
    version = Case.version
    number = NUMBER
    jurisdiction = Case.jurisdiction
    status = Case.status
    source = Case.source
    channel = Case.channel
    language = Case.language
    anonymous = Case.anonymous
    age = Case.age
    outreach_session = Case.outreach_session
    opened_on = Case.opened_on
    revision = Case.revision
    closed_on = Case.closed_on
    closure_reason = Case.closure_reason
    closed_although = Case.closed_although
    reopened_on = Case.reopened_on
    team = TEAM
    exclusions = EXCLUSIONS
    detections = DETECTIONS
    accounts = ACCOUNTS
    consents = CONSENTS
    consent_refusals = CONSENT_REFUSALS
    withdrawal_answers = WITHDRAWAL_ANSWERS
    sharings = SHARINGS
    referrals_in = REFERRALS_IN
    referrals = REFERRALS
    referral_steps = REFERRAL_STEPS
    service_progress = SERVICE_PROGRESS
    entry_decisions = ENTRY_DECISIONS
    identification = IDENTIFICATION
    identification_status = IDENTIFICATION_STATUS
    first_responders = FIRST_RESPONDERS
    clocks = CLOCKS
    facts = FACTS
    notifications = NOTIFICATIONS
    annotations = ANNOTATIONS
    corrections = CORRECTIONS
    former_details_reasons = FORMER_DETAILS_REASONS
    anonymity_choices = ANONYMITY_CHOICES
    assessed_urgent = ASSESSED_URGENT


class NamedMember(TeamMember):
    """A member of the team, with their name."""

    name = declare(
        nullable(fields.String()),
        FieldClass.BASIC,
        "Their name; null for a reader who does not work with them.",
        example="Fictitious A.",
    )


class TeamNames(CaseView):
    """The team of a case, with names."""

    members = parts(NamedMember)


class PersonLine(CaseView):
    """The person's name in one line, as lists show it."""

    id = Case.id
    name = PERSON_NAME
    name_state = NAME_STATE


def _read_part(view: type[CaseView]) -> type[View]:
    """Return the view of a part that is read with the case: its ETag and its data, or the reason why it is hidden."""
    return cast(
        "type[View]",
        View.from_dict(
            {
                "etag": omittable(declare(fields.String(), FieldClass.BASIC, "The ETag of the part.")),
                "data": omittable(part(view)),
                "hidden": omittable(
                    declare(Code(shown_case.REASONS), FieldClass.BASIC, "Why the part is not shown to this reader.")
                ),
            },
            name=f"{view.__name__}Part",
        ),
    )


class CaseParts(View):
    """The parts that the query parameter `with` requests."""

    person = omittable(part(_read_part(Person)))
    name = omittable(part(_read_part(PersonLine)))
    safe_contact = omittable(part(_read_part(ContactSafety)))
    team = omittable(part(_read_part(TeamNames)))


class CaseFile(CaseContents):
    """A case as its readers see it: with its due items, and the person's other cases that they may see too."""

    actions = shown_case.actions()
    etags = shown_case.etags()
    due = ITEMS
    links = LINKS
    merges = MERGES
    parts = written_by_edge(omittable(part(CaseParts)))


class CaseCopy(CaseContents):
    """Intake's part of the person's copy."""

    person = PERSON
    contact_attempts = CONTACT_ATTEMPTS
    packages = PACKAGES
    told_outside = TOLD_OUTSIDE
    disclosures = DISCLOSURES


#: The record class of the case's own fields. The parts declare their own.
COPIED: Final[Mapping[str, tuple[str, ...]]] = {
    "contact": ("jurisdiction", "status", "source", "channel", "language", "anonymous", "age", "opened_on"),
}


class CaseTimeline(TimelineView):
    """The timeline of a case at intake, the newest entry first."""

    drawn_from = CaseContents

"""A case as a whole: opened, closed and reopened, as its readers see it, and the person's copy of it."""

from collections.abc import Mapping
from datetime import date
from typing import Final, cast
from uuid import UUID

from marshmallow import ValidationError, fields, validate

from services.intake.account.schemas import ACCOUNTS
from services.intake.case import schemas as case
from services.intake.case_number.schemas import NUMBER
from services.intake.consent.schemas import CONSENT_REFUSALS, CONSENTS
from services.intake.detection.schemas import DETECTIONS, RecordDetection
from services.intake.due.schemas import ITEMS
from services.intake.fact.schemas import FACTS
from services.intake.former_details.schemas import FORMER_DETAILS_REASONS
from services.intake.identification.schemas import CLOCKS, ENTRY_DECISIONS, FIRST_RESPONDERS, IDENTIFICATION
from services.intake.identification.schemas import STATUS as IDENTIFICATION_STATUS
from services.intake.identity.schemas import PERSON, Person
from services.intake.merging.schemas import LINKS, MERGES
from services.intake.notification.schemas import NOTIFICATIONS
from services.intake.opening.schemas import ANONYMITY_CHOICES
from services.intake.referral.schemas import PACKAGES, REFERRAL_STEPS, REFERRALS, REFERRALS_IN
from services.intake.report.schemas import SERVICE_PROGRESS
from services.intake.rights.schemas import ANNOTATIONS, CORRECTIONS, DISCLOSURES
from services.intake.safe_contact.schemas import CONTACT_ATTEMPTS, ContactSafety
from services.intake.sharing.schemas import SHARINGS, TOLD_OUTSIDE
from services.intake.staff_access.schemas import EXCLUSIONS, TEAM, TeamMember
from services.intake.summary.schemas import NAME_STATE, PERSON_NAME
from services.intake.withdrawal.schemas import WITHDRAWAL_ANSWERS
from services.intake.work.schemas import ASSESSED_URGENT
from shared.access.declarations import ID, VERSION, declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, part, parts, written_by_edge
from shared.casework.corrections import REVISION
from shared.events.bounded import BoundedList
from shared.events.contract import Code, Codes, Reference
from shared.http import Command, optional, required, shown_case
from shared.reference import codes

URGENT_NEEDS = declare(Codes(codes("service_type")), FieldClass.HEALTH, "What the person needs at once.")


class OpenCase(Command):
    """A contact opens."""

    jurisdiction: str = required(case.JURISDICTION)
    source: str = required(case.SOURCE)
    channel: str = required(case.CHANNEL)
    language: str = required(case.LANGUAGE)
    anonymous: bool = required(case.ANONYMOUS)
    age: str = optional(case.AGE, default="unknown")
    outreach_session: UUID | None = optional(case.OUTREACH_SESSION, default=None)
    opened_on: date | None = optional(case.OPENED_ON, default=None)
    urgent_needs: list[str] = optional(URGENT_NEEDS, default_factory=list)


#: People whose contacts are opened by one call.
MOST_PEOPLE: Final = 50
LONGEST_REFERENCE: Final = 40
#: Published as other languages read it alike; `$` also matches before a line's end.
_OPAQUE: Final = (
    validate.Regexp(r"^[A-Za-z0-9-]+$", error="takes letters without accents, digits and hyphens alone"),
    validate.ContainsNoneOf("\n", error="takes one line"),
)
PERSON_REFERENCE = declare(
    fields.String(validate=[validate.Length(1, LONGEST_REFERENCE), *_OPAQUE]),
    None,
    "The sender's own opaque code for the person, never a name; kept as a keyed digest alone.",
    example="W1",
)
_OPENING_STATUS = ("opened", "refused", "waiting")


class FactsForAll(Command):
    """What is the same for all who were found together."""

    jurisdiction: str = required(case.JURISDICTION)
    source: str = required(case.SOURCE)
    channel: str = required(case.CHANNEL)
    outreach_session: UUID | None = optional(case.OUTREACH_SESSION, default=None)
    opened_on: date | None = optional(case.OPENED_ON, default=None)
    detection: RecordDetection | None = optional(
        declare(
            nullable(cast("fields.Field[RecordDetection]", fields.Nested(RecordDetection.schema))),
            None,
            "The signs that were seen of each; null: none are recorded.",
        ),
        default=None,
    )


class OnePerson(Command):
    """One of several people, and what is so of them alone."""

    reference: str = required(PERSON_REFERENCE)
    language: str = required(case.LANGUAGE)
    anonymous: bool = required(case.ANONYMOUS)
    age: str = optional(case.AGE, default="unknown")
    opened_on: date | None = optional(or_null(case.OPENED_ON), default=None)
    urgent_needs: list[str] = optional(URGENT_NEEDS, default_factory=list)


def _each_once(people: list[OnePerson]) -> None:
    if len({person.reference for person in people}) != len(people):
        raise ValidationError("has a reference twice")


class OpenCases(Command):
    """Contacts open of several people who were found together: what is the same for all, and each of them."""

    common: FactsForAll = required(
        declare(cast("fields.Field[FactsForAll]", fields.Nested(FactsForAll.schema)), None, "What is the same for all.")
    )
    people: list[OnePerson] = required(
        declare(
            cast(
                "fields.Field[list[OnePerson]]",
                BoundedList(fields.Nested(OnePerson.schema), MOST_PEOPLE, least=1, checks=[_each_once]),
            ),
            None,
            "The people, each with a reference of their own.",
        )
    )


class OpeningProblem(View):
    """Why nothing was opened of a person; nothing of what was sent is repeated."""

    rule = declare(Code(), None, "The rule that refused it.", example="not_in_future")
    field = declare(nullable(Code()), None, "The field that it is about, if it is about one.", example="opened_on")
    message = declare(fields.String(), None, "What is wrong, and what to do next.")


class OnePersonOpened(View):
    """What became of one person: a case, a refusal, or the call ended before their turn."""

    reference = PERSON_REFERENCE
    status = declare(
        Code(_OPENING_STATUS), None, "`waiting`: send the call again with its key, once Retry-After has passed."
    )
    case = declare(nullable(Reference()), None, "The case that is theirs alone; null unless it is opened.")
    problem = part(OpeningProblem)


class CasesOpened(View):
    """What became of each person, in the order in which they were sent."""

    people = parts(OnePersonOpened)


class CaseContents(CaseView):
    """What both its readers and the person's copy see of a case: its path, its team, its clocks."""

    id = ID
    version = VERSION
    number = NUMBER
    jurisdiction = case.JURISDICTION
    status = case.STATUS
    source = case.SOURCE
    channel = case.CHANNEL
    language = case.LANGUAGE
    anonymous = case.ANONYMOUS
    age = case.AGE
    outreach_session = case.OUTREACH_SESSION
    opened_on = case.OPENED_ON
    revision = REVISION
    closed_on = or_null(case.CLOSED_ON)
    closure_reason = or_null(case.CLOSURE_REASON)
    closed_although = or_null(case.CLOSED_ALTHOUGH)
    reopened_on = or_null(case.REOPENED_ON)
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
    """The person's name in one line, as lists have it."""

    id = ID
    name = PERSON_NAME
    name_state = NAME_STATE


def _read_part(view: type[CaseView]) -> type[View]:
    """Return the view of a part that is read with the case: its ETag and its data, or why it is hidden."""
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
    """The parts that were asked for by `with`."""

    person = omittable(part(_read_part(Person)))
    name = omittable(part(_read_part(PersonLine)))
    safe_contact = omittable(part(_read_part(ContactSafety)))
    team = omittable(part(_read_part(TeamNames)))


class CaseFile(CaseContents):
    """A case as its readers see it: with what is due, and the person's other cases that they may see too."""

    actions = shown_case.actions()
    etags = shown_case.etags()
    due = ITEMS
    links = LINKS
    merges = MERGES
    parts = written_by_edge(omittable(part(CaseParts)))


class CaseCopy(CaseContents):
    """What intake hands over when the person asks for a copy."""

    person = PERSON
    contact_attempts = CONTACT_ATTEMPTS
    packages = PACKAGES
    told_outside = TOLD_OUTSIDE
    disclosures = DISCLOSURES


#: Of which class of records the case's own fields are; those of a part stand with the part.
COPIED: Final[Mapping[str, tuple[str, ...]]] = {
    "contact": ("jurisdiction", "status", "source", "channel", "language", "anonymous", "age", "opened_on"),
}

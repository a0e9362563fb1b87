"""The commands and views of the person. The fields are declared here, because the person is stored sealed.

No error and no address repeats a value.

The fields of changes of age are declared on their columns (`person.models`), and those of reasons to see former details
on theirs (`models`).
"""

from enum import Enum
from typing import Final, cast
from uuid import UUID

from marshmallow import fields, validate

from services.intake.facts.case.models import Case
from services.intake.facts.identity.models import FormerDetailsReason, FormerNameSearch
from services.intake.facts.identity.rules import MOST_NAMES, Name
from services.intake.facts.person import models
from services.intake.facts.person.rules import StoredBirth
from services.intake.facts.safe_contact.schemas import CONTACT_SAFE
from shared.access.declarations import ID, declare, nullable, omittable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.casework.likeness import CLOSENESS
from shared.events.contract import Code, Codes, Count, Flag, PartialDay, Reference
from shared.events.kinds import BoundedList
from shared.http import Command, optional, required
from shared.http.words import SingleLine
from shared.reference import codes
from shared.reference.periods import FIRST_YEAR, LAST_YEAR

#: For an event, and for those who must know that something changed. No event contains the old or new value.
CHANGED = declare(Codes(codes("changed_detail")), FieldClass.IDENTITY, "The changed field, without its values.")


class SeeFormerDetails(Command):
    """Why a person's former names and genders have to be seen."""

    reason: str = required(FormerDetailsReason.reason)


class SearchFormerNames(Command):
    """Why the caller's cases have to be found by former names too."""

    reason: str = required(FormerNameSearch.reason)


class FormerNamesSearched(View):
    """Until when the caller's searches find former names too."""

    until = FormerNameSearch.until


class ReasonOnRecord(View, of=FormerDetailsReason):
    """A reason that a member of staff had to see a person's former details."""


FORMER_DETAILS_REASONS: Final = parts(ReasonOnRecord, Copied("person"))

LONGEST_NAME: Final = 200

LONGEST_ADDRESS: Final = 1_000


class LeftOut(Enum):
    """The value of a part that a body omits. It is not the same as null."""

    LEFT_OUT = "left out"


LEFT_OUT: Final = LeftOut.LEFT_OUT

NAME_KIND = declare(Code(codes("name_kind")), FieldClass.IDENTITY, "The kind of name.")

NAME = declare(
    SingleLine(LONGEST_NAME), FieldClass.IDENTITY, "The name as the person writes it.", example="Ana, fictitious"
)

SINCE = declare(nullable(PartialDay()), FieldClass.IDENTITY, "Since when it has been theirs; null: not known.")

UNTIL = declare(nullable(PartialDay()), FieldClass.IDENTITY, "Until when it was theirs; null: it still is.")

BIRTH_DATE = declare(
    nullable(PartialDay()), FieldClass.IDENTITY, "When they were born, perhaps to the year.", example="1999-07"
)

DISPUTED = declare(Flag(), FieldClass.IDENTITY, "Whether their age is disputed.", example=False)

PHONE = declare(
    nullable(SingleLine(LONGEST_NAME)),
    FieldClass.IDENTITY,
    "A telephone number.",
    example="fictitious",
    category=CONTACT_SAFE,
)

EMAIL = declare(
    nullable(SingleLine(LONGEST_NAME)),
    FieldClass.IDENTITY,
    "An e-mail address.",
    example="fictitious",
    category=CONTACT_SAFE,
)

ADDRESS = declare(nullable(SingleLine(LONGEST_ADDRESS)), FieldClass.LOCATION, "Where they live.", example="fictitious")

GENDER = declare(nullable(Code(codes("gender"))), FieldClass.IDENTITY, "Their gender.")

EARLIER_GENDER = declare(Code(codes("gender")), FieldClass.IDENTITY, "A gender that was recorded before.")

GENDER_UNTIL = declare(PartialDay(), FieldClass.IDENTITY, "The day on which it was changed.")

NATIONALITIES = declare(nullable(Codes(codes("nationality"))), FieldClass.IDENTITY, "Their nationalities.")

LIKE_CASE = declare(Reference(), None, "A case whose person may have the name.")

ALIKE = declare(Code(CLOSENESS), None, "How like the name is.")

BIRTH_YEAR = declare(
    nullable(fields.Integer(strict=True, validate=validate.Range(FIRST_YEAR, LAST_YEAR))),
    None,
    "The year of birth, give or take one.",
    example=1999,
)

AFTER = declare(nullable(Reference()), None, "`next` of the page before; null at the beginning.")


class ChangeName(Command):
    """The person has another name."""

    kind: str = required(NAME_KIND)
    name: str = required(NAME)
    since: str | None = optional(SINCE, default=None)


class GivenName(Command):
    """A name, and the time in which the person had it."""

    kind: str = required(NAME_KIND)
    name: str = required(NAME)
    since: str | None = optional(SINCE, default=None)
    until: str | None = optional(UNTIL, default=None)


class Birth(Command):
    """When the person was born, as far as it is known, and whether their age is disputed."""

    date: str | None = optional(BIRTH_DATE, default=None)
    disputed: bool = optional(DISPUTED, default=False)


class Reach(Command):
    """Where the person can be reached. Whether that is safe is a separate question: see safe contact."""

    phone: str | None = optional(PHONE, default=None)
    email: str | None = optional(EMAIL, default=None)
    address: str | None = optional(ADDRESS, default=None)


_NAMES = cast(
    "fields.Field[list[GivenName]]",
    BoundedList(fields.Nested(GivenName.schema), MOST_NAMES),
)

_BIRTH = cast("fields.Field[Birth]", fields.Nested(Birth.schema))

_REACH = cast("fields.Field[Reach]", fields.Nested(Reach.schema))

NAMES = declare(nullable(_NAMES), FieldClass.IDENTITY, "All their names; null takes them away.")

BIRTH = declare(nullable(_BIRTH), FieldClass.IDENTITY, "When they were born; null takes it away.")

CONTACT = declare(nullable(_REACH), FieldClass.IDENTITY, "Where they can be reached; null takes it away.")


class RecordPerson(Command):
    """Record the person's identity. A stated part replaces the stored one; null removes it."""

    names: list[GivenName] | LeftOut | None = optional(NAMES, default=LEFT_OUT)
    birth: Birth | LeftOut | None = optional(BIRTH, default=LEFT_OUT)
    gender: str | LeftOut | None = optional(GENDER, default=LEFT_OUT)
    nationalities: list[str] | LeftOut | None = optional(NATIONALITIES, default=LEFT_OUT)
    contact: Reach | LeftOut | None = optional(CONTACT, default=LEFT_OUT)

    @property
    def all_names(self) -> list[Name]:
        """Return the stated names; none if they are omitted or removed."""
        return [Name(**name.stored()) for name in self.names] if isinstance(self.names, list) else []

    @property
    def stored_birth(self) -> StoredBirth | None:
        """Return the birth in its stored form; None if it is omitted or removed."""
        if not isinstance(self.birth, Birth):
            return None
        return {"date": self.birth.date, "disputed": self.birth.disputed}

    def given(self) -> dict[str, object]:
        """Return the stated parts in their stored form."""
        parts_given = {name: value for name, value in self.stored().items() if value is not LEFT_OUT}
        return {name: value.stored() if isinstance(value, Command) else value for name, value in parts_given.items()}


class Search(Command):
    """A name as it was heard or written, and optionally the year of birth."""

    name: str = required(NAME)
    birth_year: int | None = optional(BIRTH_YEAR, default=None)


class IndexAnew(Command):
    """The `next` of the previous page; null at the beginning."""

    after: UUID | None = optional(AFTER, default=None)


class PersonName(View):
    """A name, and the time in which the person had it."""

    kind = NAME_KIND
    name = NAME
    since = SINCE
    until = UNTIL


class PersonBirth(View):
    """When they were born, as far as it is known."""

    date = BIRTH_DATE
    disputed = DISPUTED


class EarlierGender(View):
    """A gender that was recorded before, and until when."""

    gender = EARLIER_GENDER
    until = GENDER_UNTIL


class PersonContact(View):
    """Where they can be reached."""

    phone = PHONE
    email = EMAIL
    address = ADDRESS


class Person(CaseView):
    """The person's identity; an unknown part is null. Only a reader with a reason on record sees former details."""

    id = ID
    names = nullable(parts(PersonName))
    birth = part(PersonBirth)
    gender = GENDER
    earlier_genders = parts(EarlierGender)
    changed = CHANGED
    nationalities = NATIONALITIES
    contact = part(PersonContact)


class CopiedPerson(View):
    """The person's identity, as far as it is known, for their copy."""

    names = omittable(parts(PersonName))
    birth = omittable(part(PersonBirth))
    gender = omittable(GENDER)
    earlier_genders = parts(EarlierGender)
    nationalities = omittable(NATIONALITIES)
    contact = omittable(part(PersonContact))


class ChangedPerson(View):
    """The case whose person was recorded."""

    id = ID


class NameMatch(View):
    """A case whose person may have the name."""

    case = LIKE_CASE
    alike = ALIKE


class NameMatches(View):
    """The cases that a search found, the closest match first."""

    found = parts(NameMatch)
    more = declare(Flag(), None, "Whether there are more matches. Then send more of the name.", example=False)


class IndexedCases(View):
    """The progress of the index of names."""

    indexed = declare(Count(), None, "How many cases this page had.")
    next = declare(nullable(Reference()), None, "Send it as `after` for the next page; null on the last.")


#: The part of the person's copy with their identity.
PERSON = part(CopiedPerson, Copied("person"))


class BirthMonth(View):
    """When the person was born, to the month, for a service that calculates a child's limits."""

    month = declare(
        nullable(PartialDay()), None, "The month, or the year where no more is known; null: not known, or disputed."
    )


CONFIRMS = declare(Flag(), FieldClass.BASIC, "Whether the second person agrees.")


class AnswerAge(Command):
    """A second person confirms the stated age or refuses it with a reason. A refusal restores the earlier age."""

    confirms: bool = required(CONFIRMS)
    reason: str | None = optional(models.AgeChange.refusal, default=None)


class AgeChange(View, of=models.AgeChange):
    """A stated age that makes a child of an adult, or an adult of a child, and the second person's answer."""


class AgeChanges(CaseView):
    """The changes of age of a case, the earliest first."""

    changes = parts(AgeChange)


class AnsweredAge(View):
    """The state of a change, and the age by which the person is treated."""

    id = models.AgeChange.id
    state = models.AgeChange.state
    age = Case.age

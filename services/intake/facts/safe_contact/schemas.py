"""The commands and views of safe contact and of alerts.

The fields of contact attempts are declared on their columns (`models`). The agreement is sealed, so its fields are
declared here.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, ClassVar, Final, cast

from marshmallow import fields, validate

from services.intake.facts.safe_contact import models, rules
from shared.access.declarations import ID, declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Flag, Instant, Reference
from shared.events.kinds import BoundedList
from shared.http import Command, optional, required
from shared.http.words import SingleLine
from shared.reference import codes

_TIME_OF_DAY = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_WAYS = codes("contact_way").values
_AGREED_WAYS = [channel for channel in _WAYS if channel != "voicemail"]


class TimeOfDay(fields.Time):
    """A local time. A request states hours and minutes; replies and the store also have the seconds."""

    def __init__(self) -> None:
        """Accept hours and minutes."""
        super().__init__("%H:%M")

    def _deserialize(self, value: object, *where: Any, **options: object) -> time:
        # The library also reads 9:5, and digits of other scripts.
        if not isinstance(value, str) or _TIME_OF_DAY.fullmatch(value) is None:
            raise self.make_error("invalid", input="", obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, *where, **options)

    def _serialize(self, value: Any, *_where: object, **_options: object) -> str | None:
        return value.isoformat() if isinstance(value, time) else value


ALERT = declare(Reference(), FieldClass.BASIC, "The safeguarding alert, at support.")
DANGER_TYPE = declare(
    Code(codes("danger_type")), FieldClass.HEALTH, "The kind of danger.", example="trafficker_contact"
)
URGENCY = declare(Code(codes("danger_urgency")), FieldClass.BASIC, "The urgency.")
STATE = declare(Code(codes("safe_contact_state")), FieldClass.IDENTITY, "Whether some way to reach the person is safe.")

#: Every role that may have to contact the person sees the ways, and whether they are safe.
CHANNELS = declare(Codes(_AGREED_WAYS), FieldClass.IDENTITY, "The ways agreed to; none: there is no safe way.")
UNSAFE = declare(Codes(_AGREED_WAYS), FieldClass.IDENTITY, "The ways that endanger the person.")
ZONE = declare(
    fields.String(validate=validate.Length(1, 64)), FieldClass.IDENTITY, "The time zone.", example="Europe/Bucharest"
)
DAY = declare(Code(rules.DAYS), FieldClass.IDENTITY, "The day of the week.")
BEGINS = declare(TimeOfDay(), FieldClass.IDENTITY, "Its first minute.", example="10:00")
ENDS = declare(TimeOfDay(), FieldClass.IDENTITY, "The minute after its last.", example="12:00")
LEAVES = declare(
    Codes(sorted(set(rules.TRACES.values()))), FieldClass.IDENTITY, "What can be left, although others could find it."
)
CODE_WORD = declare(nullable(SingleLine(100)), FieldClass.IDENTITY, "The word to ask for.", example="Fictitious")
IF_ANOTHER_ANSWERS = declare(
    Code(codes("if_another_answers")), FieldClass.IDENTITY, "What to do if another person answers."
)
STORY = declare(
    nullable(SingleLine(1_000)), FieldClass.IDENTITY, "The agreed explanation for other people.", example="Fictitious"
)
WARNING = declare(nullable(SingleLine(1_000)), FieldClass.IDENTITY, "Known dangers.", example="Fictitious")

#: The category of the rules for safe contact. An agency may receive it without the person's name.
CONTACT_SAFE: Final = "contact_safe"
KEEP_AWAY = declare(
    Codes(codes("exclusion_kind")),
    FieldClass.IDENTITY,
    "How people who must not learn of the contact or be asked are related to the person; the team sees their names.",
    example=["relative"],
    category=CONTACT_SAFE,
)


class RaiseAlert(Command):
    """A danger to the person: its kind, and how soon staff must act."""

    danger_type: str = required(DANGER_TYPE)
    urgency: str = required(URGENCY)


class SafeWindow(Command):
    """A time of the week, local, at which a contact is safe."""

    day: str = required(DAY)
    begins: time = required(BEGINS)
    ends: time = required(ENDS)


WINDOWS = declare(
    cast(
        "fields.Field[list[SafeWindow]]",
        BoundedList(fields.Nested(SafeWindow.schema), 50),
    ),
    FieldClass.IDENTITY,
    "The times at which a contact is safe; none: any time is.",
)


class AgreeContact(Command):
    """The person's agreement: ways, times, permitted traces, and the behaviour if another person answers.

    Without channels there is no safe way.
    """

    channels: list[str] = required(CHANNELS)
    unsafe: list[str] = optional(UNSAFE, default_factory=list)
    zone: str = required(ZONE)
    windows: list[SafeWindow] = optional(WINDOWS, default_factory=list)
    leaves: list[str] = optional(LEAVES, default_factory=list)
    code_word: str | None = optional(CODE_WORD, default=None)
    if_another_answers: str = required(IF_ANOTHER_ANSWERS)
    story: str | None = optional(STORY, default=None)
    warning: str | None = optional(WARNING, default=None)

    sample: ClassVar[Mapping[str, object]] = {
        "channels": ["phone"],
        "unsafe": ["letter"],
        "zone": "Europe/Bucharest",
        "windows": [{"day": "monday", "begins": "10:00", "ends": "12:00"}],
        "if_another_answers": "say_wrong_number",
    }


class AttemptContact(Command):
    """An outgoing contact and its outcome."""

    channel: str = required(models.ContactAttempt.channel)
    at: datetime | None = optional(or_null(models.ContactAttempt.at), default=None)
    outcome: str = required(models.ContactAttempt.outcome)


class CorrectAttempt(Correct):
    """The corrected way, time and outcome of a contact. An omitted field stays as it is."""

    channel: str | None = optional(or_null(models.ContactAttempt.channel), default=None)
    at: datetime | None = optional(or_null(models.ContactAttempt.at), default=None)
    outcome: str | None = optional(or_null(models.ContactAttempt.outcome), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_outcome", "outcome": "not_reached"}


class ChangedSafeContact(View):
    """The case whose agreement was recorded."""

    id = ID


class AgreedWindow(View):
    """A time of the week, local, at which a contact is safe."""

    day = DAY
    begins = BEGINS
    ends = ENDS


class Agreement(View):
    """The person's whole agreement."""

    channels = CHANNELS
    unsafe = UNSAFE
    zone = ZONE
    windows = parts(AgreedWindow)
    leaves = LEAVES
    code_word = CODE_WORD
    if_another_answers = IF_ANOTHER_ANSWERS
    story = STORY
    warning = WARNING


class AgreedContact(CaseView):
    """The person's agreement, to review it with them; null until one is recorded."""

    id = ID
    agreement = part(Agreement, category=CONTACT_SAFE)


class SafeWays(View):
    """The ways in which the person may be contacted now. Only if there is one, also how."""

    recorded = declare(Flag(), FieldClass.IDENTITY, "Whether an agreement is recorded.")
    ways = declare(Codes(_WAYS), FieldClass.IDENTITY, "The ways that are safe now.")
    next_safe_at = omittable(
        declare(nullable(Instant()), FieldClass.IDENTITY, "When a contact is next safe; null: never.")
    )
    code_word = omittable(CODE_WORD)
    if_another_answers = omittable(IF_ANOTHER_ANSWERS)
    story = omittable(STORY)
    warning = omittable(WARNING)
    may_leave = omittable(LEAVES)
    person_is_missing = omittable(
        declare(Flag(), FieldClass.IDENTITY, "True while the person is missing: then leave no messages for them.")
    )


class ContactAttempt(View, of=models.ContactAttempt):
    """An attempt to contact the person."""


#: Only in the person's copy, and never together with the agreement: a finder of the code word on paper could pretend
#: to be the person. The agreement is read out to them (`GET .../safe-contact/agreement`) when they ask.
CONTACT_ATTEMPTS: Final = parts(ContactAttempt, Copied("safe_contact"), category=CONTACT_SAFE)


class ContactSafety(CaseView):
    """Whether the person may be contacted now, and how, and the latest attempts."""

    id = ID
    safe_contact = part(SafeWays, category=CONTACT_SAFE)
    keep_away = KEEP_AWAY
    contact_attempts = CONTACT_ATTEMPTS

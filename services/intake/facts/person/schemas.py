"""Fields of the person's events, and the name in one line. The person is stored sealed; events never have a name."""

from marshmallow import fields

from services.intake.facts.person.rules import NAME_STATES
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Codes
from shared.reference import codes

AGE = declare(Code(codes("age")), FieldClass.STATISTICS, "Whether the person is treated as a child.")
CONFIRMED_AGE = declare(
    Code(codes("age")),
    FieldClass.STATISTICS,
    "The age before a change that a second person has not confirmed; powers over the person follow it.",
)
#: No data category, because it never leaves the installation (`events`).
SERVED_AS = declare(
    Codes(codes("served_gender")),
    FieldClass.IDENTITY,
    "The groups that the accommodation must accept: one is enough. Empty: the gender is not known.",
    example=["women"],
)
DUE_AGAIN_REASON = declare(Code(codes("consent_due_reason")), FieldClass.BASIC, "The reason to ask for consent again.")
PERSON_NAME = declare(
    nullable(fields.String()),
    FieldClass.IDENTITY,
    "The person's name in one line, without former names. `name_state` says why there is none.",
    example="Ana, fictitious",
)

NAME_STATE = declare(
    Code(NAME_STATES),
    FieldClass.BASIC,
    "Whether the name is shown, not recorded, hidden from this reader, or cannot be read because its key is lost.",
)

"""Bodies of requests about safe contact and dangers."""

from marshmallow import fields, validate

from services.intake.case.schemas import Body, SingleLine
from services.intake.safe_contact import rules
from shared.events.contract import Code, Codes
from shared.reference import codes

_WAYS = codes("contact_way").values


class RaiseAlert(Body):
    """Somebody is in danger: of what kind, and how soon somebody has to act."""

    danger_type = Code(codes("danger_type"), required=True)
    urgency = Code(codes("danger_urgency"), required=True)


class SafeWindow(Body):
    """A time of the week, local, at which a contact is safe."""

    day = Code(rules.DAYS, required=True)
    begins = fields.Time("%H:%M", required=True)
    ends = fields.Time("%H:%M", required=True)


class AgreeContact(Body):
    """What the person agreed to: ways, times, what may be left, and what to do if someone else answers.

    No channels: there is no safe way.
    """

    channels = Codes([channel for channel in _WAYS if channel != "voicemail"], required=True)
    unsafe = Codes([channel for channel in _WAYS if channel != "voicemail"], load_default=list)
    zone = fields.String(required=True, validate=validate.Length(1, 64))
    windows = fields.List(fields.Nested(SafeWindow), load_default=list, validate=validate.Length(max=50))
    leaves = Codes(sorted(set(rules.TRACES.values())), load_default=list)
    code_word = SingleLine(100, load_default=None, allow_none=True)
    if_another_answers = Code(codes("if_another_answers"), required=True)
    story = SingleLine(1_000, load_default=None, allow_none=True)
    warning = SingleLine(1_000, load_default=None, allow_none=True)


class AttemptContact(Body):
    """An outgoing contact, and what came of it."""

    channel = Code(_WAYS, required=True)
    at = fields.AwareDateTime(load_default=None, allow_none=True)
    outcome = Code(codes("contact_outcome"), required=True)

"""Bodies of requests about sharing without consent."""

from services.intake.case.schemas import Body
from shared.events.contract import Code, Codes, Day, Flag
from shared.reference import codes


class ProposeSharing(Body):
    """Something should go to an agency without the person's consent, for a named reason."""

    agency = Code(codes("authority"), required=True)
    purpose = Code(codes("consent_purpose"), required=True)
    data_categories = Codes(codes("data_category"), required=True)
    reason = Code(codes("sharing_without_consent_reason"), required=True)
    until = Day(required=True)


class DecideSharing(Body):
    """A second person decides."""

    approves = Flag(required=True)


class RecordPersonTold(Body):
    """The person was told, once it was safe to."""

    told_on = Day()

"""The events about intake's cases that support consumes."""

from shared.casework.following import ContactOpened, follow_cases
from shared.events.contract import Code, Codes, Day


class OpenedView(ContactOpened):
    """The fields of a first contact that support needs."""

    age = Code(load_default=None, allow_none=True)
    language = Code()
    opened_on = Day(required=True)
    urgent_needs = Codes(load_default=list)


FOLLOWED = follow_cases("intake", OpenedView)
READS = FOLLOWED.reads

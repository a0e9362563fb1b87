"""The events about intake's cases that legal consumes."""

from shared.casework import following
from shared.casework.following import follow_cases
from shared.events.contract import Code, Day


class ContactOpened(following.ContactOpened):
    """Of a contact, legal also needs the day from which its law applies, and the age by which the person is treated."""

    age = Code(load_default=None, allow_none=True)
    opened_on = Day(load_default=None, allow_none=True)


FOLLOWED = follow_cases("intake", "legal", ContactOpened)
READS = FOLLOWED.reads

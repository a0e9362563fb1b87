"""Rules for the end of a session and the renewal of its access token. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: A session ends after this time without a request by the person. Automatic requests of a page do not count.
IDLE: Final = timedelta(minutes=20)
#: The longest duration of a session, even with constant requests.
LONGEST: Final = timedelta(hours=8)
#: A draft is kept for this time after it was saved, and for this time the desk knows whose session has ended.
KEPT: Final = timedelta(minutes=60)
#: A sign-in must be completed within this time.
LONGEST_ATTEMPT: Final = timedelta(minutes=10)
#: The desk renews an access token this long before its end.
BEFORE_END: Final = timedelta(seconds=30)
#: The shortest interval between two updates of the time of the last request.
NOTED_EVERY: Final = timedelta(minutes=1)

#: The time of a person's last visit is deleted after this time.
VISIT_KEPT: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The start of a session, and the time of the person's last request."""

    began_at: datetime
    seen_at: datetime

    # control: H-DESK-2 session-ends
    def is_over(self, now: datetime) -> bool:
        """Return whether the session has ended."""
        return now >= min(self.began_at + LONGEST, self.seen_at + IDLE)

    def is_to_be_noted(self, now: datetime) -> bool:
        """Return whether to store this request as the last one."""
        return now - self.seen_at >= NOTED_EVERY


def is_to_be_renewed(ends_at: datetime, now: datetime) -> bool:
    """Return whether to renew an access token that ends at this time."""
    return now >= ends_at - BEFORE_END

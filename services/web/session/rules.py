"""When a session is over, and when its access token is renewed. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: A session ends after so long without a request by the person; requests that a page makes by itself do not count.
IDLE: Final = timedelta(minutes=20)
#: No session lasts longer, however busy it is.
LONGEST: Final = timedelta(hours=8)
#: A sign-in that was begun is completed within this time.
LONGEST_ATTEMPT: Final = timedelta(minutes=10)
#: An access token is renewed so long before its end.
BEFORE_END: Final = timedelta(seconds=30)
#: The time of the last request is stored at most so often.
NOTED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """When a session began, and when the person last asked for something."""

    began_at: datetime
    seen_at: datetime

    # control: H-DESK-2 session-ends
    def is_over(self, now: datetime) -> bool:
        """Return whether the session has ended."""
        return now >= min(self.began_at + LONGEST, self.seen_at + IDLE)

    def is_to_be_noted(self, now: datetime) -> bool:
        """Return whether this request is stored as the last one."""
        return now - self.seen_at >= NOTED_EVERY


def is_to_be_renewed(ends_at: datetime, now: datetime) -> bool:
    """Return whether an access token that ends at this time is renewed now."""
    return now >= ends_at - BEFORE_END

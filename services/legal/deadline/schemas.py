"""Bodies of the requests about clocks."""

from services.legal.case.schemas import Body
from shared.events.contract import Day


class PauseClock(Body):
    """A period's time stands still, from a day on that is not ahead; today unless told."""

    since = Day()


class ResumeClock(Body):
    """A period runs on, from a day on that is not ahead; today unless told."""

    again = Day()


class ExtendClock(Body):
    """A period is extended by decision."""

    until = Day(required=True)

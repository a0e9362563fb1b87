"""Complete installations: their start time, and the memory use of each service."""

from statistics import median

from deploy.cli.installation import SERVICES
from tests.benchmarks import memory
from tests.benchmarks.measurement import Measurement
from tests.kit.installation import DidNotStart, empty, resident_megabytes, started

STARTS = 3
JOURNEYS = 20


def measure() -> list[Measurement]:
    """Start several, one after another; return their figures and those of the services of the last."""
    starts: list[float] = []
    for last in [False] * (STARTS - 1) + [True]:
        with empty() as installation, started(installation) as seconds:
            starts.append(seconds)
            if last:
                if not memory.journeys(installation, JOURNEYS):
                    raise DidNotStart("The journeys did not come to their end; memory is measured after them.")
                after_journeys = max(resident_megabytes(installation, name) for name in SERVICES)
                many = memory.through_many_events(installation)
    events = f"{memory.EVENTS:,} events"
    return [
        Measurement(f"cold `up` to ready, median of {STARTS}", round(median(starts), 1), "s", 20),
        Measurement(f"memory of the largest service after {JOURNEYS} journeys", round(after_journeys, 1), "MB", 100),
        Measurement(f"the same after {events} more", round(many.late, 1), "MB", 100),
        Measurement(f"its growth from a tenth of the {events} to the last", round(many.late - many.early, 1), "MB", 5),
        Measurement("from intake to legal and support, each event applied by both", round(many.per_second), "/s"),
    ]

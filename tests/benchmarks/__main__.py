"""`make bench`: measures what goals name, prints a table, writes build/bench.json. Never a test: machines differ."""

from statistics import median

from deploy.cli.installation import SERVICES
from tests.benchmarks.installation import DidNotStart, command, empty, resident_megabytes, started
from tests.benchmarks.measurement import Measurement, keep, show

STARTS = 3
JOURNEYS = 20


def main() -> None:
    """Measure, show and keep."""
    starts: list[float] = []
    memory: list[float] = []
    for last in [False] * (STARTS - 1) + [True]:
        with empty() as installation, started(installation) as seconds:
            starts.append(seconds)
            if last:
                if command(installation, "journey", "--count", str(JOURNEYS)).wait():
                    raise DidNotStart("The journeys did not come to their end; memory is measured after them.")
                memory = [resident_megabytes(installation, name) for name in SERVICES]
    measurements = [
        Measurement(f"cold `up` to ready, median of {STARTS}", round(median(starts), 1), "s", 20),
        Measurement(
            f"resident memory of the largest service after {JOURNEYS} journeys", round(max(memory), 1), "MB", 100
        ),
    ]
    show(measurements)
    keep(measurements)


if __name__ == "__main__":
    main()

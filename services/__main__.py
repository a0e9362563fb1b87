"""Run one service: `python -m services intake`."""

from shared.runtime import host

host.prepare()  # before any other import: see there

import sys  # noqa: E402

from services import PORTS  # noqa: E402
from services.registry import parts_of  # noqa: E402


def main(arguments: list[str]) -> int:
    """Run the service that is named."""
    if len(arguments) != 1 or arguments[0] not in PORTS:
        sys.stderr.write(f"usage: python -m services {'|'.join(PORTS)}\n")
        return 2
    return host.run(arguments[0], PORTS, parts_of)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

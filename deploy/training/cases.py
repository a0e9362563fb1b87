"""Register the fictitious people, and play cases into an empty installation: `python -m deploy.training.cases`.

`deploy/training.yml` runs it in a container of its own at each start. `./casepath up` does the same by itself.
"""

import os
import sys

from deploy.cli import training
from deploy.cli.api import find_targets
from deploy.cli.console import say, say_error
from deploy.cli.errors import CommandRefused
from deploy.training.__main__ import TrainingRefused, checked


def main() -> int:
    """Register and play; return the exit code."""
    try:
        place = checked(os.environ)
        targets = find_targets()
        training.register(targets, place.issuer)
        if training.is_empty(targets):
            say("Playing fictitious cases. This happens once.")
            training.play_samples(targets)
    except TrainingRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    except CommandRefused as refused:
        say_error(refused)
        return 1
    say(f"The desk starts now. Open {place.desk} in a browser.", style="bold")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Run the public pages: `python -m services.web.public`."""

import os
import sys

# structlog loads rich, if there is one, to draw tracebacks in colour. These pages write plain ones, and save 3 MB.
sys.modules["rich"] = None  # type: ignore[assignment]  # None is how Python is told that a module is missing

from flask import Flask  # noqa: E402 - after the line above

from services import PUBLIC  # noqa: E402
from services.web.public import settings  # noqa: E402
from services.web.server import Server  # noqa: E402
from shared.runtime.variables import SettingRefused  # noqa: E402
from shared.telemetry.logs import configure, logger  # noqa: E402

log = logger()


def main() -> int:
    """Serve the public pages until the process is asked to stop; return the exit code."""
    try:
        chosen = settings.load(os.environ)
        configure(PUBLIC, form=chosen.log_format, level=chosen.log_level)
        # control: H-PUBLIC-7 server-log-has-no-address
        Server(chosen.listen, chosen.threads, lambda: _begin(chosen), log_level="critical").run()
    except SettingRefused as refused:
        log.error("service.not_started", reason=str(refused))  # noqa: TRY400 - the sentence is for an operator
        return 2
    return 0


def _begin(chosen: settings.PublicSettings) -> Flask:
    from services.web.public import worker  # here: the first process would carry the pages for nothing

    return worker.begin(chosen)


if __name__ == "__main__":
    sys.exit(main())

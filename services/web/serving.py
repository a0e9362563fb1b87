"""The process of the desk: its settings and its web server. `services.web.worker` serves."""

import os
from typing import TYPE_CHECKING

from services.web import settings
from services.web.server import Server
from shared.runtime.variables import SettingRefused
from shared.telemetry.logs import configure, logger

if TYPE_CHECKING:
    from flask import Flask  # the first process serves no page, and does not carry Flask

log = logger()


def main() -> int:
    """Serve the desk until the process is asked to stop; return the exit code."""
    try:
        chosen = settings.load(os.environ)
        configure("web_desk", form=chosen.log_format, level=chosen.log_level)
        Server(chosen.listen, chosen.threads, lambda: _begin(chosen)).run()
    except SettingRefused as refused:
        log.error("service.not_started", reason=str(refused))  # noqa: TRY400 - the sentence is for an operator
        return 2
    return 0


def _begin(chosen: settings.DeskSettings) -> "Flask":
    from services.web import worker  # here: the first process would carry the pages for nothing

    return worker.begin(chosen)

"""The web server of the desk: gunicorn with threads.

gunicorn has two processes. The first one starts the second one again if it ends; it loads no page, so that its memory
stays small. The second one serves (`services.web.worker`).
"""

import os
from typing import Any

from gunicorn.app.base import BaseApplication

from services.web import settings
from shared.runtime.variables import SettingRefused
from shared.telemetry.logs import configure, logger

log = logger()
#: The time that running requests have to finish when the process must stop (seconds).
STOP_SECONDS = 5


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """One worker process with threads."""

    def __init__(self, chosen: settings.DeskSettings) -> None:
        """Store the settings."""
        self._settings = chosen
        super().__init__()

    def load_config(self) -> None:
        """Configure gunicorn. Its access log stays off, because it would write whole addresses."""
        chosen: dict[str, Any] = {
            "bind": self._settings.listen,
            "worker_class": "gthread",
            "workers": 1,
            "threads": self._settings.threads,
            "graceful_timeout": STOP_SECONDS,
            "timeout": 60,
            "keepalive": 15,
            "accesslog": None,
            "loglevel": "warning",
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application; gunicorn calls this in the process that serves."""
        from services.web import worker  # here: the first process would carry the pages for nothing

        return worker.begin(self._settings)


def main() -> int:
    """Serve the desk until the process is asked to stop; return the exit code."""
    try:
        chosen = settings.load(os.environ)
        configure("web_desk", form=chosen.log_format, level=chosen.log_level)
        Server(chosen).run()
    except SettingRefused as refused:
        log.error("service.not_started", reason=str(refused))  # noqa: TRY400 - the sentence is for an operator
        return 2
    return 0

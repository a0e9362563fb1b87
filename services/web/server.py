"""The web server of a process with pages: gunicorn with threads.

gunicorn has two processes. The first one starts the second one again if it ends; it loads no page, so that its memory
stays small. The second one serves.
"""

import gc
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

#: The time that running requests have to finish when the process must stop (seconds).
STOP_SECONDS = 5


def _share(_server: object, _worker: object) -> None:
    """Keep the garbage collector from writing to objects that both processes share: a write copies their memory."""
    gc.collect()
    gc.freeze()


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """One worker process with threads."""

    def __init__(self, listen: str, threads: int, begin: Callable[[], Any], *, log_level: str = "warning") -> None:
        """Store where to listen, how many requests run at once, and the function that returns the application.

        gunicorn's own log lines can contain the address of a visitor or of a page from the level `warning` on.
        """
        self._listen, self._threads, self._begin, self._log_level = listen, threads, begin, log_level
        super().__init__()

    def load_config(self) -> None:
        """Configure gunicorn. Its access log stays off, because it would write whole addresses."""
        chosen: dict[str, Any] = {
            "bind": self._listen,
            "worker_class": "gthread",
            "workers": 1,
            "threads": self._threads,
            "graceful_timeout": STOP_SECONDS,
            "timeout": 60,
            "keepalive": 15,
            "accesslog": None,
            "loglevel": self._log_level,
            # The process is not managed through a socket, and a container has no place for one.
            "control_socket_disable": True,
            "pre_fork": _share,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application; gunicorn calls this in the process that serves."""
        return self._begin()

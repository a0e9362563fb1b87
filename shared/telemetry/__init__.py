"""Logs, metrics and crash points of a process. This is the lowest package.

    logs      one JSON line an event, only declared fields, never text from users
    metrics   metrics for Prometheus
    crash     named points at which the fault tests end the process

It imports no other package of the project.
"""

from shared.telemetry.logs import logger

__all__ = ["crash", "logger", "logs", "metrics"]

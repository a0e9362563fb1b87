"""Logs, metrics and crash points: what a process shows of itself. Below every other wing, and imports none.

    logs      one line an event, only fields that are declared, never what a person said
    metrics   what Prometheus reads
    crash     named points at which the fault tests end the process

It imports no other wing.
"""

from shared.telemetry.logs import logger

__all__ = ["crash", "logger", "logs", "metrics"]

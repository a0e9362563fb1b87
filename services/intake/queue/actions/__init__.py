"""The queues: each one statement over the cases that its reader may know of, a page at a time."""

from services.intake.queue.actions.data_protection import for_data_protection
from services.intake.queue.actions.supervision import for_supervisor

__all__ = ["for_data_protection", "for_supervisor"]

"""The queues. Each is one statement over the cases that its reader may know of, and is read in pages."""

from services.intake.cases.queue.actions.data_protection import for_data_protection
from services.intake.cases.queue.actions.supervision import for_supervisor

__all__ = ["for_data_protection", "for_supervisor"]

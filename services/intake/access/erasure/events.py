"""Events about erasure: the order to every holder and its completion. Intake consumes the holders' answers."""

from services.intake.agencies.report.events import ANSWERED_LATE
from shared.privacy import erasure

EVENTS = (erasure.ORDERED, erasure.HELD, erasure.COMPLETED)
READS = (*map(erasure.answer_of, ("legal", "support", "partners")), ANSWERED_LATE)

"""Events about erasure: the order to every holder and its completion. Intake consumes the holders' answers."""

from shared.privacy import erasure

EVENTS = (erasure.ORDERED, erasure.HELD, erasure.COMPLETED)
READS = (erasure.answer_of("legal"), erasure.answer_of("support"), erasure.answer_of("partners"))

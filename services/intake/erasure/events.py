"""Events about erasure: the order to every holder, and that all have answered; read are the holders' answers."""

from shared.privacy import erasure

EVENTS = (erasure.ORDERED, erasure.HELD, erasure.COMPLETED)
READS = (erasure.answer_of("legal"), erasure.answer_of("support"), erasure.answer_of("partners"))

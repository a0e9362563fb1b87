"""The events that partners emits, and those of the other services that it reads, put together from the topics'."""

from services.partners.agency import events as agency
from services.partners.agreement import events as agreement
from services.partners.ground import events as ground
from services.partners.notifier import events as notifier
from services.partners.received import events as received
from services.partners.report import events as report
from services.partners.stream import events as stream
from shared.events.contract import Emits, Reads

EMITS = Emits("partners", *agency.EVENTS, *agreement.EVENTS, *ground.EVENTS, *stream.EVENTS, *report.EVENTS)
_OWN = (*agency.READS, *ground.READS, *report.READS, *notifier.READS, *received.READS)
READS = Reads(*_OWN, *stream.reads(_OWN), ignores=stream.ignored(_OWN))

"""The events that partners emits, and those of intake that it reads, put together from the topics'."""

from services.partners.agency import events as agency
from services.partners.agreement import events as agreement
from shared.events.contract import Emits, Reads

EMITS = Emits("partners", *agency.EVENTS, *agreement.EVENTS)
# Nothing about a case is read here: the register is about agencies.
READS = Reads(*agency.READS, ignores=("intake.*",))

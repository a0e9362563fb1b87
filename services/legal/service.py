"""Legal, put together from its topics. No logic.

`TOPICS` is the order of the topics, from `timeline` at the top to `case` at the bottom.
"""

from typing import Final

from services import FOLLOWS
from services.legal.advice.topic import TOPIC as ADVICE
from services.legal.award.topic import TOPIC as AWARD
from services.legal.birth.topic import TOPIC as BIRTH
from services.legal.brief_advice.topic import TOPIC as BRIEF_ADVICE
from services.legal.calendar.topic import TOPIC as CALENDAR
from services.legal.case.events import FOLLOWED
from services.legal.case.models import CASES
from services.legal.case.rules import SEEN_BY
from services.legal.case.topic import TOPIC as CASE
from services.legal.case_file.actions import copy_of, erase, hidden_acts
from services.legal.case_file.schemas import LegalCopy
from services.legal.case_file.topic import TOPIC as CASE_FILE
from services.legal.conflict.topic import TOPIC as CONFLICT
from services.legal.deadline.topic import TOPIC as DEADLINE
from services.legal.fact.topic import TOPIC as FACT
from services.legal.heard_fact.topic import TOPIC as HEARD_FACT
from services.legal.hearing.topic import TOPIC as HEARING
from services.legal.identification.topic import TOPIC as IDENTIFICATION
from services.legal.matter.topic import TOPIC as MATTER
from services.legal.matter_file.topic import TOPIC as MATTER_FILE
from services.legal.matter_task.topic import TOPIC as MATTER_TASK
from services.legal.migrations import MIGRATIONS
from services.legal.note.topic import TOPIC as NOTE
from services.legal.outcome.topic import TOPIC as OUTCOME
from services.legal.proceeding.topic import TOPIC as PROCEEDING
from services.legal.protection.topic import TOPIC as PROTECTION
from services.legal.reconsideration.topic import TOPIC as RECONSIDERATION
from services.legal.remedy.topic import TOPIC as REMEDY
from services.legal.right.topic import TOPIC as RIGHT
from services.legal.timeline.topic import TOPIC as TIMELINE
from shared import operate
from shared.access.permissions import FieldVisibility
from shared.casework import danger
from shared.events.contract import Emits, Reads
from shared.http import Cases
from shared.privacy import erasure
from shared.privacy.copies import Copying
from shared.runtime.process import ServiceParts
from shared.runtime.topics import Topics

TOPICS: Final = Topics(
    (TIMELINE,),
    (CASE_FILE, CALENDAR, OUTCOME),
    (HEARING,),
    (PROCEEDING, PROTECTION),
    (CONFLICT,),
    (NOTE,),
    (MATTER_FILE, REMEDY),
    (AWARD, FACT, MATTER_TASK),
    (MATTER, RECONSIDERATION, IDENTIFICATION, ADVICE, RIGHT),
    (HEARD_FACT,),
    (DEADLINE,),
    (BIRTH, BRIEF_ADVICE),
    (CASE,),
)
EMITS: Final = Emits("legal", *TOPICS.events)
READS: Final = Reads(*TOPICS.reads, follows=FOLLOWS["legal"])


@TOPICS.serve
class Legal(operate.Operated):
    """Advice, limitation clocks, compensation, reconsideration."""

    name = "legal"
    copying = Copying(copy_of, CASES.team, view=LegalCopy, hidden_acts=hidden_acts)


PARTS = ServiceParts(
    migrations=MIGRATIONS,
    following=FOLLOWED.following(
        EMITS, READS, CASES, erase, projections=TOPICS.projections, reactions=TOPICS.reactions
    ),
    access={**operate.ACCESS, **TOPICS.access},
    cases=Cases(
        CASES.admission,
        CASES.lock,
        FieldVisibility.seen_by(SEEN_BY),
        operate.copies.RIGHTS,
        # A hold keeps a case for proceedings: those who conduct them go on with all of it.
        frozenset(TOPICS.access),
        arrive=True,
        granted=CASES.granted,
    ),
    on_timer={**TOPICS.timers, **operate.ON_TIMER},
    erasing=erasure.Erasing(erase, erasure.acknowledge),
    carries=lambda settings: (danger.holding(settings.dangers, "legal", MIGRATIONS),),
    loops=TOPICS.loops,
)
SERVICE = Legal

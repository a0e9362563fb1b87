"""Legal, assembled from its topics. No logic.

`TOPICS` has a layer for each group of topics (a folder): `overview` at the top, `cases` at the bottom. Within a group,
a topic uses only those that follow it.
"""

from typing import Final

from services import FOLLOWS
from services.legal.cases.advice.topic import TOPIC as ADVICE
from services.legal.cases.case.events import FOLLOWED
from services.legal.cases.case.models import CASES
from services.legal.cases.case.rules import SEEN_BY
from services.legal.cases.case.topic import TOPIC as CASE
from services.legal.cases.deadline.topic import TOPIC as DEADLINE
from services.legal.cases.heard_fact.topic import TOPIC as HEARD_FACT
from services.legal.cases.identification.topic import TOPIC as IDENTIFICATION
from services.legal.cases.reconsideration.topic import TOPIC as RECONSIDERATION
from services.legal.compensation.award.topic import TOPIC as AWARD
from services.legal.compensation.fact.topic import TOPIC as FACT
from services.legal.compensation.matter.topic import TOPIC as MATTER
from services.legal.court.hearing.topic import TOPIC as HEARING
from services.legal.court.proceeding.topic import TOPIC as PROCEEDING
from services.legal.court.protection.topic import TOPIC as PROTECTION
from services.legal.matters.conflict.topic import TOPIC as CONFLICT
from services.legal.matters.matter_file.topic import TOPIC as MATTER_FILE
from services.legal.matters.note.topic import TOPIC as NOTE
from services.legal.migrations import MIGRATIONS
from services.legal.overview.calendar.topic import TOPIC as CALENDAR
from services.legal.overview.case_file.actions import copy_of, erase, hidden_acts
from services.legal.overview.case_file.schemas import LegalCopy
from services.legal.overview.case_file.topic import TOPIC as CASE_FILE
from services.legal.overview.outcome.topic import TOPIC as OUTCOME
from shared import operate
from shared.access.permissions import FieldVisibility
from shared.casework import danger
from shared.deadlines import adopt_every_case
from shared.events.contract import Emits, Reads
from shared.http import Cases
from shared.privacy import erasure
from shared.privacy.copies import Copying
from shared.runtime.process import ServiceParts
from shared.runtime.topics import Topics

TOPICS: Final = Topics(
    # overview
    (CASE_FILE, CALENDAR, OUTCOME),
    # court
    (HEARING, PROCEEDING, PROTECTION),
    # matters
    (CONFLICT, NOTE, MATTER_FILE),
    # compensation
    (AWARD, FACT, MATTER),
    # cases
    (
        RECONSIDERATION,
        IDENTIFICATION,
        ADVICE,
        HEARD_FACT,
        DEADLINE,
        CASE,
    ),
)
EMITS: Final = Emits("legal", *TOPICS.events)
READS: Final = Reads(*TOPICS.reads, follows=FOLLOWS["legal"])


@TOPICS.serve
class Legal(operate.Operated):
    """Advice, limitation periods, compensation and reconsideration."""

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
        # A legal hold keeps a case for proceedings: staff who conduct them continue to have access to all of it.
        frozenset(TOPICS.access),
        arrive=True,
        granted=CASES.granted,
    ),
    on_timer={**TOPICS.timers, **operate.ON_TIMER},
    erasing=erasure.Erasing(erase, erasure.acknowledge),
    carries=lambda settings: (danger.holding(settings.dangers, "legal", MIGRATIONS),),
    loops=TOPICS.loops,
    on_release=(adopt_every_case,),
)
SERVICE = Legal

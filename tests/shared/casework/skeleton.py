"""The smallest service that follows cases: readers of a case see its stage. It only shows what such a service needs."""

from pathlib import Path

from sqlalchemy.orm import DeclarativeBase

from shared import operate
from shared.access.permissions import FieldClass, FieldVisibility, Need
from shared.casework.cases import CaseRecords
from shared.casework.following import follow_cases
from shared.casework.records import FollowedCase, FollowedMember
from shared.casework.schemas import FollowedCaseView
from shared.events.contract import Emits, Reads
from shared.http import Call, Cases, Reply, route
from shared.privacy import erasure
from shared.runtime.process import ServiceParts
from shared.store.database import own_metadata
from shared.store.migration import MigrationSet


class Record(DeclarativeBase):
    metadata = own_metadata()


class Case(FollowedCase, Record): ...


class TeamMember(FollowedMember, Record): ...


CASES = CaseRecords(Case, TeamMember)
FOLLOWED = follow_cases("intake", "skeleton")
EMITS = Emits("skeleton", erasure.ACKNOWLEDGED)
READS = Reads(*FOLLOWED.reads)
READERS = {"caseworker": Need.READING}
VISIBILITY = FieldVisibility.seen_by({FieldClass.BASIC: READERS})


class Skeleton(operate.Operated):
    name = "skeleton"

    @route("GET", "/v1/cases/<uuid:case>", action="case.read", reply=FollowedCaseView)
    def read_case(self, call: Call) -> Reply:
        case = CASES.read(call.session, call.case)
        return Reply(case, version=case.version)


PARTS = ServiceParts(
    migrations=MigrationSet.of_service("skeleton", Path(__file__).parent / "migrations", Record.metadata),
    following=FOLLOWED.following(EMITS, READS, CASES, CASES.erase),
    access={**operate.ACCESS, "case.read": READERS},
    cases=Cases(CASES.admission, CASES.lock, VISIBILITY),
    on_timer={},
    erasing=erasure.Erasing(CASES.erase, erasure.acknowledge),
)

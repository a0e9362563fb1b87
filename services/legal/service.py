"""Legal's door: its routes, and what its process is made of."""

from datetime import date

from services.legal import rules
from services.legal.actions import advice, clocks, following, matters, notes, reading, reconsiderations
from services.legal.actions.copying import COPYING
from services.legal.actions.erasing import erase
from services.legal.events import CASES as FOLLOWED
from services.legal.events import EMITS, READS
from services.legal.migrations import MIGRATIONS
from services.legal.models import CASES
from services.legal.schemas import (
    ExtendClock,
    OpenMatter,
    PauseClock,
    RecordAdvice,
    RecordApplication,
    RecordDecision,
    RecordPayment,
    RequestReconsideration,
    ResumeClock,
    WriteNote,
)
from shared import deadlines, operate
from shared.exchange.follower import Projection, Reaction, ReadModelTable
from shared.http import Call, Cases, Reply, route
from shared.privacy import erasure
from shared.runtime.process import ServiceParts

_CASE = "/v1/cases/<uuid:case>"
_MATTER = f"{_CASE}/matters/<uuid:matter>"
_CLOCK = f"{_CASE}/clocks/<uuid:clock>"


class Legal(operate.Operated):
    """Advice, limitation clocks, compensation, reconsideration."""

    name = "legal"
    copying = COPYING

    @route("GET", _CASE, action="case.read")
    def read_case(self, call: Call) -> Reply:
        """Return a case's legal file."""
        legal_file = reading.show(call.session, call.case)
        return Reply(legal_file, version=legal_file["version"])

    @route("POST", f"{_CASE}/advice", action="advice.record", body=RecordAdvice, creates=True)
    def record_advice(self, call: Call) -> Reply:
        """Record advice, or why there was none."""
        created, version = advice.record(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=created, version=version)

    @route("POST", f"{_CASE}/matters", action="matter.open", body=OpenMatter, creates=True)
    def open_matter(self, call: Call) -> Reply:
        """Open a matter towards a remedy of the jurisdiction."""
        created, version = matters.begin(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=created, version=version)

    @route("POST", f"{_MATTER}/application", action="compensation.record", body=RecordApplication, changes=True)
    def record_application(self, call: Call) -> Reply:
        """Record that a claim was made; stops its limitation."""
        version = matters.apply(call.session, call.case, call.path["matter"], call.body, call.now)
        return _changed(call, "applied", version)

    @route("POST", f"{_MATTER}/decision", action="compensation.record", body=RecordDecision, changes=True)
    def record_decision(self, call: Call) -> Reply:
        """Record how a claim was decided."""
        version = matters.decide(call.session, call.case, call.path["matter"], call.body, call.now)
        return _changed(call, "decided", version)

    @route("POST", f"{_MATTER}/payment", action="compensation.record", body=RecordPayment, changes=True)
    def record_payment(self, call: Call) -> Reply:
        """Record that what was granted was paid."""
        version = matters.pay(call.session, call.case, call.path["matter"], call.body, call.now)
        return _changed(call, "paid", version)

    @route(
        "POST",
        f"{_CASE}/reconsiderations",
        action="reconsideration.request",
        body=RequestReconsideration,
        creates=True,
    )
    def request_reconsideration(self, call: Call) -> Reply:
        """Ask an authority to look at its negative decision again."""
        created, version = reconsiderations.request(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=created, version=version)

    @route("POST", f"{_CASE}/notes", action="note.write", body=WriteNote, creates=True)
    def write_note(self, call: Call) -> Reply:
        """Write a privileged note, kept sealed; a note is corrected by a new one."""
        created, version = notes.write(call.session, call.case, call.body, call.now, by=call.principal)
        return Reply(status=201, created=created, version=version)

    @route("GET", f"{_CASE}/notes", action="note.read")
    def read_notes(self, call: Call) -> Reply:
        """Return a case's privileged notes, to an adviser on its team only."""
        shown = notes.NOTES.read(call.session, call.case, by=call.principal)
        return Reply({"notes": shown}, version=CASES.version(call.session, call.case))

    @route("POST", f"{_CLOCK}/pause", action="clock.change", body=PauseClock, changes=True)
    def pause_clock(self, call: Call) -> Reply:
        """Record that a period's time stands still, where its rule knows that."""
        version = clocks.pause(call.session, call.case, call.path["clock"], call.body, call.now)
        return Reply({"id": str(call.path["clock"]), "status": "paused"}, version=version)

    @route("POST", f"{_CLOCK}/resumption", action="clock.change", body=ResumeClock, changes=True)
    def resume_clock(self, call: Call) -> Reply:
        """Record that a paused period runs on."""
        due_on, version = clocks.resume(call.session, call.case, call.path["clock"], call.body, call.now)
        return _due(call, due_on, version)

    @route("POST", f"{_CLOCK}/extension", action="clock.change", body=ExtendClock, changes=True)
    def extend_clock(self, call: Call) -> Reply:
        """Record that a period was extended to a later day, where its rule knows that."""
        until = call.body["until"]
        return _due(call, until, clocks.extend(call.session, call.case, call.path["clock"], until, call.now))


def _due(call: Call, due_on: date | None, version: int) -> Reply:
    return Reply({"id": str(call.path["clock"]), "due_on": due_on and due_on.isoformat()}, version=version)


def _changed(call: Call, status: str, version: int) -> Reply:
    return Reply({"id": str(call.path["matter"]), "status": status}, version=version)


_STEPS = frozenset(f"intake.identification.{verb}" for verb in ("submitted", "step_recorded", "decided"))
_DETECTED = frozenset(("intake.detection.recorded", "intake.record.withdrawn"))

PLAN = ServiceParts(
    migrations=MIGRATIONS,
    following=FOLLOWED.following(
        EMITS,
        READS,
        CASES,
        erase,
        projections=(
            Projection("detections", _DETECTED, following.project_detections, (ReadModelTable("detection_facts"),)),
            Projection(
                "identification",
                _STEPS | {following.CORRECTED},
                following.project_identification,
                (ReadModelTable("identification_facts"),),
            ),
        ),
        reactions=(
            Reaction("limitations", "intake.detection.recorded", following.begin_limitations),
            Reaction("limitations_left", "intake.record.withdrawn", following.end_limitations),
            *(Reaction("step_clocks", key, following.follow_step) for key in sorted(_STEPS)),
            Reaction("step_clocks_undone", following.CORRECTED, following.undo_step),
        ),
    ),
    access={**operate.ACCESS, **rules.ACCESS},
    cases=Cases(CASES.relation, CASES.lock, CASES.version, rules.SIGHT, operate.copies.RIGHTS),
    on_timer=deadlines.timer_handlers(CASES.lock),
    erasing=erasure.Erasing(erase, erasure.acknowledge),
)
SERVICE = Legal

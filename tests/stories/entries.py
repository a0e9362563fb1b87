"""A table of the requests with which staff enter each step of a story."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

from deploy.cli.api import ApiProblem
from tests.kit.team_case import confirm_age
from tests.stories import agreed, grounds, mapping
from tests.stories.grounds import Ground
from tests.stories.playing import LEAD, Player
from tests.stories.stories import ONLY, Step, Story, cases_of

#: The member of staff who confirms sharing without consent, and decides on erasures.
SECOND: Final = "data_protection_officer"
#: The parts of a restricted case that the people responsible for its rights can still read.
_RIGHTS: Final = "/erasure-requests"

Entry: TypeAlias = Callable[[Player, Step, str], None]


def _recorded(role: str, service: str, path: str, body: Callable[[Step], Mapping[str, Any]]) -> Entry:
    """Return an entry that creates one record."""

    def entry(player: Player, step: Step, case: str) -> None:
        player.records[step.number, case] = player.post(role, service, case, path, body(step))

    return entry


def _put_right_or(first: Entry, path: str, role: str, service: str, field_name: str) -> Entry:
    """Return an entry that corrects an earlier record if the step is a correction, or else creates one."""

    def entry(player: Player, step: Step, case: str) -> None:
        if "corrects" not in step.said:
            first(player, step, case)
            return
        record = player.records[step.said["corrects"], case]
        body = {"reason": "learnt_more", field_name: step.happened}
        if path == "facts":
            body["learnt"] = step.recorded.isoformat()
        player.post(role, service, case, f"{path}/{record}/correction", body)
        player.records[step.number, case] = record

    return entry


def _birth(player: Player, step: Step, case: str) -> None:
    player.change(LEAD, "intake", case, "person", {"birth": {"date": step.happened}}, "PUT")
    confirm_age(player.desk, player.cases[case])


def _consent(player: Player, step: Step, case: str) -> None:
    story = player.story.id
    choice = mapping.CHOICES.get((story, step.number))
    if choice is not None and mapping.OPENINGS.get((story, case), {}).get("anonymous"):
        player.post(LEAD, "intake", case, "anonymity", {**choice, "chosen_on": mapping.day(step)})
    for body in mapping.consents(story, step):
        player.records[step.number, f"{case} {body['agency']}"] = player.post(LEAD, "intake", case, "consents", body)
    for path, body in mapping.refusals(story, step):
        player.post(LEAD, "intake", case, path, body)


def _withdrawal(player: Player, step: Step, case: str) -> None:
    for consent in _consents(player, case, step.said["withdraws"]):
        player.change(LEAD, "intake", case, f"consents/{consent}/withdrawal", {"erase_requested": False})


def _consents(player: Player, case: str, agencies: Collection[str]) -> list[str]:
    named = {f"{case} {mapping.agency(player.story.id, agency)}" for agency in agencies}
    return [consent for (_number, name), consent in player.records.items() if name in named]


def _referral(player: Player, step: Step, case: str) -> None:
    path = mapping.REFERRALS[player.story.jurisdiction, "reply_by" in step.said, "answers" in step.said]
    said = mapping.FOREIGNERS.get((player.story.id, step.number), {})
    for below, body in path(step):
        stated = {**body, **said} if "outcome" in body else body
        made = player.records[step.number, case] = player.post(LEAD, "intake", case, below, stated)
        if below == "referrals":
            sent = {"step": "send", **mapping.times(step)}
            player.change(LEAD, "intake", case, f"referrals/{made}/steps", sent)


def _share(player: Player, case: str, begun: Sequence[Ground]) -> None:
    """Propose sharing without consent, and have a second person confirm it."""
    proposed = [player.post(LEAD, "intake", case, "sharings", ground.body(player.story)) for ground in begun]
    player.settle()
    player.desk.member(SECOND)
    second, listed = player.desk.api(SECOND), f"/v1/cases/{player.cases[case]}/sharings"
    for sharing in proposed:
        etag = second.get("intake", listed).headers["ETag"]
        second.post("intake", f"{listed}/{sharing}/decision", {"approves": True}, if_match=etag)


def _identification(player: Player, step: Step, case: str) -> None:
    body = mapping.step_of_path(mapping.STAGES[step.said["outcome"]])(step)
    player.records[step.number, case] = player.post(LEAD, "intake", case, "identification", body)


def _recovery(player: Player, step: Step, case: str) -> None:
    body = mapping.step_of_path(mapping.RECOVERIES[player.story.jurisdiction])(step)
    player.records[step.number, case] = player.post(LEAD, "intake", case, "identification", body)


def _residence(player: Player, step: Step, case: str) -> None:
    correction = mapping.CORRECTIONS.get((player.story.id, step.number))
    if correction is not None:
        wrong = player.records[step.said["corrects"], case]
        player.post(LEAD, "intake", case, f"facts/{wrong}/correction", correction)
        return
    body = mapping.fact(mapping.RESIDENCE[player.story.id, step.number])(step)
    player.records[step.number, case] = player.post(LEAD, "intake", case, "facts", body)


def _matter(player: Player, step: Step, case: str) -> None:
    remedy = {"remedy": mapping.REMEDIES[player.story.id, step.number]}
    matter = player.post("legal_adviser", "legal", case, "matters", remedy)
    player.change("legal_adviser", "legal", case, f"matters/{matter}/application", {"applied_on": mapping.day(step)})


def _service(player: Player, step: Step, case: str) -> None:
    player.records[step.number, case] = player.post(LEAD, "intake", case, "facts", mapping.fact("voucher_given")(step))
    player.post("support_worker", "support", case, "services", mapping.voucher(step))


def _merge(player: Player, step: Step, _case: str) -> None:
    into, other = player.story.cases
    player.post(LEAD, "intake", into, "merges", {"case": player.cases[other]})


def _transfer(player: Player, step: Step, case: str) -> None:
    law = {"jurisdiction": player.story.jurisdiction, "since": mapping.day(step)}
    player.post(LEAD, "intake", case, "law", law)
    player.change(LEAD, "intake", case, "safe-contact", agreed.NO_WAY, "PUT")
    player.hand_over(case, agreed.STAYING)


def _erasure(player: Player, step: Step, case: str) -> None:
    (_answered if "answers" in step.said else _asked)(player, step, case)


def _asked(player: Player, step: Step, case: str) -> None:
    """Record that the person requests erasure, and from which agencies."""
    request = {"reason": "asked_for_by_the_person", "received_on": mapping.day(step)}
    player.records[step.number, case] = player.post(LEAD, "intake", case, "erasure-requests", request)
    player.restricted = (("supervisor", "intake"),)
    for consent in _consents(player, case, agreed.ERASES[player.story.id]):
        withdrawal = {"erase_requested": True, **mapping.times(step)}
        player.change(LEAD, "intake", case, f"consents/{consent}/withdrawal", withdrawal, seen=_RIGHTS)


def _answered(player: Player, step: Step, case: str) -> None:
    """Have the request examined and ordered, to the extent that legal holds allow."""
    request = f"erasure-requests/{player.records[step.said['answers'], case]}"
    for hold in agreed.HOLDS[player.story.id]:
        player.post("legal_adviser", "intake", case, "legal-holds", hold)
    for role, checked in ((LEAD, "coercion"), ("legal_adviser", "third_party")):
        player.change(role, "intake", case, f"{request}/checks", {"checked": checked}, seen=_RIGHTS)
    player.change(SECOND, "intake", case, f"{request}/decision", {"decision": "order"}, seen=_RIGHTS)
    player.settle()
    player.restricted = (("legal_adviser", "intake"), ("legal_adviser", "legal"))


def _acknowledged(player: Player, step: Step, case: str) -> None:
    [consent] = _consents(player, case, [step.said["by"]])
    answer = {**agreed.ANSWERS[player.story.id, step.number], **mapping.times(step)}
    player.records[step.number, case] = player.post(LEAD, "intake", case, f"consents/{consent}/answers", answer)


def _details(player: Player, step: Step, case: str) -> None:
    # The story contains no name, so the table supplies one.
    name = {"kind": mapping.NAME_KIND, "name": agreed.LATER_NAME, "since": mapping.day(step)}
    player.change(LEAD, "intake", case, "person/names", name)


def _safe_contact(player: Player, step: Step, case: str) -> None:
    role, _service = player.readers[0]
    player.change(role, "intake", case, "safe-contact", mapping.REACHED_BY_MAIL, "PUT")


def _nothing(_player: Player, _step: Step, _case: str) -> None:
    """Enter nothing: the step opened the case, or the step creates no record."""


_DETECTION: Final = _recorded(LEAD, "intake", "detections", mapping.found)
_INCIDENT: Final = _recorded(LEAD, "intake", "detections", mapping.signs)
_JUDGMENT: Final = _recorded("legal_adviser", "legal", "facts", mapping.fact("judgment_final", offender="known"))
#: The explicit table: a story's kind of step -> the entry that records it.
ENTRIES: Final[Mapping[str, Entry]] = {
    "contact": _nothing,
    "detection": _DETECTION,
    "incident": _put_right_or(_INCIDENT, "detections", LEAD, "intake", "last_incident_on"),
    "employment_end": _recorded(LEAD, "intake", "detections", mapping.work_ended),
    "birth": _birth,
    "consent": _consent,
    "withdrawal": _withdrawal,
    "referral": _referral,
    "identification": _identification,
    "recovery": _recovery,
    "residence": _residence,
    "citizenship": _residence,
    "prosecution": _recorded(LEAD, "intake", "facts", mapping.fact("crime_reported")),
    "reconsideration": _recorded(
        LEAD, "intake", "facts", mapping.fact("reconsideration_requested", stage="reasonable_grounds")
    ),
    "objection": _recorded("legal_adviser", "legal", "facts", mapping.fact("objection_made")),
    "judgment": _put_right_or(_JUDGMENT, "facts", "legal_adviser", "legal", "happened"),
    "matter": _matter,
    "advice": _recorded("legal_adviser", "legal", "advice", mapping.advice),
    "entry_decision": _recorded(LEAD, "intake", "entry-decisions", mapping.entry),
    "service": _service,
    "merge": _merge,
    "transfer": _transfer,
    "erasure": _erasure,
    "details_changed": _details,
    "safe_contact": _safe_contact,
    "ack": _acknowledged,
    "enquiry": _nothing,
}


def enter(player: Player, step: Step) -> None:
    """Enter a step for each case that it is about. Note a refusal, and continue with the story."""
    for case in cases_of(step) or [_only_case(player.story)]:
        try:
            if case not in player.cases:
                player.open(case)
            ENTRIES[step.kind](player, step, case)
            if begun := grounds.begun_by(player.story, step, case):
                _share(player, case, begun)
        except ApiProblem as problem:
            player.refused[step.number] = f"{problem} {problem.why}"
        except KeyError as missing:
            player.refused[step.number] = f"puts right or answers what was refused: {missing}"


def _only_case(story: Story) -> str:
    """Return the case of a step that names none: the first case if the story has several."""
    return ONLY if ONLY in story.cases else story.cases[0]

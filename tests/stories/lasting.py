"""Query the running services for the gone, kept and always entries of a story, by their places in its file.

`gaps` lists the entries that cannot be queried, with the reason.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from deploy.cli.installation import HOLDERS
from tests.stories import agreed
from tests.stories.playing import LEAD, Player

#: Returns a description of the mismatch at an instant; None if there is none.
Ask: TypeAlias = Callable[[Player, datetime], str | None]
#: The same statuses as for an unknown case: 404, or 503 for an id so new that it might still arrive.
_UNKNOWN: Final = frozenset((404, 503))
_REFUSED: Final = frozenset((403, 404))
_SUPPORT, _ADVISER, _OFFICER = "support_worker", "legal_adviser", "data_protection_officer"
_WEDNESDAY, _FROM, _TO = 2, 18, 20
_SMALLEST: Final = 11


@dataclass(frozen=True)
class Lasting:
    """How to check one entry, at which additional instants, and whether it still applies when the story ends."""

    ask: Ask
    at: tuple[str, ...] = ()
    at_end: bool = True


def _so(*, holds: bool, words: object) -> str | None:
    return None if holds else str(words)


def events_of(player: Player, case: str) -> list[Any]:
    """Return all events of a case from the feeds of the services."""
    found: list[Any] = []
    for service in HOLDERS:
        after = 0
        while page := player.desk.events(service, after=after, subject=player.cases[case]):
            found += page
            after = max(int(event["sequence"]) for event in page)
    return found


def private_words(player: Player) -> list[str]:
    """Return the text that must not occur in any event: names, dates of birth, and the sentences of the story."""
    births = [step.happened for step in player.story.steps if step.kind == "birth" and len(step.happened) > len("2008")]
    sentences = [str(step.said["fact"]) for step in player.story.steps]
    return [agreed.EARLIER_NAME, agreed.LATER_NAME, *births, *sentences]


def told_of_the_person(player: Player) -> str | None:
    """Return the private text found in the events of a story's cases; None if there is none."""
    said = json.dumps([event for case in player.cases for event in events_of(player, case)], ensure_ascii=False)
    found = [words for words in private_words(player) if words in said]
    return f"events say {found}" if found else None


def _ways(player: Player) -> set[str]:
    [case] = player.cases.values()
    role, service = player.readers[0]
    shown = player.desk.api(role).get(service, f"/v1/cases/{case}/safe-contact").json()
    return set(shown["safe_contact"]["ways"])


def _found_by(player: Player, role: str, name: str) -> bool:
    found = player.desk.api(role).post("intake", "/v1/searches", {"name": name}).json()["found"]
    return any(match["case"] in player.cases.values() for match in found)


def _on_list_of(player: Player, role: str) -> bool:
    return any(line["case"] in player.cases.values() for line in player.work_list(role))


def _facts(player: Player, case: str, kind: str) -> list[Any]:
    address = f"/v1/cases/{player.cases[case]}/facts"
    shown = player.desk.api(player.readers[0][0]).get("intake", address).json()["facts"]
    return [fact for fact in shown if fact["kind"] == kind and not fact["withdrawn"]]


def _shared_on_a_childs_ground(player: Player, _at: datetime) -> str | None:
    [case] = player.cases
    shown = player.read_whole(case)
    grounds = {sharing["reason"] for sharing in shown["sharings"]}
    return _so(holds=not shown["consents"] and grounds == {"child_at_risk"}, words=(shown["consents"], grounds))


def _without_the_earlier_name(player: Player, _at: datetime) -> str | None:
    [case] = player.cases
    api, address = player.desk.api(LEAD), f"/v1/cases/{player.cases[case]}"
    seen = json.dumps([api.get("intake", address + path).json() for path in ("", "/person")], ensure_ascii=False)
    seen += json.dumps(player.work_list(LEAD), ensure_ascii=False)
    if agreed.LATER_NAME not in seen or not _found_by(player, LEAD, agreed.LATER_NAME):
        return "the name of now is not there"
    is_found = _found_by(player, LEAD, agreed.EARLIER_NAME)
    return _so(holds=agreed.EARLIER_NAME not in seen and not is_found, words="the earlier name is shown or found")


def _by_mail_alone(player: Player, _at: datetime) -> str | None:
    return _so(holds=_ways(player) == {"email"}, words=_ways(player))


def _never_by_the_number(player: Player, _at: datetime) -> str | None:
    return _so(holds=not _ways(player) & {"phone", "sms", "voicemail"}, words=_ways(player))


def _on_wednesday_evenings(player: Player, at: datetime) -> str | None:
    local = at.astimezone(ZoneInfo("Europe/London"))
    is_time = local.weekday() == _WEDNESDAY and _FROM <= local.hour < _TO
    return _so(holds=_ways(player) == ({"phone"} if is_time else set()), words=(local, _ways(player)))


def _three_days_two_put_right(player: Player, _at: datetime) -> str | None:
    [case] = player.cases
    [fact] = _facts(player, case, "last_incident")
    revisions = [fact, *fact["earlier"]]
    said = [(each["happened"], each["reason"] is not None) for each in revisions]
    expected = [("2023-06-27", True), ("2023-06-07", True), ("2023-06", False)]
    return _so(holds=said == expected, words=said)


def _waits_for_no_referral(player: Player, _at: datetime) -> str | None:
    items = [item["what"] for line in player.work_list(LEAD) for item in line["items"]]
    return _so(holds=_on_list_of(player, LEAD) and not any("referral" in what for what in items), words=items)


def _both_decisions(player: Player, _at: datetime) -> str | None:
    said = {fact["outcome"] for fact in _facts(player, "A", "decision") if fact["stage"] == "reasonable_grounds"}
    return _so(holds=said == {"negative", "positive"}, words=said)


def _events_name_no_other_case(player: Player, _at: datetime) -> str | None:
    """Return which events of a case name another case. Internal events about a merge are an exception."""
    named = {
        event["type"]
        for case in player.cases
        for event in events_of(player, case)
        for other, key in player.cases.items()
        if other != case and key in json.dumps(event["data"]) and ".merged." not in event["type"]
    }
    return _so(holds=not named, words=named)


def _no_small_figures(player: Player, _at: datetime) -> str | None:
    report = player.desk.api("statistician").get("intake", "/v1/progression").json()
    cells = [value for row in (report["total"], *report["regions"]) for value in row.values()]
    small = [value for value in cells if isinstance(value, int) and value < _SMALLEST]
    return _so(holds=bool(report["regions"]) and not small, words=report)


def _voucher_is_listed(player: Player, _at: datetime) -> str | None:
    codes = {item["code"] for line in player.work_list(_SUPPORT) for item in line["items"]}
    return _so(holds="RO.VOUCHER" in codes, words=codes)


def _one_lead(player: Player, at: datetime) -> str | None:
    [case] = player.cases
    leads = [member["member"] for member in player.read_whole(case)["team"] if member["lead"]]
    return _so(holds=leads == [player.desk.members[LEAD]], words=leads) or _never_by_the_number(player, at)


def _gone_for_the_house_before(player: Player, _at: datetime) -> str | None:
    assert player.before is not None, "the case was transferred"
    seen = {
        (role, service): player.asked(role, service, "", desk=player.before)
        for role, service in ((LEAD, "intake"), (_SUPPORT, "intake"), (_SUPPORT, "support"))
    }
    lists = [player.before.api(role).get("intake", "/v1/work-list").json()["cases"] for role in (LEAD, _SUPPORT)]
    return _so(holds=set(seen.values()) <= _UNKNOWN and not any(lists), words=(seen, lists))


def _gone_at_shelter_and_clinic(player: Player, _at: datetime) -> str | None:
    """Return where data outside the hold remains: at support, in searches, on lists, or in its events."""
    [case] = player.cases
    left = [role for role in (LEAD, _SUPPORT) if _found_by(player, role, agreed.EARLIER_NAME)]
    left += [role for role in (LEAD, _SUPPORT) if _on_list_of(player, role)]
    if player.asked(_SUPPORT, "support", "") not in _UNKNOWN or player.asked(_SUPPORT, "intake", "") not in _REFUSED:
        left.append("the case")
    told = player.desk.events("support", after=0, subject=player.cases[case])
    answer = ".support.erasure.acknowledged."
    left += [event["type"] for event in told if event["data"] and answer not in event["type"]]
    return _so(holds=not left, words=left)


def _held_for_legal_alone(player: Player, _at: datetime) -> str | None:
    [case] = player.cases
    shown = player.desk.api(_ADVISER).get("intake", f"/v1/cases/{player.cases[case]}/person").json()
    others = {role: player.asked(role, "intake", "/person") for role in (LEAD, _SUPPORT)}
    is_there = agreed.EARLIER_NAME in json.dumps(shown) and bool(player.read(_ADVISER, "intake", case)["detections"])
    return _so(holds=is_there and set(others.values()) <= _REFUSED, words=(is_there, others))


def _own_record_of_the_clinic(player: Player, _at: datetime) -> str | None:
    [case] = player.cases
    said = [(each["answer"], each["basis"]) for each in player.read_whole(case)["withdrawal_answers"]]
    return _so(holds=said == [("kept", "legal_obligation")], words=said)


def _who_ordered_it_and_why_it_is_held(player: Player, _at: datetime) -> str | None:
    [case] = player.cases
    shown = player.desk.api(_OFFICER).get("intake", f"/v1/cases/{player.cases[case]}/erasure-requests").json()
    [request] = shown["erasure_requests"]
    bases = {hold["basis"] for hold in shown["legal_holds"]}
    said = [request[name] for name in ("received_on", "decided_at", "decided_by", "held_at")]
    is_said = request["state"] == "held" and None not in said
    return _so(holds=is_said and bases == {"civil_proceedings", "compensation_claim"}, words=(request, bases))


#: A story, and the place in its file -> how to check the entry.
LASTING: Final[Mapping[str, Mapping[str, Lasting]]] = {
    "gb-born-in-september": {
        "always 0": Lasting(
            _shared_on_a_childs_ground, ("2026-08-27T23:00:00+01:00", "2026-10-21T23:00:00+01:00"), False
        ),
        "always 1": Lasting(_without_the_earlier_name, ("2026-11-03T23:00:00+00:00",)),
        "always 2": Lasting(_by_mail_alone, ("2026-08-24T16:00:00+01:00", "2026-09-12T03:00:00+01:00")),
    },
    "gb-letter-from-the-court": {
        "always 0": Lasting(_three_days_two_put_right),
        "always 1": Lasting(_waits_for_no_referral, ("2026-03-20T12:00:00+00:00", "2026-06-08T12:00:00+01:00")),
        "always 2": Lasting(
            _on_wednesday_evenings,
            ("2026-03-12T18:30:00+00:00", "2026-03-18T18:30:00+00:00", "2026-03-18T20:00:00+00:00"),
        ),
    },
    "gb-one-man-two-doors": {
        "always 1": Lasting(_both_decisions),
        "always 2": Lasting(_events_name_no_other_case),
    },
    "nl-parcel-hall": {
        "always 0": Lasting(_events_name_no_other_case),
        "always 1": Lasting(_no_small_figures),
    },
    "nl-the-second-of-january": {
        "gone 0": Lasting(_gone_at_shelter_and_clinic),
        "gone 1": Lasting(_never_by_the_number),
        "kept 0": Lasting(_held_for_legal_alone),
        "kept 1": Lasting(_own_record_of_the_clinic),
        "kept 2": Lasting(_who_ordered_it_and_why_it_is_held),
    },
    "ro-two-clocks-apart": {
        "gone 0": Lasting(_gone_for_the_house_before),
        "always 0": Lasting(_one_lead, ("2025-10-25T10:00:00+03:00",)),
    },
    "ro-voucher-on-the-national-day": {
        "always 1": Lasting(_voucher_is_listed, ("2025-11-30T18:00:00+02:00", "2025-12-01T12:00:00+02:00"), False),
    },
}

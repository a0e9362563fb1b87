"""Query the running services for each expectation of a story, and report each mismatch under a short name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from deploy.cli.api import ApiProblem
from tests.stories import mapping, seeing
from tests.stories.lasting import LASTING
from tests.stories.playing import Player
from tests.stories.stories import ONLY, Story, cases_of

#: The parts of a story that state lasting conditions.
_LASTING: Final = ("gone", "kept", "always")
_ABSENT_STATES: Final = ("withdrawn", "resting")


@dataclass(frozen=True)
class Check:
    """One expectation at an instant: its short name, and the part of the story's file that it comes from."""

    name: str
    at: datetime
    expected: Mapping[str, Any]
    day: str = ""


def checks_of(story: Story) -> Iterator[Check]:
    """Yield all expectations of a story, each with the instant at which it is checked."""
    for number, status in enumerate(story.expect["status"]):
        yield Check(f"status {number}", story.evening(status["on"]), status)
    for number, clock in enumerate(story.expect["clocks"]):
        for day in clock["states"]:
            yield Check(f"clock {number} {clock['rule']} {day}", story.evening(day), clock, day)
    for number, warning in enumerate(story.expect["warnings"]):
        yield Check(f"warning {number}", datetime.fromisoformat(warning["by"]), {**warning, "number": number})
    for rule in story.expect["no_clocks"]:
        yield Check(f"no clock {rule}", story.evening(story.as_of), {"rule": rule})
    for agency, at in seeing.instants(story):
        yield Check(f"sees {agency}", at, {"agency": agency})
    for place, lasting in LASTING.get(story.id, {}).items():
        part, _, number = place.partition(" ")
        said = story.expect[part][int(number)]
        own = [said["by"]] if part == "gone" else []
        for instant in (*own, *lasting.at):
            yield Check(place, datetime.fromisoformat(instant), {})
        if lasting.at_end:
            yield Check(place, story.evening(story.as_of), {})


def at_the_end(story: Story) -> list[Check]:
    """Return the expectations at the end of a story, which do not depend on the order in which it was entered."""
    return [
        check
        for check in checks_of(story)
        if check.name in LASTING.get(story.id, {}) and check.at >= story.evening(story.as_of)
    ]


def places(story: Story) -> set[str]:
    """Return the places in the file of all entries under gone, kept and always."""
    return {f"{part} {number}" for part in _LASTING for number in range(len(story.expect.get(part, ())))}


def found_wrong(player: Player, check: Check) -> str | None:
    """Return a description of the mismatch with the story; None if there is none."""
    kind = check.name.split()[0]
    try:
        if kind in _LASTING:
            return LASTING[player.story.id][check.name].ask(player, check.at)
        return _ASKED[kind](player, check)
    except ApiProblem as problem:
        return f"can't be asked: {problem}"


def _cases(player: Player, expected: Mapping[str, Any]) -> list[str]:
    """Return the cases that a statement is about: those that it names, or the remaining one of them."""
    if "of" in expected and "for" not in expected:
        named = cases_of(player.story.step(expected["of"])) or list(player.cases)[:1]
    elif "for" in expected or ":" in f"{expected.get('case')}{expected.get('identification')}":
        named = expected.get("for", player.story.cases)
    else:
        named = list(player.cases)[:1]
    return [case for case in named if case in player.cases]


def _said_of(text: str, case: str) -> str:
    """Return the status of each of several cases as text: `A: open, B: open_anonymous`, or one status for all."""
    parts = dict(part.strip().split(": ") for part in text.split(",") if ": " in part)
    return parts.get(case, text)


def _status(player: Player, check: Check) -> str | None:
    wrong = []
    for case in _cases(player, check.expected):
        shown = player.read_whole(case)
        is_open = ("open_anonymous" if shown["anonymous"] else "open") if shown["status"] == "open" else shown["status"]
        called = mapping.CALLED.get((player.story.id, case), case)
        wanted = (_said_of(check.expected["case"], called), _said_of(check.expected["identification"], called))
        is_so = (is_open, shown.get("identification_status"))
        if is_so != wanted:
            wrong.append(f"{case}: {is_so} instead of {wanted}")
    return "; ".join(wrong) or None


def clocks_of(player: Player, case: str) -> list[Any]:
    """Return the periods of a case from all services that keep them."""
    kept = [player.read(role, service, case) for role, service in player.readers]
    clocks = [clock for shown in kept for clock in shown["clocks"]]
    return [clock for clock in clocks if clock["state"] not in _ABSENT_STATES]


def _clock(player: Player, check: Check) -> str | None:
    expected, state = check.expected, check.expected["states"][check.day]
    rule = mapping.VARIANTS.get((expected["rule"], expected.get("variant", "")), expected["rule"])
    wrong = []
    for case in _cases(player, expected):
        alike = [clock for clock in clocks_of(player, case) if clock["code"] == rule]
        fitting = [clock for clock in alike if _has_dates(clock, expected)]
        if state == "superseded":
            if fitting:
                wrong.append(f"{case}: still {_in_words(fitting)}")
        elif not any(_is_in(clock, state) and clock["certainty"] == expected["certainty"] for clock in fitting):
            wanted = (expected["due"], expected.get("other"), state, expected["certainty"])
            wrong.append(f"{case}: {_in_words(alike)} instead of {wanted}")
    return "; ".join(wrong) or None


def _has_dates(clock: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    due = None if expected["due"] == "unknown" else expected["due"][: len("2026-03-02")]
    if clock["birthday"] and due is not None:
        # Copies contain only the month of a birth: the response shows the first and last day of it.
        return bool(clock["due_on"] <= due <= clock["other_due_on"] and due[:7] == clock["due_on"][:7])
    return bool(clock["due_on"] == due) and ("other" not in expected or clock["other_due_on"] == expected["other"])


def _is_in(clock: Mapping[str, Any], state: str) -> bool:
    if state == "late" and clock["state"] == "met":
        return bool(clock["in_time"] == "no")
    return clock["state"] in mapping.STATES[state]


def _in_words(clocks: list[Any]) -> list[tuple[Any, ...]]:
    names = ("due_on", "other_due_on", "state", "in_time", "certainty")
    return [tuple(clock.get(name) for name in names) for clock in clocks]


def _no(player: Player, check: Check) -> str | None:
    ran = [
        (case, clock["code"], clock["state"])
        for case in player.cases
        for clock in clocks_of(player, case)
        if clock["code"] == check.expected["rule"]
    ]
    return f"runs: {ran}" if ran else None


def _warning(player: Player, check: Check) -> str | None:
    number, role = check.expected["number"], mapping.ROLES[check.expected["role"]]
    case = mapping.WARNED.get((player.story.id, number), ONLY)
    listed = _listed(player, role, player.cases.get(case, ""))
    wanted = mapping.WARNINGS[player.story.id][number]
    there = [each for each in wanted if any(_is_that(item, *each) for item in listed)]
    if check.expected.get("absent"):
        return f"still there: {there}" if there else None
    missing = [each for each in wanted if each not in there]
    return f"missing {missing} among {[(item['what'], item['code']) for item in listed]}" if missing else None


def _listed(player: Player, role: str, case: str) -> list[Any]:
    if role == "data_protection_officer":
        entries = player.queue("data-protection", role)
        return [{"what": each["kind"], "code": each["code"], "group": ""} for each in entries if each["case"] == case]
    return [item for line in player.work_list(role) if line["case"] == case for item in line.get("items", ())]


def _is_that(item: Mapping[str, Any], what: str, code: str | None) -> bool:
    if what == "overdue":
        # A period counted in hours ends within its day.
        return bool(item["code"] == code and (item["group"] == "overdue" or item["state"] in mapping.STATES["late"]))
    return bool(item["what"] == what and code in (None, item["code"]))


def _sees(player: Player, check: Check) -> str | None:
    return seeing.shown_wrong(player, check.expected["agency"], check.at)


_ASKED: Final = {"sees": _sees, "status": _status, "clock": _clock, "warning": _warning, "no": _no}

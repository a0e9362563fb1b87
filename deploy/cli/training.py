"""Fill a training installation at its first start: register its people and play their cases.

Three journeys are complete. Three more are still open, so that the desk has work: an agreed safe contact, running
legal deadlines and an alert that has not been acknowledged.

`./casepath up` calls these functions. With Docker, `python -m deploy.cli.training` runs in a separate container at
each start (`deploy/training.yml`). The image of a release cannot run it, since it has no `deploy.training`.
"""

import datetime as dt
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from deploy.cli.api import Api, ApiProblem, Targets, find_targets
from deploy.cli.console import say, say_error
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import here
from deploy.cli.journey import SAMPLES, play
from deploy.cli.journey.batch import journeys_of
from deploy.cli.journey.desk import ROLES, Desk
from deploy.cli.journey.player import Player
from deploy.training.__main__ import TrainingRefused, checked
from deploy.training.people import AGENCY, PEOPLE

MEMBERS: Final[Mapping[str, str]] = {person.role: person.id for person in PEOPLE}
_SEED: Final = 20_261_130
_CONFLICT: Final = 409


def register(targets: Targets, issuer: str) -> None:
    """Register the fictitious people with their sign-ins; keep the entries of people who are already registered."""
    for person in PEOPLE:
        by = person.role if person.role == "data_protection_officer" else "operator"
        body = {
            "id": person.id,
            "agency": AGENCY,
            "roles": [person.role],
            "languages": list(person.languages),
            "name": person.name,
            "sign_ins": [{"issuer": issuer, "subject": person.subject}],
        }
        api = Api(targets, roles=[by], subject=MEMBERS[by], patience=30.0)
        try:
            api.post("intake", "/v1/staff", body)
        except ApiProblem as problem:
            if problem.status != _CONFLICT:
                raise
            _move_sign_in(api, person.id, issuer, person.subject)
    _supervise(targets)


def _supervise(targets: Targets) -> None:
    """Record that the supervisor supervises the people who work on cases."""
    api = Api(targets, roles=["operator"], subject=MEMBERS["operator"], patience=30.0)
    for role in ROLES:
        api.post("intake", "/v1/supervisions", {"supervisor": MEMBERS["supervisor"], "member": MEMBERS[role]})


def _move_sign_in(api: Api, member: str, issuer: str, subject: str) -> None:
    """Change the sign-in of a registered person to the provider's current address."""
    reply = api.get("intake", f"/v1/staff/{member}")
    body = {"sign_ins": [{"issuer": issuer, "subject": subject}]}
    api.patch("intake", f"/v1/staff/{member}", body, if_match=str(reply.headers["ETag"]))


def is_empty(targets: Targets) -> bool:
    """Return whether the training caseworker, who must be registered, leads no case."""
    api = Api(targets, roles=["caseworker"], subject=MEMBERS["caseworker"], patience=30.0)
    return not api.get("intake", "/v1/work-list").json()["cases"]


def play_samples(targets: Targets) -> bool:
    """Play the sample journeys and the open cases; return whether every sample is complete."""
    is_complete = play(targets, SAMPLES, len(SAMPLES))
    play_open_cases(targets, SAMPLES)
    return is_complete


def play_open_cases(targets: Targets, jurisdictions: list[str]) -> list[str]:
    """Play journeys that stop before their end, led by the training caseworker; return their cases."""
    desk = Desk(targets, members=dict(MEMBERS), registered=set(MEMBERS))
    today = dt.date.fromisoformat(desk.today())
    plans = journeys_of(None, jurisdictions, today, seed=_SEED, way="accepted")
    cases = []
    for plan in (next(plans) for _ in jurisdictions):
        player = Player(replace(plan, reach="case"), desk, today)
        player.play()
        cases.append(player.case)
    _agree_contact(desk, cases[0])
    _raise_alert(desk, cases[0])
    return cases


def _agree_contact(desk: Desk, case: str) -> None:
    body = {
        "channels": ["phone", "sms"],
        "unsafe": ["letter"],
        "zone": "Europe/Amsterdam",
        "if_another_answers": "say_wrong_number",
        "code_word": "tulip",
    }
    api = desk.api("caseworker")
    etag = str(api.get("intake", f"/v1/cases/{case}").headers["ETag"])
    api.put("intake", f"/v1/cases/{case}/safe-contact", body, if_match=etag)


def _raise_alert(desk: Desk, case: str) -> None:
    body = {"danger_type": "trafficker_contact", "urgency": "immediate"}
    desk.create("counsellor", "support", f"/v1/cases/{case}/alerts", body)


def main() -> int:
    """Register the people, and play cases into an empty installation; return the exit code."""
    try:
        place = checked(here().variables)
        targets = find_targets()
        register(targets, place.issuer)
        if is_empty(targets):
            say("Playing fictitious cases. This happens once.")
            play_samples(targets)
    except TrainingRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    except CommandRefused as refused:
        say_error(refused)
        return 1
    say(f"The desk starts now. Open {place.desk} in a browser.", style="bold")
    return 0


if __name__ == "__main__":
    sys.exit(main())

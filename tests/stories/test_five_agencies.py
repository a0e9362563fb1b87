"""In each jurisdiction, the readers of the five agencies on a case see exactly the expected data, at every service.

The expected table is computed from the declarations: the consents and grounds of the agency, and the class of each
field for the reader's role. The test compares both ways.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from deploy.cli.api import Api, ApiProblem, Targets
from deploy.cli.installation import HOLDERS, Installation
from deploy.cli.journey.desk import Desk
from tests.stories import seeing
from tests.stories.playing import LEAD, PATIENCE, Player
from tests.stories.shared_case import (
    ASSESSED,
    BEGAN,
    CONSENTS,
    DANGER,
    DANGER_UNTIL,
    FEWER,
    FIGURES,
    LAWS,
    READS_AS,
    SHARED_ONE_BY_ONE,
    SHELTERED_UNTIL,
    Shared,
    approve,
    record_everything,
    registered,
)
from tests.stories.stories import ONLY, Story

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

#: The same statuses as for an unknown case: 404, or 503 for an id so new that it might still arrive.
AS_UNKNOWN: Final = frozenset((404, 503))


@pytest.fixture
def targets(installation: Targets) -> Iterator[Targets]:
    yield installation
    operator = Api(installation, roles=["operator"], patience=20)
    for service in HOLDERS:
        operator.put(service, "/v1/clock", {"now": None})


@pytest.fixture(params=LAWS)
def shared(request: pytest.FixtureRequest, running_installation: Installation, targets: Targets) -> Shared:
    code = str(request.param)
    told = {name: {"what": name, "lead": name == "coordination"} for name in ("coordination", *READS_AS)}
    story = Story(f"five-agencies-{code}", code, ZoneInfo(LAWS[code].zone), BEGAN, told, (), {})
    ids = registered(running_installation, story)
    player = Player(targets, story)
    found = Shared(player)
    player.at(datetime.combine(BEGAN, time(9), UTC))
    player.open(ONLY)
    for name, role in READS_AS.items():
        found.desks[name] = Desk(targets, members={role: str(uuid4())}, patience=PATIENCE, agency=ids[name])
        seeing.join(player, ONLY, role, found.desks[name])
    record_everything(found, LAWS[code])
    player.settle()
    return found


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def test_each_of_five_agencies_sees_exactly_its_table(shared: Shared) -> None:
    check_that_the_lead_sees_all(shared)
    assert shared.tables() == shared.expected(), "nobody has agreed to anything yet"
    check_that_each_sees_what_it_may(shared)
    check_that_less_consent_shows_less(shared)
    check_that_time_ends_it(shared)
    check_that_who_is_excluded_sees_no_case(shared)


def check_that_the_lead_sees_all(shared: Shared) -> None:
    """Check that every category that a role sees has a value.

    A category that another reader does not see is then withheld.
    """
    player = shared.player
    members = {role: str(uuid4()) for role in READS_AS.values()}
    lead = Desk(player.targets, members=members, patience=PATIENCE, agency=player.desk.agency)
    for role in members:
        seeing.join(player, ONLY, role, lead)
        parts = seeing.parts_in(player.read_whole(ONLY))
        shown = seeing.Reader(lead, role).shown(player.cases[ONLY], parts, ())
        assert shown == {service: shared.of_role(service, role) for service in seeing.SERVICES}, role


def share_with_the_shelter(shared: Shared) -> None:
    """Share the domains of the assessment. Without that, a consent to scores shows none."""
    domains = {"agency": shared.agency("shelter"), "domains": list(ASSESSED["domains"])}
    shared.player.post("support_worker", "support", ONLY, f"assessments/{shared.assessment}/shares", domains)
    shared.may["shelter"] |= SHARED_ONE_BY_ONE


def check_that_each_sees_what_it_may(shared: Shared) -> None:
    player = shared.player
    for name, said in CONSENTS.items():
        shared.consents[name] = shared.agree(name, said)
        shared.may[name] = set(said["data_categories"]) - SHARED_ONE_BY_ONE
    shared.agree("police", FIGURES)
    sharing = player.post(LEAD, "intake", ONLY, "sharings", {**DANGER, "agency": shared.agency("police")})
    player.settle()
    assert shared.tables() == shared.expected(), "no second person has agreed to what goes without consent"
    approve(player, sharing)
    shared.may["police"] = set(DANGER["data_categories"])
    share_with_the_shelter(shared)
    player.settle()
    shown = shared.tables()
    assert shown == shared.expected()
    assert len({str(shared.may[name]) for name in READS_AS}) == len(READS_AS), "each has another table"
    assert all(any(of_service.values()) for of_service in shown.values()), "and something in it"


def check_that_less_consent_shows_less(shared: Shared) -> None:
    player = shared.player
    withdrawal = f"consents/{shared.consents['union']}/withdrawal"
    player.change(LEAD, "intake", ONLY, withdrawal, {"erase_requested": False})
    shared.may["union"] = set()
    player.change(LEAD, "intake", ONLY, f"consents/{shared.consents['lawyer']}/correction", FEWER)
    shared.may["lawyer"] = set(FEWER["data_categories"])
    player.settle()
    assert shared.tables() == shared.expected(), "one consent is withdrawn, and one put right to fewer categories"


def check_that_time_ends_it(shared: Shared) -> None:
    player = shared.player
    player.at(noon(SHELTERED_UNTIL))
    assert shared.tables() == shared.expected(), "a consent counts on its last day"
    player.at(noon(SHELTERED_UNTIL + timedelta(days=1)))
    shared.may["shelter"] = set()
    assert shared.tables() == shared.expected(), "and not on the day after"
    player.at(noon(DANGER_UNTIL + timedelta(days=1)))
    shared.may["police"] = set()
    assert shared.tables() == shared.expected(), "the ground ended"


def check_that_who_is_excluded_sees_no_case(shared: Shared) -> None:
    """Check that staff of an excluded agency cannot join, and that a member of the team loses access."""
    player, role = shared.player, READS_AS["police"]
    player.post(LEAD, "intake", ONLY, "exclusions", {"kind": "agency", "agency": shared.agency("police")})
    player.settle()
    colleague = Desk(player.targets, members={role: str(uuid4())}, patience=PATIENCE, agency=shared.agency("police"))
    with pytest.raises(ApiProblem) as refused:
        seeing.join(player, ONLY, role, colleague)
    assert refused.value.problem["errors"][0]["rule"] == "excluded_by_the_person"
    player.settle()  # Wait until every service knows the colleague: before that, it would reject the token.
    for who in (shared.desks["police"], colleague):
        answers = {player.asked(role, service, "", desk=who) for service in seeing.SERVICES}
        assert answers <= AS_UNKNOWN

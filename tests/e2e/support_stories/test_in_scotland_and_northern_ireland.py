"""Scotland and Northern Ireland: the support under their own laws, from the first contact to moving on."""

from typing import Final

import pytest

from deploy.cli.journey.desk import Desk
from tests.e2e.support_stories.support_case import COUNSELLOR, SAFE, WORDS, WORKER, SupportCase
from tests.kit.passing_time import PassingTime
from tests.kit.team_case import LEAD

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

REFERRED: Final = {"stage": "referred", "authority": "GB.SCA", "made_elsewhere": True}
GROUNDS: Final = {**REFERRED, "stage": "reasonable_grounds", "outcome": "positive"}
STEP: Final = {"part": "people", "text": WORDS, "visible": "no", "escalates": "no", "who": "person"}


@pytest.mark.parametrize(
    ("law", "has", "began", "ends_on", "look_from"),
    [
        # 90 days from the decision; 45 days from the referral.
        ("GB-SCT", "GB.SCT_SUPPORT", "2026-03-04", "2026-06-02", "2026-05-03"),
        ("GB-NIR", "GB.NIR_SUPPORT", "2026-03-02", "2026-04-16", "2026-03-17"),
    ],
)
def test_what_their_law_gives_and_what_comes_after(
    law: str, has: str, began: str, ends_on: str, look_from: str, time: PassingTime, house: Desk
) -> None:
    time.at("2026-03-06T10:00:00Z")
    case = SupportCase.opened(house, law, channel="phone", language="sq")
    case.record("intake", "identification", {**GROUNDS, "happened": "2026-03-04", "learnt": "2026-03-06"})
    case.record("intake", "identification", {**REFERRED, "happened": "2026-03-02", "learnt": "2026-03-06"})
    support = case.does("entitlements", entitlement=has, started_on=began)
    case.does("assessments", COUNSELLOR, type="initial", domains=SAFE)
    case.does("safety-plans", steps=[STEP])
    case.does("plans", goal_types=["Health", "SocialCare"], person_has_copy=False, review_on="2026-04-06")
    time.settle()
    # 30 days before the last day, tasks remind the team to request an extension and to plan the next step.
    tasks = case.tasks()
    assert (tasks["entitlement_ask"], tasks["entitlement_runs_out"]) == (look_from, look_from)
    assert case.one("entitlements", LEAD)["ends_on"] == ends_on

    time.at("2026-06-05T10:00:00Z")
    assert case.one("entitlements")["ended_on"] is None
    case.does(f"entitlements/{support}/prolonging", ends_on="2026-12-01")
    outcome = {"outcome": "purpose_and_self_actualisation", "services": ["employment_training"]}
    plan = case.does("transitions", outcomes=[outcome], leaves_on="2026-06-05", check_in_after=[])
    case.does(f"transitions/{plan}/check-ins", way="in_person", reached=True, safe="yes")
    case.does(f"transitions/{plan}/closing", closing_because="settled")
    time.settle()
    assert case.one("transitions", LEAD)["closed_by"] == case.desk.member(WORKER)
    assert case.tasks()["entitlement_runs_out"] == "2026-11-01"
    case.check_says_nothing()

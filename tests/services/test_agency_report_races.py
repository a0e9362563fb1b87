"""Concurrent answers, withdrawals and transfers of reports: each answer counts once or is refused.

The person's decision takes precedence over an agency's concurrent answer. `make races` makes more attempts.
"""

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from werkzeug import Response

from deploy.cli import servers
from tests.kit.reporting import Reporting, reporting
from tests.kit.told_agencies import ToldAgency

pytestmark = [pytest.mark.integration, pytest.mark.slow]
#: 100 of each with `make races`; each takes about a second.
TRIES = max(4, int(os.environ.get("CASEPATH_RACES", "40")) // 10)


@pytest.fixture(scope="module")
def site(postgres: servers.PostgresServer) -> Iterator[Reporting]:
    with reporting(postgres) as both:
        yield both


@pytest.fixture(scope="module")
def shelter(site: Reporting) -> ToldAgency:
    return site.agency()


def at_once(*actions: Callable[[], object]) -> None:
    """Start all of these at the same moment, and wait until they end."""
    ready = Barrier(len(actions))

    def begin(action: Callable[[], object]) -> None:
        ready.wait(timeout=30)
        action()

    with ThreadPoolExecutor(len(actions)) as pool:
        for ending in [pool.submit(begin, action) for action in actions]:
            ending.result(timeout=60)


def take_back(site: Reporting, case: str) -> None:
    """Withdraw the person's consent, unless the case changed since the worker read it."""
    consent = site.read(case)["consents"][0]["id"]
    version = site.worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    path = f"/v1/cases/{case}/consents/{consent}/withdrawal"
    assert site.worker.ask("POST", path, {"erase_requested": False}, If_Match=version).status_code in (200, 412)


def withdraw_at_last(site: Reporting, case: str) -> None:
    """Withdraw the remaining consents of the case, once there are no concurrent changes."""
    site.carry()
    if site.read(case)["consents"][0]["withdrawn_on"] is None:
        site.withdraw(case)


def test_an_answer_and_a_withdrawal_at_the_same_moment_leave_the_referral_withdrawn(
    site: Reporting, shelter: ToldAgency
) -> None:
    for _ in range(TRIES):
        site.sign_in_again()
        case = site.case()
        referral, named = site.referred(shelter, case)
        report = site.report(shelter, kind="referral_answer", about=named, step="accept")
        at_once(partial(take_back, site, case), site.carry)
        withdraw_at_last(site, case)
        assert site.stands(shelter, report)["state"] == "taken"
        assert site.state(case, referral) == "withdrawn"


@pytest.mark.promise("REL-23")
def test_an_answer_to_a_withdrawal_counts_once_however_early_and_often_it_is_sent(
    site: Reporting, shelter: ToldAgency
) -> None:
    """Two copies of the answer and another answer race the withdrawal and the exchange of events between services."""
    chance, early = random.Random(13), 0
    reporter = site.reporter(shelter)
    for _ in range(TRIES):
        site.sign_in_again()
        case = site.case()
        site.referred(shelter, case)
        named = str(site.last(shelter, "consent.granted")["data"]["consent"])
        reports = [
            {"id": str(uuid4()), "kind": "withdrawal_answer", "about": named, "answer": answer}
            for answer in chance.sample(["stopped", "deleted"], 2)
        ]
        replies: list[Response] = []

        def send(report: dict[str, str], replies: list[Response] = replies) -> None:
            replies.append(reporter.ask("POST", "/v1/agency/reports", report))

        racing: list[Callable[[], object]] = [
            partial(take_back, site, case),
            site.carry,
            *(partial(send, reports[at]) for at in (0, 0, 1)),
        ]
        chance.shuffle(racing)
        at_once(*racing)
        assert {reply.status_code for reply in replies} == {201}
        withdraw_at_last(site, case)
        settled = [site.stands(shelter, report) for report in reports]
        assert {report["state"] for report in settled} <= {"taken", "refused"}
        early += sum(report["state"] == "refused" for report in settled)
        last = site.report(shelter, kind="withdrawal_answer", about=named, answer="deleted")
        settled.append(site.stands(shelter, last))
        assert settled[-1]["state"] == "taken"
        officer = site.intake.staff("data_protection_officer")
        followed = officer.told("GET", "/v1/consents/withdrawals")["consents"]
        answers = next(consent["answers"] for consent in followed if consent["case"] == case)
        assert len(answers) == sum(report["state"] == "taken" for report in settled)
        assert site.read(case)["consents"][0]["withdrawn_on"] is not None
    assert early < 2 * TRIES, "some came when there was something to answer"

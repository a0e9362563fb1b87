"""Two releases side by side, as real processes: the next release adds a new version of one event.

The next release is a copy of this checkout. Its intake publishes `team.member_added` as version 2, its legal reads both
versions, and its release number differs. This test does not cover a release that changes more.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.cli import servers
from deploy.cli.api import Api, ApiProblem
from deploy.cli.installation import CHECKOUT
from tests.kit.serving import Site, opened
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

OPENING = {"jurisdiction": "NL", "source": "self", "channel": "chat", "language": "bg", "anonymous": True}
A_CASE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}|[0-9a-f]{32}", re.IGNORECASE)
#: Code that is appended to files of the next release.
ADDED = {
    "shared/__init__.py": '\n__version__ += ".next"\n',
    "services/intake/service.py": """
from dataclasses import replace


class _NextRelease(Emits):
    def check(self, announcement):
        anew = announcement.name == "team.member_added"
        return super().check(replace(announcement, version=2) if anew else announcement)


_before = next(each for each in EMITS.types if each.name == "team.member_added")
_next = _NextRelease("intake", *EMITS.types, replace(_before, version=2))
PARTS = replace(PARTS, following=replace(PARTS.following, emits=_next))
""",
    "services/legal/cases/case/events.py": """
from dataclasses import replace

READS = (*READS, *(replace(each, version=2) for each in READS if each.key == "intake.team.member_added"))
""",
}


@pytest.fixture
def next_release(tmp_path: Path) -> Path:
    copy = tmp_path / "next"
    for package in ("services", "shared"):
        shutil.copytree(CHECKOUT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, more in ADDED.items():
        assert (copy / name).exists(), "the next release changes a file of this one"
        with (copy / name).open("a") as file:
            file.write(more)
    return copy


@pytest.fixture
def site(tmp_path: Path, postgres: servers.PostgresServer, vhost: str) -> Iterator[Site]:
    with opened(tmp_path, postgres, vhost, f"releases{uuid4().hex[:8]}") as found:
        yield found


def sees(adviser: Api, case: str) -> bool:
    try:
        return adviser.get("legal", f"/v1/cases/{case}").ok
    except ApiProblem as problem:
        # The case may not have arrived yet. Any other status is an error.
        assert problem.status in (404, 503)  # noqa: PT017 - as said above
        return False


def held(site: Site) -> list[tuple[str, str, str]]:
    found = site.api("operator").get("legal", "/v1/holds").json()["holds"]
    return [(each["subject"], each["state"], each["reason"]) for each in found]


@pytest.mark.promise("REL-24", "UPGRADE-9")
def test_an_upgraded_producer_and_an_older_follower_lose_nothing_and_keep_the_order(
    site: Site, next_release: Path
) -> None:
    site.start("intake")
    site.start("legal")
    site.wait_ready("intake", "legal")
    worker, first, second = site.api("caseworker"), site.api("legal_adviser"), site.api("legal_adviser")

    def add(case: str, adviser: Api) -> None:
        worker.post("intake", f"/v1/cases/{case}/team", {"member": adviser.subject, "role": "legal_adviser"})

    def remove(case: str, adviser: Api) -> None:
        etag = worker.get("intake", f"/v1/cases/{case}").headers["ETag"]
        worker.delete("intake", f"/v1/cases/{case}/team/{adviser.subject}", if_match=etag)

    newer, plain = (worker.post("intake", "/v1/cases", OPENING).json()["id"] for _ in range(2))
    for case in (newer, plain):
        add(case, first)
        wait_until(lambda case=case: sees(first, case), "legal receives the case")  # type: ignore[misc]

    assert site.stop("intake") == 0
    site.start("intake", checkout=next_release)
    site.wait_ready("intake")
    add(newer, second)
    wait_until(lambda: held(site) == [(newer, "parked", "NewerVersion")], "the older legal parks the case")
    remove(plain, first)
    wait_until(lambda: not sees(first, plain), "the other case is applied")
    remove(newer, first)
    wait_until(lambda: not sees(first, newer), "the removed member loses access, although the case is parked")
    assert not sees(second, newer)
    assert held(site) == [(newer, "parked", "NewerVersion")]
    wait_until(
        lambda: site.metric("legal", 'casepath_subjects_parked{source="intake"}') == 1,
        "a metric counts the case",
    )
    for service in ("intake", "legal"):
        assert A_CASE.findall(site.exposition(service)) == []

    assert site.stop("legal") == 0
    site.start("legal", checkout=next_release)
    site.wait_ready("legal")
    wait_until(lambda: held(site) == [], "the upgraded legal applies the parked events")
    assert sees(second, newer)
    assert not sees(first, newer)
    add(plain, second)
    wait_until(lambda: sees(second, plain), "legal applies the new version")
    assert (site.stop("legal"), site.stop("intake")) == (0, 0)

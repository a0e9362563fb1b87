"""Sign-ins are counted by their outcome. An alarm compares the counts."""

from shared.telemetry import metrics
from tests.kit.desk import Site, answered


def counted(outcome: str) -> float:
    return float(metrics.sign_ins.labels(outcome)._value.get())


def test_each_sign_in_is_counted_once_by_its_outcome(site: Site) -> None:
    before = {outcome: counted(outcome) for outcome in ("completed", "failed", "not_registered")}
    assert site.browser().sign_in().status_code == 303
    site.services.answer = lambda *asked: (403, {}) if asked[2] == "/v1/me" else answered(*asked)
    assert site.browser().sign_in().status_code == 403
    browser = site.browser()
    browser.go_to_provider()
    assert browser.get("/signed-in?error=access_denied&state=another").status_code == 502
    assert {outcome: counted(outcome) - before[outcome] for outcome in before} == dict.fromkeys(before, 1)

"""Remedies of every profile, with the conflicts between them, as shown before a claim."""

import pytest

from deploy.cli import servers
from services.legal.compensation.award.rules import conflicts_of
from shared.reference import JURISDICTIONS, profile
from tests.kit.harness import harness


@pytest.mark.parametrize("code", JURISDICTIONS)
def test_each_conflict_is_seen_from_both_sides_and_none_is_settled(code: str) -> None:
    law = profile(code)
    for conflict in law.remedy_conflicts:
        assert conflict.certainty != "settled"
        for one, other in ((conflict.first, conflict.second), (conflict.second, conflict.first)):
            seen = [shown for shown in conflicts_of(law, one, {other}) if shown.conflict is conflict]
            assert [(shown.other, shown.bites) for shown in seen] == [(other, True)]
            assert not any(shown.bites for shown in conflicts_of(law, one, ()))


def test_an_english_reparation_order_excludes_a_compensation_order() -> None:
    pairs = {(leaf.first, leaf.second): leaf.effect for leaf in profile("GB-EAW").remedy_conflicts}
    assert pairs["GB.STRO", "GB.COMP_ORDER"] == "excludes"
    assert profile("GB-SCT").remedy_conflicts == ()


@pytest.mark.integration
def test_a_conflict_bites_once_the_other_remedy_is_claimed(postgres: servers.PostgresServer) -> None:
    with harness("legal", postgres) as legal:
        adviser, reader = legal.member("legal_adviser"), legal.member("caseworker")
        adviser.told("POST", "matters", {"remedy": "NL.CRIMINAL_JOINDER"}, 201)
        remedies = {remedy["code"]: remedy for remedy in reader.told("GET", "remedies")["remedies"]}
        assert remedies.keys() == profile("NL").remedies.keys()
        assert (remedies["NL.CRIMINAL_JOINDER"]["claims"], remedies["NL.SCHADEFONDS"]["claims"]) == (1, 0)
        [repaid] = [each for each in remedies["NL.SCHADEFONDS"]["conflicts"] if each["bites"]]
        assert (repaid["effect"], repaid["second"], repaid["certainty"]) == (
            "repay_if",
            "NL.CRIMINAL_JOINDER",
            "likely",
        )
        adviser.told("POST", "awards", {"remedy": "NL.CIVIL", "payer": "employer", "currency": "EUR"}, 201)
        remedies = {remedy["code"]: remedy for remedy in reader.told("GET", "remedies")["remedies"]}
        assert [each["bites"] for each in remedies["NL.SCHADEFONDS"]["conflicts"]] == [True, True]

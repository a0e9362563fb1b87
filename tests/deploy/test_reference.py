import json

import pytest
from click.testing import CliRunner, Result

from deploy.cli import reference
from deploy.cli.__main__ import casepath
from shared.reference import JURISDICTIONS, BrokenReference, code_lists, profile


def run(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["reference", *arguments])


def test_a_check_counts_every_list_and_profile_and_what_must_be_verified() -> None:
    said = run("check")

    assert said.exit_code == 0
    assert all(name in said.output for name in (*code_lists(), *JURISDICTIONS))
    assert str(len(code_lists())) in said.output


def test_a_check_as_json_has_the_same_numbers_as_the_data() -> None:
    told = json.loads(run("check", "--json").stdout)

    assert told["lists"]["gender"]["values"] == len(code_lists()["gender"])
    assert told["profiles"]["GB-SCT"]["layers"] == ["GB-GBN", "GB-UKM", "COE", "GDPR", "PRACTICE"]
    assert told["profiles"]["NL"]["to_verify"] == sum(leaf.verify for leaf in profile("NL").leaves)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise BrokenReference("NL.toml.clocks", "has no version")

    monkeypatch.setattr(reference, "load_all", refuse)


@pytest.mark.usefixtures("broken")
def test_a_broken_file_ends_a_check_with_its_place_and_what_is_wrong_there() -> None:
    said = run("check")

    assert said.exit_code == 1
    assert "NL.toml.clocks" in said.output


def test_a_list_is_shown_with_its_sources_its_silences_and_its_attribution() -> None:
    said = run("show", "exploitation_type")

    assert said.exit_code == 0
    for told in ("ForcedLabour", "BenefitFraud", "prefer_not_to_say", "field vic_TypeOfExploitation", "CC BY 4.0"):
        assert told in said.output
    as_json = json.loads(run("show", "exploitation_type", "--json").stdout)
    assert as_json["values"] == list(code_lists()["exploitation_type"])
    assert all(part["source"] and part["certainty"] and part["effective_from"] for part in as_json["parts"])


@pytest.mark.parametrize("code", JURISDICTIONS)
def test_every_statement_of_a_profile_is_shown_with_source_and_certainty(code: str) -> None:
    said = run("show", code)
    told = json.loads(run("show", code, "--json").stdout)

    assert said.exit_code == 0
    assert len(told["statements"]) == len(profile(code).leaves)
    assert all(each["source"] and each["certainty"] and each["effective_from"] for each in told["statements"])
    assert {each["rule"] for each in told["rules"]} == set(profile(code).clocks)


def test_indicators_and_mappings_are_shown_with_what_they_are_good_for() -> None:
    indicators = run("show", "delphi_labour_adults")
    mapping = run("show", "means_of_control_to_ctdc")

    assert "exploitation.excessive_working_hours" in indicators.output
    assert "ThreatOfLawEnforcement" in mapping.output
    for name in ("delphi_labour_adults", "means_of_control_to_ctdc"):
        assert json.loads(run("show", name, "--json").stdout)
        assert name in run("check").output


@pytest.mark.parametrize(("name", "near"), [("gendr", "gender"), ("nl", "NL"), ("GB", "GB-EAW")])
def test_an_unknown_name_is_refused_and_a_near_one_offered(name: str, near: str) -> None:
    said = run("show", name)

    assert said.exit_code == 2
    assert near in said.output


# --- words ------------------------------------------------------------------------------------------------------


def test_words_are_counted_by_language_with_who_has_read_them() -> None:
    said = run("words")
    assert said.exit_code == 0

    told = json.loads(run("words", "--json").stdout)
    values = sum(len(code_list) for code_list in code_lists().values())
    assert [(each["language"], each["codes"], each["missing"]) for each in told["languages"]] == [
        (language, values, []) for language in ("en", "nl", "ro")
    ]
    assert told["languages"][1]["read_by"] == ["nobody"]


def test_a_code_without_words_is_named_and_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "without_words", lambda code_list, _language: [f"{code_list.name}/new"])
    said = run("words")
    assert said.exit_code == 1
    assert "nl: gender/new" in said.output

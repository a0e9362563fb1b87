"""Profiles that an installation adds: loaded, complete and used, or refused with the place of the error."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.installation import CHECKOUT
from services.intake.facts.person.rules import MAJORITY_YEARS
from shared.events.openings import OF_PROFILES
from shared.reference import JURISDICTIONS, BrokenReference, Profile, code_lists, period_audiences, profile
from shared.reference.assembly import load_profile
from shared.reference.clock_rules import AudienceClass
from shared.reference.derived_lists import audiences_of_periods, audiences_of_stages, derived_lists
from shared.reference.profile_files import SHIPPED, UNFILLED, ProfileFiles, check_reached, unfilled
from shared.reference.profiles import StageAudience
from tests.kit.own_profiles import command, with_profiles, write_ireland


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the profile of Ireland, filled in from the template."""
    return write_ireland(tmp_path_factory.mktemp("filled")).read_text(encoding="utf-8")


@pytest.fixture
def ireland(filled: str, tmp_path: Path) -> Path:
    path = tmp_path / "IE.toml"
    path.write_text(filled, encoding="utf-8")
    return path


def files_with(path: Path) -> ProfileFiles:
    return ProfileFiles(mounted=path.parent)


def read(path: Path) -> Profile:
    files = files_with(path)
    files.check()
    return load_profile("IE", code_lists(), files)


def changed(path: Path, pattern: str, by: str) -> None:
    text = path.read_text(encoding="utf-8")
    new, count = re.subn(pattern, by, text, count=1, flags=re.MULTILINE)
    assert count == 1, pattern
    path.write_text(new, encoding="utf-8")


def test_shipped_profiles_come_first_in_their_own_order(ireland: Path) -> None:
    assert ProfileFiles().codes() == JURISDICTIONS == ("GB-EAW", "NL", "RO", "GB-SCT", "GB-NIR")
    assert files_with(ireland).codes() == (*JURISDICTIONS, "IE")


def test_a_profile_brings_its_codes_bases_and_currency_into_the_lists(ireland: Path) -> None:
    changed(ireland, r'^currency = "EUR"', 'currency = "PLN"')
    law = read(ireland)
    assert law.layers == ("IE", "EU", "COE", "GDPR", "PRACTICE")
    assert [law.has_law(each) for each in ("IE", "EU", "NL", "GB")] == [True, True, False, False]
    lists = derived_lists(code_lists(), [*map(profile, JURISDICTIONS), law], [])
    assert "PLN" in lists["currency"]
    assert lists["residence_ground"].laws["IE.PERMISSION"] == "IE"
    assert {"IE.WAGES", "IE.RECOVERY"} < set(lists["clock_code"])
    assert "IE" in lists["jurisdiction"]


def test_a_refusal_of_asylum_is_stated_by_the_profile(ireland: Path) -> None:
    changed(ireland, r'^kinds = \["residence"\]', 'kinds = ["residence", "legal_aid"]\nasylum = true')
    lists = derived_lists(code_lists(), [read(ireland)], [])
    assert "IE.PERMISSION" in lists["residence_ground"].asylum
    assert "IE.PERMISSION" in lists["legal_aid_basis"]


# --- errors -------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-DEADLINE-12", control="no-ignored-law-file")
def test_a_file_that_no_profile_uses_is_refused(ireland: Path) -> None:
    reached = set(read(ireland).layers) | {layer for code in JURISDICTIONS for layer in profile(code).layers}
    check_reached(files_with(ireland), reached)
    ireland.with_name("IE-LAW.toml").write_text('code = "IE-LAW"\n', encoding="utf-8")
    with pytest.raises(BrokenReference, match=r"IE-LAW\.toml"):
        check_reached(files_with(ireland), reached)


@pytest.mark.hazard("H-DEADLINE-12", control="complete-law-files")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: changed(path, r'^name = "Europe/Dublin"', f'name = "{UNFILLED}"'),
        lambda path: path.rename(path.with_name("NL.toml")),
        lambda path: (path.unlink(), path.parent.rmdir()),
    ],
    ids=["open place", "name of a shipped file", "no folder"],
)
def test_files_that_cannot_be_meant_are_refused(ireland: Path, spoil: Callable[[Path], Any]) -> None:
    spoil(ireland)
    with pytest.raises(BrokenReference):
        files_with(ireland).check()


@pytest.mark.hazard("H-CONFIDENTIALITY-9", control="own-limits")
@pytest.mark.parametrize(
    ("pattern", "by", "place"),
    [
        (r'^source = "Workplace Relations Act 2015, section 41\(6\).*\n', "", "clocks.IE.WAGES"),
        (r'^country = "IE"\ncurrency', 'country = "NL"\ncurrency', "jurisdiction.country"),
        (r'^currency = "EUR"', 'currency = "euro"', "jurisdiction.currency"),
        (r'^region = "IE-D"', 'region = "NL-NH"', "jurisdiction.region"),
        (r'^audience = "limit"', 'audience = "everyone"', "clocks.IE.WAGES"),
        (r'^audience = "limit"', 'audience = "decision_time"', "clocks.IE.WAGES"),
        (r'^type = "LawEnforcement"', 'type = "Police"', "authorities.IE.POLICE"),
        (r'^kinds = \["residence"\]', 'kinds = ["visa"]', "bases.IE.PERMISSION"),
        (r'^\[bases\."IE.PERMISSION"\]', '[bases."RO.PERMISSION"]', "bases.RO.PERMISSION"),
        (r'^\[residence\."IE.PERMIT"\]', '[residence."NL.B8_3"]', "residence.NL.B8_3"),
        (r"^needs_consent = true", 'needs_consent = true\nrequested_by = ["person"]', "requested_by"),
        (r"^needs_consent = true", 'needs_consent = true\nrequested_by = ["court"]', "requested_by"),
        (r'^"jurisdiction/IE"', '"jurisdiction"', "words.en"),
        (r"^read_by = .*\n", "", "words.en"),
        (r"^\[jurisdiction\]\n(.*\n){8}", "", "jurisdiction"),
    ],
)
def test_an_error_names_its_place(ireland: Path, pattern: str, by: str, place: str) -> None:
    changed(ireland, pattern, by)
    with pytest.raises(BrokenReference, match=re.escape(place)):
        read(ireland)


_MAJORITY = """
[majority]
years = {years}
source = "Age of Majority Act 1985, section 2"
certainty = "settled"
effective_from = 1985-03-01
read_on = 2026-11-30
"""


@pytest.mark.hazard("H-AGENCY-4", control="shipped-majority")
@pytest.mark.parametrize("own_layer", [False, True])
def test_a_file_cannot_raise_the_age_of_majority_for_all_countries(ireland: Path, *, own_layer: bool) -> None:
    stated, where = ireland.read_text(encoding="utf-8"), ireland
    if own_layer:
        changed(ireland, r"^parents = \[", 'parents = ["IE-LAW", ')
        stated, where = 'code = "IE-LAW"\n', ireland.with_name("IE-LAW.toml")
    where.write_text(stated + _MAJORITY.format(years=MAJORITY_YEARS), encoding="utf-8")
    assert read(ireland).majority.layer == where.stem
    where.write_text(stated + _MAJORITY.format(years=MAJORITY_YEARS + 3), encoding="utf-8")
    with pytest.raises(BrokenReference, match=re.escape(f"{where.name}.majority.years")):
        read(ireland)


@pytest.mark.hazard("H-DEADLINE-13", control="limits-at-legal")
def test_a_limit_of_the_person_is_kept_where_the_adviser_reads_it(ireland: Path) -> None:
    changed(ireland, r'^keeper = "legal"', 'keeper = "intake"')
    with pytest.raises(BrokenReference, match=r"clocks\.IE\.WAGES .*keeper"):
        read(ireland)


@pytest.mark.parametrize(
    ("pattern", "by", "place"),
    [
        (r"^\[retention\.legal_file\]\n(.+\n)+", "", "IE: retention"),
        (r"^\[retention\.legal_file\]", "[retention.legal_files]", "IE: retention"),
        (r'^\[other_periods\."PRIV.WITHDRAWAL_ANSWER"\]\n(.+\n)+', "", "IE: other_periods.PRIV.WITHDRAWAL_ANSWER"),
        (r'^length = "P30D"', 'length = "P1M"', "IE: other_periods.PRIV.WITHDRAWAL_ANSWER.length"),
    ],
)
def test_a_profile_with_a_practice_of_its_own_states_what_intake_applies(
    ireland: Path, pattern: str, by: str, place: str
) -> None:
    practice = (SHIPPED / "PRACTICE.toml").read_text(encoding="utf-8").replace('"PRACTICE"', '"IE-PRACTICE"')
    own = ireland.with_name("IE-PRACTICE.toml")
    own.write_text(practice, encoding="utf-8")
    changed(ireland, r"^parents = .*", 'parents = ["COE", "GDPR", "IE-PRACTICE"]')
    assert read(ireland).retention["case_file"].layer == "IE-PRACTICE"
    changed(own, pattern, by)
    with pytest.raises(BrokenReference, match=re.escape(place)):
        read(ireland)


# --- who receives events ------------------------------------------------------------------------------------------


def test_each_audience_of_a_file_has_terms() -> None:
    assert {*AudienceClass.__args__, *StageAudience.__args__} == set(OF_PROFILES)  # type: ignore[attr-defined]
    assert set(period_audiences().values()) <= set(AudienceClass.__args__)  # type: ignore[attr-defined]


@pytest.mark.hazard("H-CONFIDENTIALITY-12", control="one-audience-for-a-code")
def test_profiles_cannot_disagree_on_the_audience_of_a_code(ireland: Path) -> None:
    laws = [*map(profile, JURISDICTIONS), read(ireland)]
    assert audiences_of_periods(laws)["IE.WAGES"] == "limit"
    stage, rules = laws[-1].stages["identified"], laws[-1].clocks["COE.RECOVERY_MIN"]
    for other in (None, "submission"):
        stages = {**laws[-1].stages, "identified": replace(stage, audience=other)}  # type: ignore[arg-type]
        with pytest.raises(BrokenReference, match=r"stages\.identified\.audience"):
            audiences_of_stages([*laws[:-1], replace(laws[-1], stages=stages)])
    clocks = {**laws[-1].clocks, "COE.RECOVERY_MIN": (replace(rules[-1], audience="limit"),)}
    with pytest.raises(BrokenReference, match=r"clocks\.COE\.RECOVERY_MIN\.audience"):
        audiences_of_periods([*laws[:-1], replace(laws[-1], clocks=clocks)])


def terms_of(folder: Path, code: str) -> Any:
    """Return which terms the agency service applies to a deadline, in a process that uses the profiles of a folder."""
    program = (
        "import json; from shared.events.outside import outside_type; "
        f"terms = outside_type('legal', 'clock.started', 1).audience.opening({{'code': {code!r}}}); "
        "print(json.dumps(terms and [terms.category, sorted(terms.purposes)]))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, cwd=CHECKOUT, env=with_profiles(folder), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.hazard("H-CONFIDENTIALITY-12", control="no-audience-unless-stated")
def test_agencies_receive_the_deadlines_for_which_the_profile_states_an_audience(ireland: Path) -> None:
    assert terms_of(ireland.parent, "IE.WAGES") == ["account", ["compensation_claim", "legal_representation"]]
    changed(ireland, r'^audience = "limit"\n', "")
    assert terms_of(ireland.parent, "IE.WAGES") is None
    assert terms_of(ireland.parent, "NL.WAGES") == [
        "account",
        ["compensation_claim", "legal_representation", "wage_claim"],
    ]


# --- the command and the start --------------------------------------------------------------------------------


def test_a_template_names_each_open_place_and_is_never_overwritten(tmp_path: Path) -> None:
    assert command("reference", "new", "IE", "--in", str(tmp_path)).returncode == 0
    path = tmp_path / "IE.toml"
    places, text = unfilled(path), path.read_text(encoding="utf-8")
    checked = command("reference", "check", folder=tmp_path)
    assert checked.returncode == 1
    assert places
    assert all(place in checked.stderr for place in places)
    assert command("reference", "new", "IE", "--in", str(tmp_path)).returncode == 1
    assert path.read_text(encoding="utf-8") == text
    for refused in (("NL",), ("ireland",), ("IE",)):
        assert command("reference", "new", *refused).returncode == 2, refused


def test_a_filled_in_template_passes_the_check(ireland: Path) -> None:
    checked = command("reference", "check", "--json", folder=ireland.parent)
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["profiles"]["IE"]["layers"] == ["EU", "COE", "GDPR", "PRACTICE"]


@pytest.mark.hazard("H-CONFIDENTIALITY-12", control="missing-audience-fails-the-check")
def test_a_missing_audience_fails_the_check(ireland: Path) -> None:
    changed(ireland, r'^audience = "limit"\n', "")
    checked = command("reference", "check", folder=ireland.parent)
    assert checked.returncode == 1
    assert "IE.WAGES" in checked.stderr


@pytest.mark.hazard("H-DEADLINE-12", control="no-ignored-law-file")
@pytest.mark.hazard("H-DEADLINE-12", control="law-is-read-before-the-start")
def test_an_unused_file_fails_the_check_and_no_service_starts(ireland: Path) -> None:
    ireland.with_name("IE-LAW.toml").write_text('code = "IE-LAW"\n', encoding="utf-8")
    checked = command("reference", "check", folder=ireland.parent)
    assert checked.returncode == 1
    assert "IE-LAW.toml" in checked.stderr
    started = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "services", "intake"],
        cwd=CHECKOUT,
        env=with_profiles(ireland.parent),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (started.returncode, "IE-LAW.toml" in started.stderr) == (2, True)

import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.reference import (
    JURISDICTIONS,
    NOT_KNOWN,
    BrokenReference,
    ClockRule,
    CodeList,
    Leaf,
    Profile,
    Trigger,
    UnknownCodeList,
    UnknownJurisdiction,
    UnknownRule,
    code_lists,
    codes,
    deadline,
    deadlines,
    indicator_set,
    load_all,
    mappings,
    profile,
    published_indicators,
    weigh,
)
from shared.reference.assembly import JURISDICTION_FILES, load_profile
from shared.reference.codelists import LISTS, load_lists
from shared.reference.indicators import INDICATOR_FILES, JUDGEMENT, load_indicators
from shared.reference.layers import read_layer
from shared.reference.leaf import CERTAINTIES, CHECKS, OURS
from shared.reference.mappings import MAPPING_FILES, load_mappings
from shared.reference.periods import Length

NOT_KEPT = "is not kept here"
"""Said of the time before the oldest version of a rule, of which no source is kept."""
FOLDERS = (JURISDICTION_FILES, LISTS, INDICATOR_FILES, MAPPING_FILES)
FILES = sorted([path for folder in FOLDERS for path in folder.glob("*.toml")], key=lambda path: path.name)


# --- traced: nothing without a source -------------------------------------------------------------------------


def _origin_lines() -> list[tuple[Path, int]]:
    """Return every line with a source, a certainty, or the day from which an entry applies."""
    keys = re.compile(r"(source|certainty|check|read_on|from_memory|effective_from) = ")
    return [
        (path, number)
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines())
        if keys.match(line)
    ]


def _load_changed(folder: Path, path: Path, content: str) -> None:
    """Load everything with one file changed, then restore the file."""
    for each in FOLDERS:
        if not (folder / each.name).exists():
            shutil.copytree(each, folder / each.name)
    changed = folder / path.parent.name / path.name
    changed.write_text(content, encoding="utf-8")
    try:
        lists = load_lists(folder / LISTS.name)
        for code in JURISDICTIONS:
            load_profile(code, lists, folder / JURISDICTION_FILES.name)
        load_indicators(folder / INDICATOR_FILES.name)
        load_mappings(lists, folder / MAPPING_FILES.name)
    finally:
        shutil.copy(path, changed)


def _without_line(path: Path, number: int) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(lines[:number] + lines[number + 1 :])


def _read_alone(path: Path) -> None:
    """Read one file in a separate folder."""
    readers: dict[str, Callable[[Path], object]] = {
        JURISDICTION_FILES.name: lambda folder: read_layer(folder / path.name),
        LISTS.name: load_lists,
        INDICATOR_FILES.name: load_indicators,
        MAPPING_FILES.name: lambda folder: load_mappings(code_lists(), folder),
    }
    readers[path.parent.name](path.parent)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_value_is_taken_without_source_certainty_and_date(path: Path, tmp_path: Path) -> None:
    lines = [number for file, number in _origin_lines() if file == path]
    assert lines
    alone = tmp_path / path.parent.name / path.name
    alone.parent.mkdir()
    alone.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    _read_alone(alone)

    for number in lines:
        alone.write_text(_without_line(path, number), encoding="utf-8")
        with pytest.raises(BrokenReference, match=re.escape(path.name)):
            _read_alone(alone)


def _untraced(leaves: list[Leaf]) -> list[Leaf]:
    return [
        leaf
        for leaf in leaves
        if not leaf.source.strip()
        or not leaf.layer
        or (leaf.check != "nobody") != leaf.verify
        or not (leaf.source.startswith(OURS) or (leaf.read_on is None) == leaf.from_memory or NOT_KEPT in leaf.note)
    ]


def test_every_loaded_statement_names_its_source_and_marks_what_is_uncertain() -> None:
    of_lists: list[Leaf] = [part for found in code_lists().values() for part in found.parts]
    of_profiles = [leaf for code in JURISDICTIONS for leaf in profile(code).leaves]
    others = [leaf for found in published_indicators().values() for leaf in found.leaves]
    others += list(mappings().values())

    assert len(of_lists) > 60
    assert len(of_profiles) > 150
    assert len(others) > 10
    assert _untraced(of_lists + of_profiles + others) == []


def test_a_statement_without_a_source_or_a_doubt_left_unmarked_would_be_found() -> None:
    since = date(2020, 1, 1)
    no_source = Leaf(source=" ", certainty="settled", from_memory=True, effective_from=since, layer="NL")
    unmarked = Leaf(source="A law", certainty="unclear", from_memory=True, effective_from=since, layer="NL")
    not_read = Leaf(source="A law", certainty="settled", effective_from=since, layer="NL")

    assert _untraced([no_source, unmarked, not_read]) == [no_source, unmarked, not_read]


def test_certainty_is_one_word_and_says_who_should_check() -> None:
    assert set(CERTAINTIES) <= set(codes("clock_certainty"))
    assert tuple(codes("who_checks")) == tuple(CHECKS)
    for code in JURISDICTIONS:
        for leaf in profile(code).leaves:
            assert leaf.verify == (leaf.certainty != "settled")
            assert leaf.checked_by


# --- broken files ---------------------------------------------------------------------------------------------


def _replaced(old: str, new: str) -> Callable[[str], str]:
    def change(content: str) -> str:
        assert old in content
        return content.replace(old, new, 1)

    return change


BROKEN = [
    ("GB-EAW.toml", _replaced('code = "GB-EAW"', 'code = "GB"'), "GB-EAW.toml.code", ""),
    ("GB-EAW.toml", _replaced('parents = ["GB-GBN"]', 'parents = ["GB-EAW"]'), "GB-EAW.toml.parents", ""),
    ("GB-EAW.toml", _replaced('parents = ["GB-GBN"]', 'parents = ["XX"]'), "XX.toml", ""),
    ("GB-UKM.toml", _replaced("[timezone]", "[time_zone]"), "GB-UKM.toml", "time_zone"),
    (
        "GB-UKM.toml",
        _replaced("needs_consent = true", "need_consent = true"),
        "GB-UKM.toml.stages.referred.needs_consent",
        "",
    ),
    (
        "GB-UKM.toml",
        _replaced("needs_consent = true", 'needs_consent = "yes"'),
        "GB-UKM.toml.stages.referred.needs_consent",
        "",
    ),
    ("GB-UKM.toml", _replaced("Europe/London", "Europe/Londinium"), "GB-EAW: timezone", ""),
    ("GB-UKM.toml", _replaced("Europe/London", "Europe"), "GB-EAW: timezone", ""),
    ("GB-UKM.toml", _replaced("Europe/London", "../etc/passwd"), "GB-EAW: timezone", ""),
    ("GB-EAW.toml", _replaced('country = "GB"', 'country = "XX"'), "GB-EAW: calendar", ""),
    ("GB-EAW.toml", _replaced('subdivision = "ENG"', 'subdivision = "XX"'), "GB-EAW: calendar", ""),
    ("GB-EAW.toml", _replaced('values = ["en", "cy"]', 'values = ["english"]'), "GB-EAW: languages", "english"),
    ("GB-EAW.toml", _replaced('values = ["en", "cy"]', 'values = ["en", "en"]'), "GB-EAW.toml.languages.values", ""),
    ("GB-EAW.toml", _replaced('values = ["en", "cy"]', "values = []"), "GB-EAW.toml.languages.values", ""),
    ("GB-UKM.toml", _replaced('length = "5WD"', 'length = "5 days"'), "GB-UKM.toml.clocks.GB.RG[0].length", ""),
    ("GB-UKM.toml", _replaced('length = "5WD"', ""), "GB-UKM.toml.clocks.GB.RG[0].length", ""),
    (
        "GB-UKM.toml",
        _replaced("first_day = true", "first_day = true, less_one_day = true"),
        "GB-EAW: clocks.GB.RECOVERY_MIN of 2022-12-13",
        "",
    ),
    ("GB-UKM.toml", _replaced('kind = "target"', 'kind = "goal"'), "GB-UKM.toml.clocks.GB.RG[0].kind", ""),
    (
        "GB-UKM.toml",
        _replaced("warn_days = [1]", "warn_days = [0]"),
        "GB-EAW: clocks.GB.RG of 1900-01-01.warn_days",
        "",
    ),
    ("GB-UKM.toml", _replaced("warn_days = [1]", "warn_days = [true]"), "GB-UKM.toml.clocks.GB.RG[0].warn_days", ""),
    (
        "GB-UKM.toml",
        _replaced('fact = "submission"', 'fact = "submitted"'),
        "GB-EAW: clocks.GB.RG of 1900-01-01",
        "submitted",
    ),
    (
        "GB-UKM.toml",
        _replaced('requires = ["referred"]', 'requires = ["conclusive_grounds"]'),
        "GB-EAW: stages.reasonable_grounds.requires",
        "",
    ),
    (
        "GB-UKM.toml",
        _replaced('requires = ["referred"]', 'requires = ["reported"]'),
        "GB-EAW: stages.reasonable_grounds.requires",
        "reported",
    ),
    (
        "GB-UKM.toml",
        _replaced('reconsiders = ["reasonable_grounds"', 'reconsiders = ["referred"'),
        "GB-EAW: stages.reconsideration.reconsiders",
        "",
    ),
    (
        "GB-UKM.toml",
        _replaced('outcomes = ["positive"', 'outcomes = ["yes"'),
        "GB-EAW: stages.reasonable_grounds.outcomes",
        "yes",
    ),
    ("GB-UKM.toml", _replaced('kind = "decision"', 'kind = "step"'), "GB-EAW: stages.reasonable_grounds.outcomes", ""),
    ("GB-GBN.toml", _replaced('clock = "GB.CICA"', 'clock = "GB.CIC"'), "GB-EAW: remedies.GB.CICA.clock", "GB.CIC"),
    (
        "GB-UKM.toml",
        _replaced("effective_to = 2022-12-12", "effective_to = 2022-12-01"),
        "GB-EAW: clocks.GB.RECOVERY_MIN",
        "",
    ),
    (
        "GB-UKM.toml",
        _replaced("effective_to = 2022-12-12", "effective_to = 2008-12-12"),
        "GB-UKM.toml.clocks.GB.RECOVERY_MIN[0]",
        "",
    ),
    ("GB-UKM.toml", _replaced("effective_to = 2022-12-12", ""), "GB-EAW: clocks.GB.RECOVERY_MIN", ""),
    ("GB-EAW.toml", _replaced("effective_from = 2015-11-01", "effective_from = 2015-11-31"), "GB-EAW.toml", ""),
    (
        "GB-EAW.toml",
        _replaced("effective_from = 2015-11-01", 'effective_from = "2015-11-01"'),
        "GB-EAW.toml.consent.effective_from",
        "",
    ),
    (
        "GB-UKM.toml",
        _replaced('certainty = "likely"\ncheck = "lawyer"', 'certainty = "likely"'),
        "GB-UKM.toml.consent.check",
        "",
    ),
    ("GB-UKM.toml", _replaced('check = "lawyer"', 'check = "nobody"'), "GB-UKM.toml.consent.check", ""),
    (
        "GB-UKM.toml",
        _replaced('certainty = "settled"', 'certainty = "settled"\ncheck = "lawyer"'),
        "GB-UKM.toml.timezone",
        "check",
    ),
    ("GB-UKM.toml", _replaced("read_on = 2026-11-25", "from_memory = false"), "GB-UKM.toml.timezone", ""),
    (
        "GB-UKM.toml",
        _replaced("read_on = 2026-11-25", "read_on = 2026-11-25\nfrom_memory = true"),
        "GB-UKM.toml.timezone",
        "",
    ),
    ("GB-UKM.toml", _replaced('certainty = "settled"', 'certainty = "high"'), "GB-UKM.toml.timezone.certainty", ""),
    (
        "GB-EAW.toml",
        _replaced('bodies = ["police"', 'bodies = ["the_police"'),
        "GB-EAW: duty_to_notify.bodies",
        "the_police",
    ),
    ("NL.toml", _replaced("day = 5", "day = 32"), "NL.toml.calendar.extra[0]", ""),
    ("NL.toml", _replaced("month = 5\nday = 5", "month = 2\nday = 29"), "NL.toml.calendar.extra[0]", ""),
    ("NL.toml", _replaced("days_from_easter = -2", "days_from_easter = 400"), "NL.toml.calendar.extra[1]", ""),
    (
        "NL.toml",
        _replaced('receiver = "NL.COMENSHA"', 'receiver = "NL.COMENSCHA"'),
        "NL: duty_to_notify.receiver",
        "NL.COMENSCHA",
    ),
    ("COE.toml", _replaced('check = "lawyer"', ""), "COE.toml.consent.check", ""),
    ("htcds.toml", _replaced('"ForcedLabour"', '"Servitude"'), "htcds.toml.exploitation_type.parts[0].values", ""),
    ("htcds.toml", _replaced('"ForcedLabour"', '" "'), "htcds.toml.exploitation_type.parts[0].values", ""),
    ("htcds.toml", _replaced('"ForcedLabour"', "7"), "htcds.toml.exploitation_type.parts[0].values", ""),
    ("htcds.toml", _replaced('about = "person"', 'about = "people"'), "htcds.toml.exploitation_type.about", ""),
    ("htcds.toml", _replaced("attribution =", "atribution ="), "htcds.toml.exploitation_type.parts[0]", "atribution"),
    ("support.toml", _replaced("[service_type]", "[gender]"), "support.toml.gender", ""),
    ("language.toml", lambda _: "", "lists.language", ""),
    ("legal.toml", lambda content: content + "[", "legal.toml", ""),
    ("GB-NIR.toml", _replaced('"police"', '"the_police"'), "GB-NIR: first_responders", "the_police"),
    (
        "GB-UKM.toml",
        _replaced('child_basis = "best_interests"', 'child_basis = "none"'),
        "GB-SCT: consent.child_basis",
        "none",
    ),
    ("GB-GBN.toml", _replaced("pausable = true", ""), "GB-EAW: clocks.GB.ET of 1996-08-22.left_after_pause", ""),
    (
        "GB-GBN.toml",
        _replaced('left_after_pause = "P1M"', 'left_after_pause = "PT1H"'),
        "GB-EAW: clocks.GB.ET of 1996-08-22.left_after_pause",
        "",
    ),
    (
        "NL.toml",
        _replaced('authorities = ["NL.IND"]', 'authorities = ["NL.INT"]'),
        "NL: residence.NL.B8_3.authorities",
        "NL.INT",
    ),
    ("EU.toml", _replaced('at_least = "P6M"', 'at_least = "half a year"'), "EU.toml.residence.EU.PERMIT.at_least", ""),
    (
        "delphi_labour_adults.toml",
        _replaced("[2, 0, 0]", "[0, 0, 0]"),
        "delphi_labour_adults.toml.thresholds.combinations",
        "",
    ),
    (
        "delphi_labour_adults.toml",
        _replaced("[2, 0, 0]", "[2, 0]"),
        "delphi_labour_adults.toml.thresholds.combinations",
        "",
    ),
    (
        "delphi_labour_adults.toml",
        _replaced('"debt_bondage"', '"violence"'),
        "delphi_labour_adults.toml.dimensions.coercive_recruitment.medium",
        "",
    ),
    (
        "delphi_labour_adults.toml",
        _replaced('code = "delphi_labour_adults"', 'code = "delphi"'),
        "delphi_labour_adults.toml.code",
        "",
    ),
    (
        "COE.toml",
        _replaced('stage = ["presumed"]', 'step = ["presumed"]'),
        "GB-EAW: clocks.COE.RECOVERY_MIN of 1900-01-01: starts.decision.step",
        "",
    ),
    (
        "COE.toml",
        _replaced('fact = "step"', 'fact = "steps"'),
        "GB-EAW: clocks.COE.RECOVERY_MIN of 1900-01-01",
        "steps",
    ),
    (
        "COE.toml",
        _replaced('outcome = ["positive"]', 'outcome = ["yes"]'),
        "GB-EAW: clocks.COE.RECOVERY_MIN of 1900-01-01: starts.decision.outcome",
        "yes",
    ),
    (
        "COE.toml",
        _replaced('ends = [{ fact = "decision"', 'ending = [{ fact = "decision"'),
        "COE.toml.clocks.COE.RECOVERY_MIN[0]",
        "ending",
    ),
    (
        "GDPR.toml",
        _replaced('ends = [{ fact = "rights_answer", effect = "met" }]', "ends = []"),
        "GB-EAW: clocks.PRIV.RIGHTS of 1900-01-01",
        "",
    ),
    (
        "GDPR.toml",
        _replaced('fact = "rights_answer", effect', 'fact = "rights_answer", same_stage = true, effect'),
        "GB-EAW: clocks.PRIV.RIGHTS of 1900-01-01: ends.rights_answer.same_stage",
        "",
    ),
    (
        "GDPR.toml",
        _replaced('length = "PT72H"', 'length = "unknown"'),
        "GDPR.toml.other_periods.PRIV.BREACH.length",
        "",
    ),
    (
        "GB-UKM.toml",
        _replaced('[without_start]\n"COE.RECOVERY_MIN"', '[without_start]\n"GB.RG"'),
        "GB-EAW: clocks.COE.RECOVERY_MIN",
        "",
    ),
    (
        "GB-GBN.toml",
        _replaced('from_fact = "crime_reported"', 'from_fact = "crime"'),
        "GB-EAW: clocks.GB.CICA of 2012-11-27",
        "crime",
    ),
    (
        "GB-GBN.toml",
        _replaced('remedy = ["GB.CICA"]', 'remedy = ["GB.CIC"]'),
        "GB-EAW: clocks.GB.CICA of 2012-11-27: ends.claim.remedy",
        "GB.CIC",
    ),
    (
        "NL.toml",
        _replaced('dublin = ["yes"', 'dublin = ["perhaps"'),
        "NL: clocks.NL.REFLECTION_DUBLIN_MAX of 1900-01-01: starts.step.dublin",
        "perhaps",
    ),
    ("NL.toml", _replaced("on = 2026-01-02", 'on = "2026-01-02"'), "NL.toml.calendar.extra[2].on", ""),
    ("PRACTICE.toml", _replaced('urgent = "P1D", ', ""), "GB-EAW: reassessment.after", ""),
    ("PRACTICE.toml", _replaced('urgent = "P1D"', 'urgent = "PT24H"'), "PRACTICE.toml.reassessment.after", ""),
    ("PRACTICE.toml", _replaced('"immediate_safety"', '"safety"'), "GB-EAW: safety_domains", "safety"),
    ("PRACTICE.toml", _replaced("years = 7", "years = 700"), "PRACTICE.toml.retention.case_file.years", ""),
    ("COE.toml", _replaced("[majority]", "[majorty]"), "COE.toml", "majorty"),
    (
        "exchange.toml",
        _replaced('UsesChildren = "Other"', ""),
        "exchange.toml.means_of_control_to_htcds.pairs",
        "UsesChildren",
    ),
    (
        "exchange.toml",
        _replaced('PhysicalThreats = "Threats"', ""),
        "exchange.toml.means_of_control_to_ctdc.pairs",
        "PhysicalThreats",
    ),
    (
        "exchange.toml",
        _replaced('"isForcedLabour"', '"isForced"'),
        "exchange.toml.exploitation_to_ctdc.pairs",
        "isForced",
    ),
    (
        "exchange.toml",
        _replaced('"BenefitFraud",\n]', '"BenefitFraud", "ForcedLabour",\n]'),
        "exchange.toml.exploitation_to_uk.without",
        "ForcedLabour",
    ),
    (
        "exchange.toml",
        _replaced('from = "exploitation_type"', 'from = "exploitation"'),
        "exchange.toml.exploitation_to_htcds.from",
        "exploitation",
    ),
]


@pytest.mark.parametrize(("name", "change", "place", "named"), BROKEN)
def test_a_broken_file_is_refused_with_its_place(
    name: str, change: Callable[[str], str], place: str, named: str, tmp_path: Path
) -> None:
    path = next(file for file in FILES if file.name == name)

    with pytest.raises(BrokenReference) as refusal:
        _load_changed(tmp_path, path, change(path.read_text(encoding="utf-8")))

    assert refusal.value.retryable is False
    assert refusal.value.place == place
    assert named in refusal.value.problem, "the value or key that is wrong is named"


@settings(max_examples=60)
@given(cut=st.data())
def test_whatever_is_cut_from_a_file_it_loads_or_is_refused_cleanly(cut: st.DataObject, tmp_path: Path) -> None:
    path = cut.draw(st.sampled_from(FILES))
    content = path.read_text(encoding="utf-8")
    start = cut.draw(st.integers(0, len(content) - 1))
    end = cut.draw(st.integers(start, min(len(content), start + 300)))
    put = cut.draw(st.sampled_from(["", "0", "-1", '"x"', "[]", "{}", "true", "\n", "9999-12-31", "= 1"]))

    try:
        _load_changed(tmp_path, path, content[:start] + put + content[end:])
    except BrokenReference as refusal:
        assert refusal.problem  # noqa: PT017 - any other exception is the failure looked for


# --- code lists -----------------------------------------------------------------------------------------------


def test_everything_loads() -> None:
    load_all()


def test_silences_are_told_apart_where_a_list_describes_a_person() -> None:
    silences = ("unknown", "not_asked", "prefer_not_to_say")

    of_people = ("exploitation_type", "means_of_control", "gender", "labour_industry", "referral_source", "language")
    for name in (*of_people, "yes_no_unknown"):
        assert all(codes(name).contains(silence) for silence in silences), name
        assert codes(name).values[-3:] == silences
    for name in ("staff_role", "authority", "consent_purpose", "remedy", "service_type"):
        assert not any(codes(name).contains(silence) for silence in silences), name


def test_no_list_holds_a_code_twice() -> None:
    for name, found in code_lists().items():
        assert len(set(found)) == len(found), name
        assert all(code in found for code in found), name


@pytest.mark.parametrize("code", ["forcedlabour", "ForcedLabour ", "", "Everything", "positive"])
def test_a_code_is_taken_exactly_or_not_at_all(code: str) -> None:
    assert not codes("exploitation_type").contains(code)


def test_htcds_values_are_as_published_and_attributed() -> None:
    relation = codes("relationship_to_trafficker")

    assert relation.values[:3] == ("Familial", "Acquainted", "Unaquainted")
    assert "CC BY 4.0" in relation.attribution[0]
    assert len([value for value in codes("labour_industry") if value[1] == "_"]) == 21
    assert "RestrictsMovement" in codes("means_of_control")


def test_our_own_additions_are_not_attributed_to_anyone_else() -> None:
    own = next(part for part in codes("exploitation_type").parts if "ForcedCriminality" in part.values)

    assert own.attribution is None
    assert own.source == "Casepath"


def test_the_eleven_indicators_are_there() -> None:
    assert len(codes("ilo_forced_labour_indicator").parts[0].values) == 11


def test_a_body_that_ended_is_known_for_its_time() -> None:
    responders = codes("first_responder")

    assert responders.contains("gangmasters_and_labour_abuse_authority", on=date(2025, 1, 1))
    assert not responders.contains("gangmasters_and_labour_abuse_authority", on=date(2026, 11, 25))
    assert responders.contains("gangmasters_and_labour_abuse_authority")


def test_lists_of_the_profiles_hold_what_the_profiles_hold() -> None:
    assert codes("jurisdiction").values == JURISDICTIONS
    for code in JURISDICTIONS:
        found = profile(code)
        assert set(found.stages) <= set(codes("identification_stage"))
        assert set(found.authorities) <= set(codes("authority"))
        assert set(found.remedies) <= set(codes("remedy"))
        assert set(found.clocks) <= set(codes("clock_code"))


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(UnknownCodeList):
        codes("nonsense")


def test_a_list_is_frozen() -> None:
    found: CodeList = codes("gender")

    with pytest.raises(AttributeError):
        found.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        code_lists()["gender"] = found  # type: ignore[index]


PUBLISHED = {
    "exploitation_type": (
        "ForcedLabour SexualExploitation ChildLabour ForcedMarriage Servitude ForcedMilitaryByNonStateActors "
        "OrganRemoval ForcedBegging ForcedAdoption Surrogacy Other"
    ),
    "means_of_control": (
        "PhysicalThreats ThreatsLawEnforcement ThreatensChildrenFamily DebtBondage FalsePromises PhysicalAbuse "
        "SexualAbuse TakesEarnings RestrictsFinancialAccess RestrictsMedicalCare WithholdsNecessities "
        "PsychologicalAbuse PsychoactiveSubstance ExcessiveWorkingHours WithholdsDocuments Other"
    ),
    "method_of_recruitment": (
        "AtAPlaceOfBusiness AtAnEducationalInstitution AtWork ThroughOnlineSocialNetworks "
        "ThroughAnOnlineAdvertisement ThroughATelevisionAdvert ThroughANewspaperAdvert ThroughFamilyOrFamilyEvents "
        "ThroughFriendsOrSocialEvents Other"
    ),
    "relationship_to_trafficker": "Familial Acquainted Unaquainted",
    "trafficking_status": "PossibleVictimOfTrafficking ActualVictimOfTrafficking NotAVictimOfTrafficking",
    "decision_org": "Police NGO CourtOrProsecution NonPoliceGovernmentalOrganization Other",
    "sex_exploitation_type": "Prostitution Pornography RemoteInteractiveServices PrivateSexualServices",
    "gender": "Feminine Masculine TransgenderFeminine TransgenderMasculine NonConforming NonSpecifiedUnknown",
    "marital_status": "Single Married Widowed Divorced Separated RegisteredPartnership",
    "org_type": (
        "NGO LawEnforcement HealthServiceOrganisation CentralGovernmentOrganisation LocalGovernmentOrganisation "
        "ImmigrationService LegalService CorporateBusiness SchoolOrCollege"
    ),
    "case_status": "Active FollowUp Closed ClosedReferred",
    "referral_reason": "AdditionalServicesRequired MigrationOrChangeOfLocation Other",
    "event_place_type": "Recruitment Transit Exploitation",
    "online_platform": (
        "Facebook Instagram WhatsApp Telegram FacebookMessenger Viber SnapChat Line 4Sale WeChat QQ QZone TikTok "
        "Twitter Other"
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_standard_s_picklists_are_exactly_as_published_and_attributed(name: str) -> None:
    published = [part for part in codes(name).parts if part.source == codes(name).parts[0].source]

    assert [value for part in published for value in part.values] == PUBLISHED[name].split()
    for part in published:
        assert "CC BY 4.0" in str(part.attribution)
        assert "endorse" in str(part.attribution)


# --- terms of other standards ---------------------------------------------------------------------------------


def test_what_leaves_for_the_standard_is_a_value_of_its_picklist_and_nothing_of_ours() -> None:
    for name, listed in (
        ("exploitation_to_htcds", "exploitation_type"),
        ("means_of_control_to_htcds", "means_of_control"),
    ):
        found = mappings()[name]
        assert set(found.codes) == {value for part in codes(listed).parts for value in part.values}
        assert {found.of(code) for code in found.codes} <= set(codes(listed).parts[0].values)


@pytest.mark.parametrize(
    ("mapping", "code", "there"),
    [
        ("means_of_control_to_ctdc", "PhysicalThreats", "Threats"),
        ("means_of_control_to_ctdc", "ThreatensChildrenFamily", "Threats"),
        ("means_of_control_to_ctdc", "ThreatsLawEnforcement", "ThreatOfLawEnforcement"),
        ("means_of_control_to_ctdc", "RestrictsMovement", "RestrictsMovement"),
        ("exploitation_to_uk", "OrganRemoval", "organ_harvesting"),
        ("exploitation_to_uk", "ForcedMarriage", None),
        ("exploitation_to_htcds", "BenefitFraud", "Other"),
        ("exploitation_to_ctdc", "not_asked", None),
    ],
)
def test_a_code_has_its_word_elsewhere_or_none(mapping: str, code: str, there: str | None) -> None:
    assert mappings()[mapping].of(code) == there


# --- indicators -----------------------------------------------------------------------------------------------

DELPHI = indicator_set("delphi_labour_adults")


def test_the_dimensions_have_as_many_indicators_as_were_published() -> None:
    counts = {name: len(found.indicators) for name, found in DELPHI.dimensions.items()}

    assert tuple(counts) == codes("delphi_dimension").parts[0].values
    assert tuple(counts.values()) == (10, 10, 16, 9, 15, 7)
    assert set(codes("operational_indicator").values[:-3]) == set(DELPHI)


@pytest.mark.parametrize(
    ("strong", "medium", "weak", "enough"),
    [
        *((0, 0, 0, False), (1, 0, 0, False), (0, 1, 0, False), (0, 0, 1, False), (0, 2, 0, False), (0, 1, 1, False)),
        *((2, 0, 0, True), (1, 1, 0, True), (1, 0, 1, True), (0, 3, 0, True), (0, 2, 1, True), (3, 3, 1, True)),
    ],
)
def test_a_dimension_is_met_by_the_published_combinations_only(
    strong: int, medium: int, weak: int, *, enough: bool
) -> None:
    coercion = DELPHI.dimensions["coercion_at_destination"].indicators
    of = {
        name: [code for code, strength in coercion.items() if strength == name] for name in ("strong", "medium", "weak")
    }

    found = weigh(DELPHI, of["strong"][:strong] + of["medium"][:medium] + of["weak"][:weak])

    one = next(each for each in found.dimensions if each.dimension == "coercion_at_destination")
    assert (one.counts, one.meets is not None) == ((strong, medium, weak), enough)
    seen = {name for name, count in zip(of, one.counts, strict=True) if count}
    assert [name for name in seen if name not in one.explanation] == []
    assert not any(each.seen for each in found.dimensions if each is not one)


@given(st.sets(st.sampled_from(sorted(DELPHI))), st.sets(st.sampled_from(sorted(DELPHI))))
def test_seeing_more_never_weighs_less_and_a_weighing_decides_nothing(fewer: set[str], more: set[str]) -> None:
    less, all_of_it = weigh(DELPHI, fewer), weigh(DELPHI, fewer | more)

    for before, after in zip(less.dimensions, all_of_it.dimensions, strict=True):
        assert before.meets is None or after.meets is not None
    assert all_of_it.says == JUDGEMENT
    assert all_of_it.verify


def test_silences_weigh_nothing_and_what_the_set_has_not_is_refused() -> None:
    assert not any(each.seen for each in weigh(DELPHI, ["unknown", "not_asked", "prefer_not_to_say"]).dimensions)
    with pytest.raises(UnknownRule):
        weigh(DELPHI, ["exploitation.nonsense"])
    with pytest.raises(UnknownCodeList):
        indicator_set("nonsense")


# --- profiles -------------------------------------------------------------------------------------------------


def test_layers_are_inherited_and_the_child_wins() -> None:
    assert profile("GB-EAW").layers == ("GB-EAW", "GB-GBN", "GB-UKM", "COE", "GDPR", "PRACTICE")
    assert profile("GB-NIR").layers == ("GB-NIR", "GB-UKM", "COE", "GDPR", "PRACTICE")
    assert profile("NL").layers == ("NL", "EU", "COE", "GDPR", "PRACTICE")
    assert profile("RO").layers == ("RO", "EU", "COE", "GDPR", "PRACTICE")
    assert profile("GB-EAW").consent.layer == "GB-EAW"
    assert profile("RO").consent.layer == "EU"
    for code in JURISDICTIONS:
        inherited = profile(code).clock("COE.RECOVERY_MIN", on=date(2026, 1, 1))
        assert (inherited.layer, inherited.kind, inherited.length) == ("COE", "minimum", Length(30, "D"))


def test_a_rule_of_its_own_wins_over_the_inherited_one_of_the_same_code(tmp_path: Path) -> None:
    shutil.copytree(JURISDICTION_FILES, tmp_path, dirs_exist_ok=True)
    inherited = (tmp_path / "COE.toml").read_text(encoding="utf-8").partition("[[clocks.")
    own = "".join(inherited[1:]).replace('"P30D"', '"P40D"')
    romania = tmp_path / "RO.toml"
    romania.write_text(romania.read_text(encoding="utf-8") + own, encoding="utf-8")

    def rule(code: str) -> tuple[str, str]:
        found = load_profile(code, load_lists(), tmp_path).clock("COE.RECOVERY_MIN", on=date(2026, 1, 1))
        return found.layer, str(found.length)

    assert rule("RO") == ("RO", "P40D")
    assert rule("NL") == ("COE", "P30D")


@pytest.mark.parametrize("code", ["GB", "COE", "EU", "", "nl", "GB-UKM"])
def test_an_unknown_jurisdiction_is_refused(code: str) -> None:
    with pytest.raises(UnknownJurisdiction) as refusal:
        profile(code)

    assert (refusal.value.status, refusal.value.retryable) == (422, False)


def test_unknown_stages_clocks_versions_and_remedies_are_refused() -> None:
    found = profile("NL")

    with pytest.raises(UnknownRule):
        found.stage("reasonable_grounds")
    with pytest.raises(UnknownRule):
        found.clock("GB.RG", on=date(2026, 1, 1))
    with pytest.raises(UnknownRule):
        found.clock_version("NL.REFLECTION_MAX", "2024-01-01")
    with pytest.raises(UnknownRule):
        found.remedy("GB.CICA")


def test_the_netherlands_has_steps_and_no_formal_decision() -> None:
    assert {stage.kind for stage in profile("NL").stages.values()} == {"step"}


def test_the_united_kingdom_decides_twice_and_can_reconsider() -> None:
    found = profile("GB-EAW")

    assert list(found.stages) == ["referred", "reasonable_grounds", "conclusive_grounds", "reconsideration"]
    assert started_by(found, "referred") == {"GB.RG"}
    assert "GB.RECOVERY_MIN" in started_by(found, "reasonable_grounds", "positive")
    assert ended_by(found, "reasonable_grounds", "positive") >= {"GB.RG", "GB.RECONSIDER"}
    assert started_by(found, "reasonable_grounds", "negative") == {"GB.RECONSIDER", "GB.JR"}
    assert started_by(found, "conclusive_grounds", "positive") == {"GB.MOVEON_MIN"}
    assert found.stage("conclusive_grounds").requires == ("reasonable_grounds",)
    assert "GB.RECOVERY_MIN" not in ended_by(found, "conclusive_grounds", "negative")


def test_a_positive_reconsideration_has_the_effects_of_the_decision_it_replaces() -> None:
    found = profile("GB-EAW")

    assert "GB.RECOVERY_MIN" in started_by(found, "reconsideration", "positive", reconsiders="reasonable_grounds")
    assert "GB.MOVEON_MIN" in started_by(found, "reconsideration", "positive", reconsiders="conclusive_grounds")
    assert not {"GB.RECOVERY_MIN", "GB.MOVEON_MIN"} & started_by(
        found, "reconsideration", "negative", reconsiders="conclusive_grounds"
    )
    assert "GB.RECONSIDER" in ended_by(found, "reconsideration", "positive", reconsiders="conclusive_grounds")


def test_a_suspended_decision_leaves_the_authority_s_clock_running() -> None:
    assert ended_by(profile("GB-EAW"), "reasonable_grounds", "suspended") == set()


def test_romania_gives_a_recovery_period_to_those_presumed_victims() -> None:
    assert started_by(profile("RO"), "presumed", "positive") == {"RO.RECOVERY_MAX", "COE.RECOVERY_MIN"}
    assert started_by(profile("RO"), "presumed", "positive", foreigner="no") == {"COE.RECOVERY_MIN"}


def test_no_mere_notification_starts_the_72_hours_of_a_voucher() -> None:
    romania = profile("RO")

    assert started_by(romania, "notified") == set()
    assert started_by(romania, "referred_to_voucher") == {"RO.VOUCHER"}
    assert romania.stage("referred_to_voucher").kind == "submission"


def started_by(found: Profile, stage: str, outcome: str | None = None, **codes: str) -> set[str]:
    """Return the clocks that a step of a stage starts."""
    return {code for code, rule in _newest(found) if _fits(found, stage, outcome, codes, rule.starts)}


def ended_by(found: Profile, stage: str, outcome: str | None = None, **codes: str) -> set[str]:
    """Return the clocks that a step of a stage ends."""
    return {code for code, rule in _newest(found) if _fits(found, stage, outcome, codes, rule.ends)}


def _newest(found: Profile) -> list[tuple[str, ClockRule]]:
    return [(code, versions[-1]) for code, versions in found.clocks.items()]


def _fits(
    found: Profile, stage: str, outcome: str | None, codes: dict[str, str], triggers: tuple[Trigger, ...]
) -> bool:
    said = {"stage": stage, **({"outcome": outcome} if outcome else {}), **codes}
    return any(trigger.fits(found.stage(stage).kind, said) for trigger in triggers)


def test_what_no_clock_of_a_case_counts_is_a_period_all_the_same() -> None:
    lengths = {code: str(leaf.length) for law in JURISDICTIONS for code, leaf in profile(law).other_periods.items()}

    assert lengths == {
        "PRIV.BREACH": "PT72H",
        "PRIV.WITHDRAWAL_ANSWER": "P30D",
        "GB.EXIT_SUPPORT": "9WD",
        "NL.STATE_ADVANCE": "P8M",
    }
    for law in JURISDICTIONS:
        assert "PRIV.BREACH" in profile(law).other_periods
        assert not set(profile(law).other_periods) & set(profile(law).clocks)


def test_retention_periods_and_reassessment_intervals_are_statements_with_a_source() -> None:
    for code in JURISDICTIONS:
        law = profile(code)
        assert law.majority.years == 18
        assert set(law.retention) == {"case_file", "legal_file", "support_file"}
        assert law.reassessment.after["urgent"] == Length(1, "D")
        assert set(law.safety_domains.domains) <= set(codes("need_domain"))
    assert [profile(code).retention["legal_file"].years for code in JURISDICTIONS] == [6, 7, 7, 10, 6]
    assert profile("NL").retention["support_file"].years == 20


def test_consent_of_a_child_or_one_whose_age_is_disputed_is_no_condition() -> None:
    consent = profile("GB-EAW").consent

    assert [consent.needed(age) for age in ("adult", "unknown", "child", "disputed")] == [True, True, False, False]


def test_what_stands_for_consent_is_the_profile_s_own() -> None:
    for code in JURISDICTIONS:
        consent = profile(code).consent
        assert consent.basis("adult") == "informed_consent"
        assert not consent.needed("adult", able=False)
        for basis in (consent.basis("child"), consent.basis("disputed"), consent.basis("adult", able=False)):
            assert basis in codes("consent_basis")
            assert basis != "informed_consent"


def test_the_parts_of_the_united_kingdom_share_the_mechanism_and_not_their_own_law() -> None:
    england, scotland, ireland = (profile(code) for code in ("GB-EAW", "GB-SCT", "GB-NIR"))

    for found in (england, scotland, ireland):
        assert list(found.stages) == ["referred", "reasonable_grounds", "conclusive_grounds", "reconsideration"]
        assert set(found.authorities) == {"GB.SCA", "GB.IECA", "GB.LOCAL_PANEL"}
        assert found.clock("GB.RECOVERY_MIN", on=date(2026, 1, 1)).layer == "GB-UKM"
        assert found.timezone == "Europe/London"
        assert "GB.VTS" in found.residence
    assert {found.calendar.subdivision for found in (england, scotland, ireland)} == {"ENG", "SCT", "NIR"}
    # The Modern Slavery Act's duty and orders, and the move-on period, apply in England and Wales only.
    assert [found.duty_to_notify is None for found in (england, scotland, ireland)] == [False, True, True]
    assert ["GB.STRO" in found.remedies for found in (england, scotland, ireland)] == [True, False, False]
    assert ["GB.MOVEON_MIN" in found.clocks for found in (england, scotland, ireland)] == [True, False, False]
    # The criminal injuries scheme and the tribunals are Great Britain's. Northern Ireland has its own.
    assert ["GB.CICA" in found.clocks for found in (england, scotland, ireland)] == [True, True, False]
    assert ["GB.ET" in found.clocks for found in (england, scotland, ireland)] == [True, True, False]
    assert {"NIR.CICS", "NIR.TRIBUNAL", "NIR.STRO"} <= set(ireland.clocks) | set(ireland.remedies)


def test_support_in_scotland_and_northern_ireland_has_periods_of_its_own() -> None:
    scotland, ireland = profile("GB-SCT"), profile("GB-NIR")

    assert started_by(scotland, "reasonable_grounds", "positive") == {"GB.RECOVERY_MIN", "SCT.SUPPORT_MAX"}
    assert "SCT.SUPPORT_MAX" in ended_by(scotland, "conclusive_grounds", "negative")
    assert started_by(ireland, "reasonable_grounds", "positive") == {"GB.RECOVERY_MIN", "NIR.RECOVERY_MIN"}
    assert "NIR.RECOVERY_MIN" not in ended_by(ireland, "conclusive_grounds", "positive")


def test_first_responders_differ_by_place_and_legal_representatives_are_none() -> None:
    bodies = {code: found.bodies for code in JURISDICTIONS if (found := profile(code).first_responders) is not None}

    assert set(bodies) == {"GB-EAW", "GB-SCT", "GB-NIR"}
    assert [code for code in bodies if "tara" in bodies[code]] == ["GB-SCT"]
    assert [code for code in bodies if "health_and_social_care_trust_ni" in bodies[code]] == ["GB-NIR"]
    assert [code for code in bodies if "salvation_army" in bodies[code]] == ["GB-EAW"]
    assert not any("legal" in body for found in bodies.values() for body in found)


def test_legal_keeps_every_limitation_and_every_remedy_clock_except_the_voucher() -> None:
    for code in JURISDICTIONS:
        found = profile(code)
        for versions in found.clocks.values():
            assert all(rule.keeper == "legal" for rule in versions if rule.kind == "limitation")
        for remedy in found.remedies.values():
            if remedy.clock not in (None, "RO.VOUCHER"):
                assert found.clocks[remedy.clock][-1].keeper == "legal"


# --- deadlines ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decided", "version", "length", "due"),
    [
        ("2022-12-12", "2009-04-01", "P45D", "2023-01-26"),
        ("2022-12-13", "2022-12-13", "P30D", "2023-01-12"),
        # 23:30 in London is still the 12th. The new rule applies half an hour later.
        ("2022-12-12T23:30:00Z", "2009-04-01", "P45D", "2023-01-26"),
        ("2022-12-13T00:00:00Z", "2022-12-13", "P30D", "2023-01-12"),
    ],
)
def test_the_recovery_period_changed_overnight(decided: str, version: str, length: str, due: str) -> None:
    start = datetime.fromisoformat(decided) if "T" in decided else date.fromisoformat(decided)

    found = deadline(profile("GB-EAW"), "GB.RECOVERY_MIN", start)

    assert found.due is not None
    assert (found.rule.version, str(found.rule.length)) == (version, length)
    assert found.due.due_on == date.fromisoformat(due)


def test_a_running_clock_finds_the_rule_that_it_began_with() -> None:
    found = profile("GB-EAW")
    begun = found.clock("GB.RECOVERY_MIN", on=date(2022, 12, 1))

    assert found.clock_version("GB.RECOVERY_MIN", begun.version) is begun
    assert found.clock("GB.RECOVERY_MIN", on=date(2026, 1, 1)).version != begun.version


@pytest.mark.parametrize(
    ("jurisdiction", "clock", "start", "due", "other"),
    [
        ("GB-EAW", "GB.RG", "2026-12-23", "2027-01-04", None),
        ("GB-EAW", "GB.MOVEON_MIN", "2025-11-10", "2025-12-25", None),
        ("GB-EAW", "GB.CICA", "2024-02-29", "2026-02-28", None),
        ("GB-EAW", "GB.CICA", "2024", "2026-01-01", None),
        ("GB-EAW", "GB.CIVIL_PI", "2024-05", "2027-05-01", None),
        ("GB-EAW", "GB.ET", "2026-09-30", "2026-12-29", None),
        ("GB-EAW", "GB.ET", "2026-10-01", "2026-12-31", "2027-03-31"),
        ("GB-EAW", "GB.RECONSIDER", "2026-01-31", "2026-03-02", None),
        ("GB-EAW", "GB.RECONSIDER", "2026-07-10", "2026-08-09", None),
        ("NL", "NL.REFLECTION_MAX", "2023-05-17", "2023-08-17", None),
        ("NL", "NL.REFLECTION_MAX", "2023-05-18", "2023-08-16", "2023-08-18"),
        # 90 days and 3 months end on the same day here, so there is one date.
        ("NL", "NL.REFLECTION_MAX", "2025-12-01", "2026-03-01", None),
        ("NL", "NL.OBJECTION", "2026-03-06", "2026-04-07", None),
        ("NL", "NL.SCHADEFONDS", "2016-02-29", "2026-02-28", None),
        ("RO", "RO.RECOVERY_MAX", "2026-01-15", "2026-04-15", None),
        ("RO", "COE.RECOVERY_MIN", "2026-01-15", "2026-02-14", None),
        ("RO", "RO.STATE_COMP", "2015", "2016-01-01", "2018-01-01"),
    ],
)
def test_deadlines_of_the_profiles(jurisdiction: str, clock: str, start: str, due: str, other: str | None) -> None:
    found = deadline(profile(jurisdiction), clock, start)

    assert found.due is not None
    assert found.due.due_on == date.fromisoformat(due)
    assert (None if found.other is None else found.other.due_on.isoformat()) == other


def test_hours_give_the_exact_instant() -> None:
    referred = datetime(2026, 3, 27, 10, tzinfo=UTC)

    found = deadline(profile("RO"), "RO.VOUCHER", referred)

    assert found.due is not None
    assert found.due.starts_at == referred + timedelta(hours=72)


@pytest.mark.parametrize(
    ("jurisdiction", "clock", "start"),
    [
        ("RO", "RO.CIVIL", "2015"),
        ("NL", "NL.CIVIL", "2024-05-01"),
        ("GB-EAW", "GB.RECONSIDER", "2024-07-07"),
        ("RO", "RO.VOUCHER", "2020-01-01"),
    ],
)
def test_an_unknown_period_gives_no_date_and_says_so(jurisdiction: str, clock: str, start: str) -> None:
    found = deadline(profile(jurisdiction), clock, start)

    assert found.due is None
    assert found.rule.verify
    assert deadlines._NO_LENGTH in found.note


def test_a_limitation_reaches_back_before_its_oldest_version() -> None:
    found = deadline(profile("GB-EAW"), "GB.CICA", "2005-06-01")

    assert found.due is not None
    assert found.due.due_on == date(2007, 6, 1)


def test_what_is_uncertain_about_a_date_is_said_beside_it() -> None:
    partial = deadline(profile("GB-EAW"), "GB.CICA", "2024-05")
    unsettled = deadline(profile("GB-EAW"), "GB.ET", "2026-11-01")
    settled = deadline(profile("GB-EAW"), "GB.RG", "2026-03-09")

    assert deadlines._FROM_FIRST_DAY in partial.note
    assert deadlines._TWO_READINGS in unsettled.note
    assert deadlines._VERIFY in unsettled.note
    assert settled.note == ""


# --- silences, duplicates, and former codes ---------------------------------------------------------------------


def test_a_list_that_says_something_of_a_person_tells_the_three_silences_apart() -> None:
    for code_list in code_lists().values():
        silences = [code for code in NOT_KNOWN if code in code_list.values]
        if code_list.about == "person":
            assert silences == list(NOT_KNOWN), code_list.name


def test_exchange_lists_of_others_have_their_unknown_values_and_none_of_ours() -> None:
    exchanged = [code_list for code_list in code_lists().values() if code_list.about == "exchange"]
    assert {"ctdc_labour", "recruiter_relation"} <= {code_list.name for code_list in exchanged}
    for code_list in exchanged:
        assert not set(NOT_KNOWN) & set(code_list.values), code_list.name


def test_no_list_has_a_double_of_a_silence_that_is_still_recorded() -> None:
    doubles = {"unknown", "notspecified", "nonspecified", "nonspecifiedunknown", "notknown"}
    for code_list in code_lists().values():
        if code_list.about == "person":
            said = [code for code in code_list.taken if code.replace("_", "").lower() in doubles]
            assert said == ["unknown"], code_list.name


def test_a_code_of_earlier_times_is_read_and_no_longer_taken() -> None:
    for name, code in (("closure_reason", "negative_decision_no_support"), ("gender", "NonSpecifiedUnknown")):
        assert code in codes(name)
        assert code in codes(name).values
        assert code not in codes(name).taken


def test_what_is_a_floor_of_the_council_of_europe_is_not_named_after_the_union() -> None:
    found = codes("clock_code")
    assert "COE.RECOVERY_MIN" in found.taken
    assert "EU.COE_RECOVERY_MIN" in found.values, "read for ever, in events of earlier times"
    assert not [code for code in found.taken if code.startswith("EU.")]


def test_nationalities_and_languages_are_those_that_cldr_names() -> None:
    english = Locale.parse("en")
    regions = {code for code in english.territories if re.fullmatch("[A-Z]{2}", code)}
    no_country = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
    assert regions - no_country <= set(codes("nationality"))
    assert {"stateless", "stateless_not_determined"} <= set(codes("nationality"))
    assert {"rhg", "tzm", "arz", "bfi", "dse", "rms", "rom", "kmr", "prs", "ti", "sq", "yo"} <= set(codes("language"))
    spoken = set(codes("language"))
    assert not {"und", "mul", "zxx", "tlh", "grc", "sux"} & spoken

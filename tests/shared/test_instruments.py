"""Instruments: band edges, reversed items, missing answers and the risk item; refused files."""

from fractions import Fraction
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reference import BrokenReference
from shared.reference.instruments import AnswerRefused, Compared, Instrument, compare, installed, score, shipped
from shared.reference.instruments.forms import MAY_SHIP
from shared.reference.instruments.grammar import NoTerm, read_term
from shared.reference.instruments.loading import FILES, WORDINGS_FOLDER, load_folder

INSTRUMENTS = {instrument.code: instrument for instrument in shipped().by_key.values()}
each_instrument = pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS)
#: As published: instrument -> band -> lowest and highest total.
BANDS = {
    "phq9": {"minimal": (0, 4), "mild": (5, 9), "moderate": (10, 14), "moderate_severe": (15, 19), "severe": (20, 27)},
    "gad7": {"minimal": (0, 4), "mild": (5, 9), "moderate": (10, 14), "severe": (15, 21)},
    "core10": {"low": (0, 10), "mild": (11, 14), "moderate": (15, 19), "moderate_severe": (20, 24), "severe": (25, 40)},
    "k10": {"likely_well": (10, 19), "mild": (20, 24), "moderate": (25, 29), "severe": (30, 50)},
    "who5": {"low_wellbeing": (0, 48), "usual_wellbeing": (52, 100)},
}
EDGES = [(code, band, total) for code, bands in BANDS.items() for band, edges in bands.items() for total in edges]
WITHOUT_BANDS = {"pcl5", "itq", "rhs15", "dialog"}


def raw(instrument: Instrument, counting: dict[int, int]) -> dict[int, int]:
    """Return raw answers for scored values: reversed items are turned."""
    scale = instrument.scale
    turned = instrument.is_reversed
    return {i: min(scale[i]) + max(scale[i]) - value if i in turned else value for i, value in counting.items()}


def answers_for(instrument: Instrument, total: int) -> dict[int, int]:
    """Return answers with a given total."""
    assert instrument.total is not None
    left, counting = total // instrument.total.times, {item: min(instrument.scale[item]) for item in instrument.scale}
    left -= sum(counting[item] for item in instrument.total.items)
    for item in instrument.total.items:
        step = min(left, max(instrument.scale[item]) - counting[item])
        counting[item], left = counting[item] + step, left - step
    return raw(instrument, counting)


def lowest(instrument: Instrument) -> dict[int, int]:
    return raw(instrument, {item: min(values) for item, values in instrument.scale.items()})


def highest(instrument: Instrument) -> dict[int, int]:
    return raw(instrument, {item: max(values) for item, values in instrument.scale.items()})


@pytest.mark.parametrize(("code", "band", "total"), EDGES)
def test_a_band_holds_from_its_lower_to_its_upper_edge(code: str, band: str, total: int) -> None:
    found = score(INSTRUMENTS[code], answers_for(INSTRUMENTS[code], total), "en")
    assert (found.total, found.band) == (total, band)


def test_bands_of_instruments_are_as_published_and_other_instruments_have_none() -> None:
    for code, bands in BANDS.items():
        assert [name for _edge, name in INSTRUMENTS[code].bands] == list(bands)
    assert {code for code, instrument in INSTRUMENTS.items() if not instrument.bands} == WITHOUT_BANDS
    assert BANDS.keys() | WITHOUT_BANDS == INSTRUMENTS.keys()


@each_instrument
def test_all_lowest_and_all_highest_are_the_ends_of_the_scale(instrument: Instrument) -> None:
    for answers, end in ((lowest(instrument), instrument.lowest), (highest(instrument), instrument.highest)):
        found = score(instrument, answers, "en")
        assert found.total == (end if instrument.total is not None else None)
        if instrument.bands:
            assert found.band == (instrument.bands[0][1] if end == instrument.lowest else instrument.bands[-1][1])


@pytest.mark.parametrize(
    ("code", "item"), [(code, item) for code, each in INSTRUMENTS.items() for item in sorted(each.is_reversed)]
)
def test_a_reversed_item_alone_counts_from_the_other_end(code: str, item: int) -> None:
    instrument = INSTRUMENTS[code]
    values, answers = instrument.scale[item], lowest(instrument)
    assert answers[item] == max(values)
    assert score(instrument, {**answers, item: min(values)}, "en").total == instrument.lowest + max(values)
    assert score(instrument, {**answers, item: max(values) - 1}, "en").total == instrument.lowest + 1


def test_the_reversed_items_are_those_of_the_authors() -> None:
    assert {code: sorted(each.is_reversed) for code, each in INSTRUMENTS.items() if each.is_reversed} == {
        "core10": [2, 3]
    }


@each_instrument
def test_as_many_answers_may_lack_as_is_known_and_one_more_gives_no_total(instrument: Instrument) -> None:
    if instrument.total is None:
        return
    may = [item for item in instrument.total.items if item not in instrument.missing.never]
    answers = {item: value for item, value in highest(instrument).items() if item not in may[: instrument.missing.most]}
    assert score(instrument, answers, "en").total == instrument.highest
    fewer = {item: value for item, value in answers.items() if item != may[instrument.missing.most]}
    found = score(instrument, fewer, "en")
    assert (found.total, found.band) == (None, None)
    assert found.cutoff in ("not_tested", "not_answered")


def test_a_missing_answer_stands_at_the_mean_of_the_others_with_or_without_decimals() -> None:
    core = INSTRUMENTS["core10"]
    answers = raw(core, dict.fromkeys(range(1, 10), 1) | {1: 2})
    found = score(core, {item: value for item, value in answers.items() if item != 10}, "en")
    assert (found.total, found.shown_total, found.band) == (Fraction(100, 9), "11.11", "mild")
    answers[1] = 1
    assert score(core, answers | {9: 0}, "en").shown_total == "8.89"
    phq = INSTRUMENTS["phq9"]
    partly = score(phq, {1: 2, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 9: 0}, "en")
    assert (partly.total, partly.shown_total) == (9, "9")  # 7 of 7 answered


# --- the risk item ----------------------------------------------------------------------------------------------------

RISKS = [(code, risk.item, risk.least) for code, each in INSTRUMENTS.items() for risk in each.risks]


@pytest.mark.parametrize(("code", "item", "least"), RISKS)
def test_a_risk_item_alone_asks_for_help_whatever_the_total(code: str, item: int, least: int) -> None:
    instrument, answers = INSTRUMENTS[code], lowest(INSTRUMENTS[code])
    assert score(instrument, answers, "en").risk is False
    found = score(instrument, {**answers, item: least}, "en")
    assert (found.risk, found.urgency, found.band) == (True, "today", instrument.bands[0][1])


@pytest.mark.parametrize(("code", "item", "least"), RISKS)
def test_a_risk_item_that_was_left_open_is_asked_again_and_is_never_a_zero(code: str, item: int, least: int) -> None:
    instrument = INSTRUMENTS[code]
    found = score(instrument, {other: value for other, value in lowest(instrument).items() if other != item}, "en")
    assert (found.risk, found.urgency, found.total) == (None, None, None)
    assert (item in found.unanswered, least) == (True, 1)


def test_the_risk_items_are_those_of_the_authors() -> None:
    assert RISKS == [("core10", 6, 1), ("phq9", 9, 1)]


# --- rules ------------------------------------------------------------------------------------------------------------


def itq(*high: int) -> dict[str, bool | None]:
    found = score(INSTRUMENTS["itq"], {item: 2 if item in high else 1 for item in range(1, 19)}, "en")
    return dict(found.fits)


def test_the_two_patterns_after_trauma_never_hold_together() -> None:
    simple, complex_one = (1, 3, 5, 7), (1, 3, 5, 7, 10, 12, 14, 16)
    assert itq() == {"after_trauma": False, "after_trauma_complex": False}
    assert itq(*simple) == {"after_trauma": True, "after_trauma_complex": False}
    assert itq(*complex_one) == {"after_trauma": False, "after_trauma_complex": True}
    for item in complex_one:
        assert itq(*(other for other in complex_one if other != item))["after_trauma_complex"] is False


def test_a_cluster_with_a_gap_says_that_nobody_can_say_and_never_no() -> None:
    answers = dict.fromkeys(range(1, 19), 1) | {3: 2, 5: 2, 7: 2}
    instrument = INSTRUMENTS["itq"]
    gap = {item: value for item, value in answers.items() if item != 1}
    assert score(instrument, gap, "en").fits["after_trauma"] is None
    assert score(instrument, gap | {2: 2}, "en").fits["after_trauma"] is True
    none = {item: value for item, value in answers.items() if item not in (1, 7, 8, 9)} | {3: 1, 4: 1}
    assert score(instrument, none, "en").fits["after_trauma"] is False


@given(st.dictionaries(st.integers(1, 18), st.integers(0, 4)))
def test_what_is_missing_never_turns_a_yes_into_a_no(answers: dict[int, int]) -> None:
    instrument = INSTRUMENTS["itq"]
    partly = score(instrument, answers, "en").fits["after_trauma_complex"]
    for filler in (0, 4):
        whole = score(instrument, dict.fromkeys(range(1, 19), filler) | answers, "en").fits["after_trauma_complex"]
        assert partly in (None, whole)


def test_other_rules_hold_at_their_edges() -> None:
    pcl, rhs = INSTRUMENTS["pcl5"], INSTRUMENTS["rhs15"]
    fitting = dict.fromkeys(range(1, 21), 1) | {1: 2, 6: 2, 8: 2, 9: 2, 15: 2, 20: 2}
    assert score(pcl, fitting, "en").fits == {"after_trauma": True}
    assert score(pcl, fitting | {9: 1}, "en").fits == {"after_trauma": False}
    calm = dict.fromkeys(range(1, 16), 0)
    assert score(rhs, calm | {1: 4, 2: 4, 3: 3, 15: 4}, "en").fits == {"distress": False}
    assert score(rhs, calm | {1: 4, 2: 4, 3: 4}, "en").fits == {"distress": True}
    assert score(rhs, calm | {15: 5}, "en").fits == {"distress": True}
    assert score(rhs, {15: 5}, "en").fits == {"distress": True}


@pytest.mark.parametrize("text", ["mean(1)>=2", "any(1)>2", "any(1>=2)>=1", "count(1,2)>=2", "any()>=1", "any(2-1)>=1",
                                  "any(1,1)>=1", "__import__('os')", "any(1)>=2 and 1"])  # fmt: skip
def test_what_is_no_term_of_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(NoTerm):
        read_term(text)


# --- cut-offs and change ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "language", "total", "says"),
    [
        ("phq9", "en", 9, "not_reached"),
        ("phq9", "en", 10, "reached"),
        ("phq9", "ru", 7, "not_reached"),
        ("phq9", "ru", 8, "reached"),
        ("phq9", "lv", 8, "reached"),
        ("phq9", "fa", 27, "not_tested"),
        ("pcl5", "en", 31, "reached"),
        ("core10", "fa", 11, "reached"),
        ("who5", "en", 48, "reached"),
        ("who5", "en", 52, "not_reached"),
        ("k10", "en", 50, "not_tested"),
    ],
)
def test_a_cut_off_is_that_of_the_language_and_else_not_tested(code: str, language: str, total: int, says: str) -> None:
    assert score(INSTRUMENTS[code], answers_for(INSTRUMENTS[code], total), language).cutoff == says


def compared(code: str, before: int, now: int, source: str | None = None, **other: str) -> Compared:
    instrument = INSTRUMENTS[code]
    earlier = score(instrument, answers_for(instrument, before), "en")
    of = {"other": code, "number": "1", "language": "en", **other}
    was = (of["other"], of["number"], of["language"], earlier)
    return compare(instrument, score(instrument, answers_for(instrument, now), "en"), "en", was, source)


def test_a_reliable_change_follows_the_chosen_source_and_claims_no_more() -> None:
    assert compared("core10", 20, 14) == Compared(verdict="more_than_chance", is_better=True)
    assert compared("core10", 14, 20) == Compared(verdict="more_than_chance", is_better=False)
    assert compared("core10", 20, 15) == Compared(verdict="may_be_chance", is_better=True)
    assert compared("core10", 20, 14, "stroke_ward").verdict == "may_be_chance"
    assert compared("core10", 20, 11, "stroke_ward").verdict == "more_than_chance"
    assert compared("core10", 20, 20) == Compared(verdict="may_be_chance", is_better=None)
    assert compared("who5", 40, 52) == Compared(verdict="more_than_chance", is_better=True)


def test_another_version_or_language_or_no_earlier_time_can_not_be_compared() -> None:
    for other in ({"number": "2"}, {"language": "nl"}, {"other": "gad7"}):
        assert compared("core10", 40, 0, **other).verdict == "not_comparable"
    for code in ("k10", "dialog"):
        instrument = INSTRUMENTS[code]
        best, worst = (score(instrument, ends(instrument), "en") for ends in (lowest, highest))
        assert compare(instrument, best, "en", (code, "1", "en", worst), None).verdict == "not_comparable"
    instrument = INSTRUMENTS["core10"]
    whole, partly = score(instrument, lowest(instrument), "en"), score(instrument, {1: 0}, "en")
    assert compare(instrument, whole, "en", None, None).verdict == "not_comparable"
    assert compare(instrument, whole, "en", ("core10", "1", "en", partly), None).verdict == "not_comparable"
    assert compare(instrument, partly, "en", ("core10", "1", "en", whole), None).verdict == "not_comparable"


@pytest.mark.parametrize("answers", [{0: 1}, {11: 1}, {1: 5}, {1: -1}])
def test_an_answer_that_the_instrument_does_not_have_is_refused(answers: dict[int, int]) -> None:
    with pytest.raises(AnswerRefused):
        score(INSTRUMENTS["core10"], answers, "en")


# --- files ------------------------------------------------------------------------------------------------------------

GOOD = (FILES / "core10.1.toml").read_text(encoding="utf-8")
NEVER = {"outcomes_star", "whodas", "reqol", "htq", "htq5"}


def broken(tmp_path: Path, change: tuple[str, str]) -> str:
    """Return the refusal of an instrument file with one change."""
    text = GOOD.replace('code = "core10"', 'code = "ours"').replace(*change)
    assert change[1] in text
    (tmp_path / "ours.1.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenReference) as refused:
        installed(tmp_path)
    line = int(str(refused.value).split(":")[1].split(" ")[0])
    return f"{text.splitlines()[line - 1].strip()} | {refused.value.problem}"


@pytest.mark.parametrize(
    ("change", "line", "named"),
    [
        (("[items]\n", "[items]\ncolour = 1\n"), "colour = 1", ""),
        (("[instrument]\n", "[instrument]\ncoed = 1\n"), "coed = 1", ""),
        (("\nreversed = [2, 3]", "\nreversed = [2, 11]"), "reversed = [2, 11]", "11"),
        (("item = 6", "item = 12"), "item = 12", ""),
        (("from = 1\nurgency", "from = 9\nurgency"), "from = 9", ""),
        (("from = 0\n", "from = 1\n"), "from = 1", "0"),
        (("from = 15\n", "from = 11\n"), "from = 11", ""),
        (("from = 25\n", "from = 41\n"), "from = 41", "40"),
        (('code = "moderate"', 'code = "mild"'), 'code = "mild"', ""),
        (('code = "moderate"', 'code = "awful"'), 'code = "awful"', "moderate"),
        (("at = 11", "at = 0"), "at = 0", ""),
        (('wording = "pack"', 'wording = "shipped"'), 'wording = "shipped"', "CC-BY-NC-ND-4.0"),
        (('id = "CC-BY-NC-ND-4.0"', 'colour = "x"'), "[licence]", ""),
        (("never = [6]", "never = []"), "never = []", ""),
        (("values = [0, 1, 2, 3, 4]", "values = [0, 0]"), "values = [0, 0]", ""),
        (("[licence]", '[[rules]]\ncode = "distress"\nall = ["any(11)>=2"]\n[licence]'), "[[rules]]", ""),
        (("[licence]", '[[rules]]\ncode = "distress"\nall = ["eval(1)"]\n[licence]'), 'all = ["eval(1)"]', "eval(1)"),
        (('source = "Barkham and others 2013; CORE System Trust"\n', "# no source\n"), "[source]", ""),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, change: tuple[str, str], line: str, named: str) -> None:
    refusal = broken(tmp_path, change)
    assert refusal.startswith(line), refusal
    problem = refusal.partition(" | ")[2]
    assert problem, "a reason is given"
    assert named in problem


def test_a_file_that_is_no_toml_or_is_there_already_is_refused(tmp_path: Path) -> None:
    (tmp_path / "core10.1.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BrokenReference, match=r"core10\.1\.toml"):
        installed(tmp_path)
    (tmp_path / "core10.1.toml").write_text("[instrument\n", encoding="utf-8")
    with pytest.raises(BrokenReference, match=r"line 1"):
        installed(tmp_path)


def test_an_installation_adds_a_version_its_words_and_by_whom_a_change_is_judged(tmp_path: Path) -> None:
    (tmp_path / WORDINGS_FOLDER).mkdir()
    (tmp_path / "core10.2.toml").write_text(GOOD.replace('version = "1"', 'version = "2"'), encoding="utf-8")
    words = dedent("""
        question = "Fictitious question"
        items = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
        answers = ["none", "little", "some", "much", "most"]
    """)
    (tmp_path / WORDINGS_FOLDER / "core10.1.nl.toml").write_text(words, encoding="utf-8")
    (tmp_path / "chosen.toml").write_text('[change]\ncore10 = "stroke_ward"\n', encoding="utf-8")
    found = installed(tmp_path)
    assert found.by_key.keys() == shipped().by_key.keys() | {("core10", "2")}
    assert found.by_key["core10", "1"].texts["nl"].items[9] == "j"
    assert found.chosen == {"core10": "stroke_ward"}
    (tmp_path / "chosen.toml").write_text('[change]\ncore10 = "nobody"\n', encoding="utf-8")
    with pytest.raises(BrokenReference, match=r"chosen\.toml:2"):
        installed(tmp_path)
    (tmp_path / "chosen.toml").unlink()
    (tmp_path / WORDINGS_FOLDER / "core10.1.nl.toml").write_text(words.replace('"a", ', ""), encoding="utf-8")
    with pytest.raises(BrokenReference, match=r"core10\.1\.nl\.toml"):
        installed(tmp_path)


# --- licences ---------------------------------------------------------------------------------------------------------


def test_words_in_the_repository_are_those_that_anybody_may_pass_on() -> None:
    """Loading refuses texts whose licence forbids distribution, so the build fails here."""
    for instrument in load_folder(FILES, ours=True):
        assert not instrument.texts or instrument.licence.id in MAY_SHIP
        assert instrument.licence.notice
    assert not NEVER & INSTRUMENTS.keys()


def test_planted_words_whose_licence_forbids_it_fail_the_build(tmp_path: Path) -> None:
    (tmp_path / WORDINGS_FOLDER).mkdir()
    (tmp_path / "core10.1.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / WORDINGS_FOLDER / "core10.1.en.toml").write_text('question = "x"\n', encoding="utf-8")
    with pytest.raises(BrokenReference, match=r"core10\.1\.en\.toml:1"):
        load_folder(tmp_path, ours=True)
    never = GOOD.replace('wording = "pack"', 'wording = "never"')
    (tmp_path / "core10.1.toml").write_text(never, encoding="utf-8")
    with pytest.raises(BrokenReference, match=r"core10\.1\.en\.toml"):
        load_folder(tmp_path, ours=False)

"""Information for the person: one short, sourced text for each topic, right, stage and remedy, in English."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.reference import JURISDICTIONS, Leaf, code_lists, profile
from shared.reference.leaf import CERTAINTIES

FOLDER = Path(__file__).parents[2] / "shared/reference/information"
FILES = {
    "information_topic": "topics.toml",
    "victim_right": "rights.toml",
    "identification_stage": "stages.toml",
    "remedy": "remedies.toml",
}
OF_PROFILES = ("victim_right", "identification_stage", "remedy")
#: Word limits: short enough for a person under pressure, and long enough to say what to do.
SHORTEST, LONGEST = 30, 90
LONGEST_NOTE = 25
#: The maximum mean and single sentence length, in words. Longer sentences are too hard at the age of 11.
MEAN_SENTENCE, LONGEST_SENTENCE = 14, 25
#: The day on which the texts were compared with the profiles. Texts about later rules must be compared again.
COMPARED_ON = date(2026, 11, 30)
REVIEWED = re.compile(r"nobody|.+, \d{4}-\d{2}-\d{2}")
Entry = Mapping[str, Any]


def _file(kind: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / FILES[kind]).read_text(encoding="utf-8"))


def _texts(kind: str) -> dict[str, Entry]:
    texts: dict[str, Entry] = _file(kind)[kind]
    return texts


def _leaves(kind: str) -> Iterator[tuple[str, str, Leaf]]:
    """Yield the entries of a kind from the profiles: the code, its subject, and the leaf."""
    for jurisdiction in JURISDICTIONS:
        known = profile(jurisdiction)
        of_kind: Mapping[str, Mapping[str, Leaf]] = {
            "victim_right": known.rights,
            "identification_stage": known.stages,
            "remedy": known.remedies,
        }
        yield from ((code, "law", leaf) for code, leaf in of_kind[kind].items())
        if kind == "remedy":
            for code, remedy in known.remedies.items():
                rules = known.clocks[remedy.clock] if remedy.clock else ()
                yield from ((code, "last_day", rule) for rule in rules if rule.in_force(COMPARED_ON))


def _expected(kind: str) -> dict[str, set[tuple[str, ...]]]:
    expected: dict[str, set[tuple[str, ...]]] = {}
    for code, about, leaf in _leaves(kind):
        expected.setdefault(code, set()).add((leaf.layer, about, leaf.source, leaf.certainty))
    return expected


def _everything() -> list[tuple[str, Entry]]:
    return [(f"{kind}/{code}", entry) for kind in FILES for code, entry in _texts(kind).items()]


def test_every_topic_of_the_list_has_a_text_in_the_order_of_the_list() -> None:
    assert list(_texts("information_topic")) == list(code_lists()["information_topic"].values)


@pytest.mark.parametrize("kind", OF_PROFILES)
def test_every_code_that_a_profile_knows_has_a_text_and_no_other(kind: str) -> None:
    assert set(_texts(kind)) == {code for code, _, _ in _leaves(kind)}


@pytest.mark.parametrize("kind", OF_PROFILES)
def test_a_text_names_the_sources_of_the_profiles_with_their_certainty(kind: str) -> None:
    expected = _expected(kind)
    for code, entry in _texts(kind).items():
        named = {(each["profile"], each["about"], each["name"], each["certainty"]) for each in entry["sources"]}
        assert named == expected[code], code


def test_every_text_has_sources_with_an_address() -> None:
    for place, entry in _everything():
        assert entry["sources"], place
        for source in entry["sources"]:
            assert source["name"], place
            assert source["address"].startswith("https://"), place
            assert source["certainty"] in CERTAINTIES, place


def test_a_text_with_an_unclear_source_says_what_is_not_sure() -> None:
    unclear = [
        place
        for place, entry in _everything()
        if any(source["certainty"] == "unclear" for source in entry["sources"]) and not entry.get("not_sure")
    ]
    assert unclear == []


def test_a_text_has_only_known_fields() -> None:
    for place, entry in _everything():
        assert set(entry) <= {"text", "not_sure", "sources"}, place
    for kind in FILES:
        assert set(_file(kind)) == {"reviewed_by", kind}


def test_every_text_is_short_and_in_short_sentences() -> None:
    for place, entry in _everything():
        text = entry["text"]
        assert text == " ".join(text.split()), f"{place}: spaces or line breaks too many"
        assert SHORTEST <= len(text.split()) <= LONGEST, place
        assert len(entry.get("not_sure", "").split()) <= LONGEST_NOTE, place
        lengths = [len(sentence.split()) for sentence in re.split(r"(?<=[.?!:])\s+", text)]
        assert max(lengths) <= LONGEST_SENTENCE, place
        assert sum(lengths) / len(lengths) <= MEAN_SENTENCE, place


@pytest.mark.parametrize("kind", FILES)
def test_a_file_names_its_reviewer_and_the_day_or_says_nobody(kind: str) -> None:
    assert REVIEWED.fullmatch(_file(kind)["reviewed_by"])

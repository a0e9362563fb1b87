"""Which names a search finds for a given name, and which it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.casework.likeness import CLOSENESS, all_keys, closeness, keys_of, words_of

NAMES = st.text(st.characters(categories=("L",)), min_size=1, max_size=12)
LONG = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=10)


@pytest.mark.parametrize(
    ("asked", "stored", "alike"),
    [
        ("Ruxandra Vranceanu", "Vrânceanu, fictitious", None),
        ("ruxandra", "RUXANDRA", "same"),
        ("Vranceanu", "Vrânceanu", "same"),
        ("Nguyen", "Nguyễn", "same"),
        ("Shevchenko", "Шевченко", "same"),
        ("O'Neill", "ONeill", "same"),
        ("Anne-Marie", "Marie Anne", "same"),
        ("Vrinceanu", "Vrânceanu", "one_letter_apart"),
        ("Ruxadnra", "Ruxandra", "one_letter_apart"),
        ("Mohammed", "Muhammad", "sounds_alike"),
        ("محمد", "Mohammed", "sounds_alike"),
        ("Ruxandra", "Mihaela", None),
        ("Li", "Lu", "sounds_alike"),
        ("Ion", "Dan", None),
        ("...", "Ruxandra", None),
    ],
)
def test_a_name_is_found_by_what_is_like_it(asked: str, stored: str, alike: str | None) -> None:
    assert closeness(words_of(asked), [stored]) == alike


def test_every_word_that_is_asked_for_must_be_there_and_the_least_alike_one_counts() -> None:
    stored = ["Ruxandra", "Vrânceanu"]
    assert closeness(words_of("Ruxandra Vrânceanu"), stored) == "same"
    assert closeness(words_of("Ruxandra Vrinceanu"), stored) == "one_letter_apart"
    assert closeness(words_of("Ruxandra Mihaela"), stored) is None


@given(NAMES)
def test_a_name_in_any_script_is_like_itself(name: str) -> None:
    assert not words_of(name) or closeness(words_of(name), [name]) == "same"


@given(LONG, st.data())
def test_a_letter_too_few_too_many_or_changed_is_one_letter_apart(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    other = data.draw(
        st.sampled_from([name[:at] + name[at + 1 :], name[:at] + "x" + name[at:], name[:at] + "x" + name[at + 1 :]])
    )
    found = closeness([other], [name])
    assert found in CLOSENESS[:2] if len(other) >= 4 else found in (None, *CLOSENESS)


@given(NAMES, st.lists(NAMES, max_size=4))
def test_whatever_is_alike_shares_a_key_so_that_the_index_finds_it(asked: str, stored: list[str]) -> None:
    if closeness(words_of(asked), stored) is not None:
        assert all(keys_of(word) & all_keys(stored) for word in words_of(asked))


@given(st.text(max_size=300))
def test_no_text_breaks_it_and_no_search_has_very_many_words(text: str) -> None:
    assert len(words_of(text)) <= 12
    assert all(each == each.casefold() and each.isascii() for each in words_of(text))

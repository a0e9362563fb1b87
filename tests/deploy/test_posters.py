"""Posters and cards: every language fits with all its letters, and the QR code leads to the public pages."""

import itertools
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from deploy.posters import pdf, svg
from deploy.posters.contents import Contents, Text, contents
from deploy.posters.lettering import MM_PER_POINT, Lettering, MissingLetters, opened
from deploy.posters.sheet import CARD, POSTER, Paper, Sheet, TooLong, lay_out
from shared.reference import JURISDICTIONS
from shared.reference.words import PUBLIC_LANGUAGES, catalogue
from tests.kit import qr_codes
from tests.kit.public import document

SITE, CODE = "https://info.example.org", "K7PQ2X9M"
SMALLEST_POINTS = 6
SheetOf = Callable[[str, Paper], Sheet]
PAPERS = pytest.mark.parametrize("paper", [POSTER, CARD], ids=["poster", "card"])


@pytest.fixture(scope="module")
def lettering() -> Iterator[Lettering]:
    with opened() as measuring:
        yield measuring


@pytest.fixture(scope="module")
def sheet_of(lettering: Lettering) -> SheetOf:
    """Return the sheet of a language on a paper size, laid out once for all tests."""
    return cache(lambda language, paper: lay_out(of(language), paper, lettering))


def public(language: str) -> dict[str, Any]:
    found: dict[str, Any] = document(language)["public"]
    return found


def of(language: str, jurisdiction: str = "NL", site: str = SITE) -> Contents:
    return contents(public(language), jurisdiction, site, CODE)


def said(shown: Contents) -> list[Text]:
    return [*shown.above, *shown.below]


@PAPERS
@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_every_text_is_on_the_sheet_whole_with_all_its_letters(language: str, paper: Paper, sheet_of: SheetOf) -> None:
    shown = of(language)
    sheet = sheet_of(language, paper)
    for text in said(shown):
        assert " ".join(line.said for line in sheet.lines if line.text == text).split() == text.said.split()
    assert {line.text.direction for line in sheet.lines} == ({"ltr", "rtl"} if language == "ar" else {"ltr"})


@PAPERS
@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_nothing_overlaps_or_leaves_the_paper_and_every_letter_can_be_read(
    language: str, paper: Paper, sheet_of: SheetOf
) -> None:
    sheet = sheet_of(language, paper)
    code = (sheet.square.top, sheet.square.top + paper.code)
    places = sorted([*((line.top, line.top + line.height) for line in sheet.lines), code])
    assert all(end <= begin + 0.001 for (_, end), (begin, _) in itertools.pairwise(places))
    assert places[0][0] >= paper.margin - 0.001
    assert places[-1][1] <= paper.height - paper.margin + 0.001
    assert min(line.size for line in sheet.lines) >= SMALLEST_POINTS * MM_PER_POINT


@pytest.mark.parametrize("mark", ["\u064b", "\u0301"], ids=["arabic", "latin"])
def test_a_text_with_a_combining_mark_is_refused_and_not_drawn_wrongly(mark: str, lettering: Lettering) -> None:
    shown = Text(f"\u0641\u0648\u0631\u0627{mark}", "ar", "rtl")
    with pytest.raises(MissingLetters, match=mark):
        lettering.lines(shown, 5, 100)


@PAPERS
def test_no_line_of_a_text_is_much_shorter_than_its_others(paper: Paper, sheet_of: SheetOf) -> None:
    for language in PUBLIC_LANGUAGES:
        sheet = sheet_of(language, paper)
        for text, lines in itertools.groupby(sheet.lines, key=lambda line: line.text):
            lengths = [len(line.said) for line in lines]
            assert min(lengths) >= max(lengths) / 3, text.said


@pytest.mark.parametrize("language", ["en", "vi", "ar", "ru"])
@PAPERS
def test_the_code_in_both_formats_reads_as_the_address_of_the_language(
    language: str, paper: Paper, sheet_of: SheetOf
) -> None:
    sheet = sheet_of(language, paper)
    expected = f"{SITE}/{language}/o/{CODE}"
    assert qr_codes.in_svg(svg.drawn(sheet)) == expected
    assert qr_codes.in_pdf(pdf.drawn(sheet)) == expected


@pytest.mark.hazard("H-PUBLIC-9", control="scan-leaves-no-code")
@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_the_printed_address_has_no_code_and_the_title_says_nothing(language: str, sheet_of: SheetOf) -> None:
    sheet = sheet_of(language, POSTER)
    lines = [line.said for line in sheet.lines]
    assert "info.example.org" in lines
    assert [line for line in lines if CODE in line] == []
    assert CODE.encode() not in svg.drawn(sheet)
    assert sheet.title == catalogue("public", language).texts["page/site_title"]


@pytest.mark.hazard("H-PUBLIC-3", control="english-next-to-unchecked-words")
@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_posters_in_an_unchecked_language_say_so_and_repeat_each_text_in_english(language: str) -> None:
    unread = public(language)
    read = {**deepcopy(unread), "reader": "A. Reader, 2027-01-02"}
    english = catalogue("public", "en").texts
    for known, is_checked in ((unread, unread["reader"] is not None or language == "en"), (read, True)):
        texts = [text.said for text in said(contents(known, "NL", SITE, CODE))]
        assert (known["words"]["page/unread_notice"] in texts) != is_checked
        for key in ("page/poster_title", "page/poster_text", "page/poster_scan", "page/poster_leave"):
            at = texts.index(known["words"][key])
            assert (texts[at + 1] == english[key]) != is_checked, key


@pytest.mark.hazard("H-PUBLIC-4", control="confirmed-numbers-only")
@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_numbers_are_those_that_intake_sends_for_the_place(jurisdiction: str) -> None:
    known = public("en")
    places = known["help"][jurisdiction]["places"]
    number = known["help"][jurisdiction]["emergency"]
    assert any(number in text.said for text in said(contents(known, jurisdiction, SITE, CODE)))
    line = {"code": "X", "kind": "hotline", "name": "Fictitious line", "phone": "0800 000", "web": None}
    known["help"][jurisdiction] = {"name": "", "emergency": None, "places": [*places, line]}
    texts = [text.said for text in said(contents(known, jurisdiction, SITE, CODE))]
    assert "Fictitious line: 0800 000" in texts
    assert [text for text in texts if number in text] == []


def test_no_text_is_of_law() -> None:
    known = public("en")
    known["information"] = {"victim_right/fictitious": {"text": "Fictitious right"}}
    words = set(known["words"].values())
    filled = known["words"]["page/danger_call"] % {"number": known["help"]["NL"]["emergency"]}
    assert {text.said for text in said(contents(known, "NL", SITE, CODE))} <= {*words, filled, "info.example.org"}


def test_a_letter_that_no_font_has_is_never_left_out(lettering: Lettering) -> None:
    with pytest.raises(MissingLetters) as refused:
        lettering.lines(Text("a 漢 b", "en", "ltr"), 5, 100)
    assert refused.value.letters == "漢"


def test_an_address_that_does_not_fit_is_refused(lettering: Lettering) -> None:
    with pytest.raises(TooLong):
        lay_out(of("en", site=f"https://{'a' * 300}.example.org"), CARD, lettering)


def test_a_drawing_is_as_large_as_its_paper(sheet_of: SheetOf) -> None:
    def drawn(paper: Paper) -> tuple[str, bytes]:
        sheet = sheet_of("vi", paper)
        return svg.drawn(sheet).decode(), pdf.drawn(sheet)

    for paper, points in ((POSTER, b"[0 0 595.28 841.89]"), (CARD, b"[0 0 297.64 419.53]")):
        picture, file = drawn(paper)
        assert f'width="{paper.width}mm" height="{paper.height}mm"' in picture
        assert points in file

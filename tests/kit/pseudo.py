"""A pseudo-language for tests of right-to-left pages: each Latin letter of a text becomes an Arabic letter.

It is never part of the software: a test writes it into a separate folder.
"""

import re
import shutil
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from services.web.words import speech, texts
from shared.reference.words.labels import Words

PSEUDO = "ar"
_FORMS = 6
_HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=6; plural=(n == 0 ? 0 : n == 1 ? 1 : n == 2 ? 2 : '
    'n % 100 >= 3 && n % 100 <= 10 ? 3 : n % 100 >= 11 ? 4 : 5);\\n"\n'
    '"X-Native-Reader: nobody\\n"\n\n'
)
_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنه"
_PLACEHOLDER = re.compile(r"(%\(\w+\)s)")


def mirrored(text: str) -> str:
    """Return a text with Arabic letters in place of Latin ones. Placeholders stay."""
    parts = _PLACEHOLDER.split(text)
    return "".join(part if _PLACEHOLDER.fullmatch(part) else _in_arabic(part) for part in parts)


def _in_arabic(text: str) -> str:
    return "".join(_letter(each) if each.isascii() and each.isalpha() else each for each in text)


def _letter(latin: str) -> str:
    return _LETTERS[ord(latin.lower()) - ord("a")]


def write_pseudo(folder: Path) -> None:
    """Write a folder with the catalogues of the pages and the pseudo-language."""
    for path in texts.FOLDER.glob("*.po*"):
        shutil.copy(path, folder)
    with (texts.FOLDER / "pages.pot").open("rb") as file:
        template = read_po(file)
    pseudo = Catalog(locale=PSEUDO)
    for message in template:
        if message.id:
            said = [mirrored(message.id[1])] * _FORMS if message.pluralizable else mirrored(str(message.id))
            pseudo.add(message.id, said)
    with (folder / f"{PSEUDO}.po").open("wb") as file:
        file.write(_HEADER.encode())
        write_po(file, pseudo, omit_header=True)


def speak_pseudo(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Offer the pseudo-language in this process until the patch ends."""
    write_pseudo(folder)
    patch.setattr(texts, "FOLDER", folder)
    patch.setattr(speech, "words_of_code", _words_of_code)
    forget()


def _words_of_code(_list: str, code: str, language: str) -> Words:
    """Return the words of a code: its letters, in Arabic."""
    return Words(mirrored(re.sub(r"[_.]", " ", code)), None, None, language)


def forget() -> None:
    """Forget the catalogues that were read."""
    texts.languages.cache_clear()
    texts.texts_in.cache_clear()

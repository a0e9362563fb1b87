"""The catalogues of the pages' fixed texts: a template with every text, and the translations in the same order."""

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from deploy.documents.description import CHECKOUT

FOLDER: Final = "services/web/words/catalogues"
_PAGES: Final = "services/web"
_METHODS: Final = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
_KEYWORDS: Final = {"_": None, "gettext": None, "gettext_noop": None, "ngettext": (1, 2)}
_TEMPLATE_HEADER: Final = """# The fixed texts of the pages in English. Do not edit: `make documents` writes this file.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
#: The first entry of a catalogue with the comments above it.
_HEADER: Final = re.compile(r'(?:#.*\n)*msgid ""\nmsgstr ""\n(?:".*"\n)*')


class HeaderMissing(Exception):
    """A catalogue does not start with a header."""


def template(of_schemas: Mapping[str, Iterable[str]] | None = None) -> Catalog:
    """Return every fixed text of the pages, in the order of files and lines; last those of schemas, by their files."""
    texts = Catalog(charset="utf-8")
    options = {"**/templates/**.html": {"trimmed": "false", "silent": "false"}}
    found = extract_from_dir(str(CHECKOUT / _PAGES), _METHODS, options, _KEYWORDS)
    for file, _line, message, comments, _context in found:
        texts.add(message, locations=[(f"{_PAGES}/{file}", 0)], auto_comments=comments)
    for file, messages in (of_schemas or {}).items():
        for message in messages:
            texts.add(message, locations=[(file, 0)])
    return texts


def catalogues(of_schemas: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return the template and each translation by its path. Translations keep the texts that still exist."""
    texts = template(of_schemas)
    written = {f"{FOLDER}/pages.pot": _TEMPLATE_HEADER + "\n" + _entries(texts)}
    for path in sorted((CHECKOUT / FOLDER).glob("*.po")):
        written[f"{FOLDER}/{path.name}"] = _updated(path, texts)
    return written


def _updated(path: Path, texts: Catalog) -> str:
    header = _HEADER.match(path.read_text(encoding="utf-8"))
    if header is None:
        raise HeaderMissing(path.name)
    with path.open("rb") as file:
        translated = read_po(file, locale=path.stem)
    translated.update(texts, no_fuzzy_matching=True)
    return header[0] + "\n" + _entries(translated)


def _entries(texts: Catalog) -> str:
    out = BytesIO()
    write_po(out, texts, width=120, omit_header=True, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    return out.getvalue().decode().strip() + "\n"

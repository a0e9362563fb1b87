"""Every fixed text of the pages is marked for the translation catalogues."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from deploy.documents import page_texts
from tests.kit.template_texts import Texts

CHECKOUT = Path(__file__).resolve().parents[2]
WEB = CHECKOUT / "services" / "web"
#: The texts of the public pages are keys of separate catalogues (`shared/reference/words/public`).
PUBLIC = WEB / "public"
TEMPLATES = sorted(set(WEB.rglob("templates/**/*.html")) - set(PUBLIC.rglob("*.html")))
#: Modules without texts for readers: settings are for operators, and sessions and requests have no texts.
WITHOUT_TEXTS = {
    "session",
    "providers",
    "upstream",
    "look",
    "settings.py",
    "serving.py",
    "guarding.py",
    "health.py",
    "public",
}
MODULES = [path for path in sorted(WEB.rglob("*.py")) if path.relative_to(WEB).parts[0] not in WITHOUT_TEXTS]
#: Texts for programs: HTTP headers, and date formats.
FOR_PROGRAMS = {"Lax", "public, max-age=31536000, immutable", "d MMM y", "d MMM", "d MMM y, HH:mm", "MMM y"}
MARKS = {"_", "gettext", "gettext_noop", "ngettext"}
#: Languages are named in their own language everywhere.
FOR_PROGRAMS |= {"English", "Nederlands"}
#: A sentence, or a word that begins with a capital letter.
TEXT = re.compile(r"[A-Za-z]{2,},? [A-Za-z]|^[A-Z][a-z]+$")
WHAT_TO_DO = (
    'put the text into _("..."), or into gettext_noop("...") where there is no request yet, and run `make documents`'
)


def _unmarked(node: nodes.Node) -> Iterator[str]:
    """Yield the unmarked texts of a template's expressions."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and TEXT.search(node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _unmarked(child)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_is_marked(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    found = [*Texts(source).found, *_unmarked(Environment(autoescape=True).parse(source))]
    assert found == [], WHAT_TO_DO


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_every_text_of_a_module_is_marked(path: Path) -> None:
    assert list(_texts_of(ast.parse(path.read_text(encoding="utf-8")))) == [], WHAT_TO_DO


def _texts_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.Raise, ast.Assert)) or _is_docstring(node):
        return
    if isinstance(node, ast.Call) and _is_for_no_reader(node.func):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_text(node.value):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from _texts_of(child)


def _is_text(text: str) -> bool:
    return text not in FOR_PROGRAMS and not text.startswith("/") and TEXT.search(text) is not None


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_no_reader(called: ast.expr) -> bool:
    """Return whether the texts of a call are marked, or are for logs and templates."""
    if isinstance(called, ast.Attribute):
        return isinstance(called.value, ast.Name) and called.value.id == "log"
    return isinstance(called, ast.Name) and called.id in {*MARKS, "Markup", "Flask", "Response"}


def test_the_search_for_unmarked_texts_finds_them() -> None:
    assert Texts('<p title="Word">{{ x }} and</p>').found == ["Word", "and"]
    template = Environment(autoescape=True).parse('{{ "Two words" if x else _("No word") }}')
    assert list(_unmarked(template)) == ["Two words"]
    module = ast.parse('show("Two words", _("No word"), "a_code", title="Word")')
    assert list(_texts_of(module)) == ["Two words", "Word"]


def test_the_template_catalogue_has_texts_of_templates_and_modules() -> None:
    locations = {file for message in page_texts.template() for file, _line in message.locations}
    assert {Path(file).suffix for file in locations} == {".html", ".py"}

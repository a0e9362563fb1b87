"""Draw a form from published code lists: `python draw_form.py http://127.0.0.1:8101 > form.html`.

The default is every list and profile: the public ones, or all of them with a TOKEN. The program contains no codes: it
reads codes, labels and order. docs/reference/words.md explains them.
"""

import argparse
import json
import os
from html import escape
from typing import Any
from urllib.request import Request, urlopen


def read(url: str, path: str, language: str) -> dict[str, Any]:
    """Read a document in a language. A public one needs no token."""
    headers = {"Accept-Language": language}
    if "TOKEN" in os.environ:
        headers["Authorization"] = f"Bearer {os.environ['TOKEN']}"
    with urlopen(Request(f"{url}{path}", headers=headers), timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def words(coded: dict[str, Any], *, child: bool = False) -> str:
    """Return the label of a code, the one for children if the form is about a child."""
    return escape((child and coded.get("label_for_child")) or coded["label"])


def question(found: dict[str, Any], *, child: bool = False) -> str:
    """Return a list as a question: each current code, in order, with its hint."""
    options = [
        f'<label><input type="radio" name="{escape(found["list"])}" value="{escape(code["code"])}"> '
        f"{words(code, child=child)}</label>{hint(code)}"
        for code in found["codes"]
        if code["taken"]
    ]
    said = "".join(f"<p><small>{escape(line)}</small></p>" for line in found["attribution"])
    return f"<fieldset><legend>{escape(found['label'])}</legend>{'<br>'.join(options)}{said}</fieldset>"


def hint(coded: dict[str, Any]) -> str:
    """Return the hint of a code, if it has one."""
    return f" <small>{escape(coded['hint'])}</small>" if coded.get("hint") else ""


def path_of(law: dict[str, Any]) -> str:
    """Return a profile as a form: authorities and outcomes of each stage, periods, remedies and help."""
    stages = [
        f"<fieldset><legend>{words(stage)}</legend>{choice(stage['code'] + '.authority', stage['authorities'])}"
        f"{choice(stage['code'] + '.outcome', stage['outcomes'])}{source(stage)}</fieldset>"
        for stage in law["stages"]
    ]
    periods = [
        f"<li>{words(period)}: {words(period['kind'])}{source(period['versions'][-1])}</li>"
        for period in law["periods"]
    ]
    places = [
        f"<li>{escape(place['label'])}: {escape(place['phone'] or '')} {escape(place['web'] or '')}{source(place)}</li>"
        for place in law["help"]
    ]
    return (
        f"<h2>{words(law)}</h2>{''.join(stages)}{choice('remedy', law['remedies'])}"
        f"<ul>{''.join(periods)}</ul><ul>{''.join(places)}</ul>"
    )


def choice(name: str, coded: list[dict[str, Any]]) -> str:
    """Return a select element with codes, or an empty string without codes."""
    options = "".join(f'<option value="{escape(each["code"])}">{words(each)}</option>' for each in coded)
    return f'<select name="{escape(name)}">{options}</select>' if options else ""


def source(statement: dict[str, Any]) -> str:
    """Return the source of a statement, with its certainty and reviewer if it is not settled."""
    sure = (
        ""
        if statement["certainty"]["code"] == "settled"
        else f" {words(statement['certainty'])}: {words(statement['check'])}."
    )
    return f" <small>{escape(statement['source'])}, {statement['effective_from']}.{sure}</small>"


def draw(url: str, language: str, lists: list[str], laws: list[str], *, child: bool = False) -> str:
    """Return the page."""
    named = read(url, "/v1/reference/lists", language)
    lists = lists or [entry["list"] for entry in named["lists"]]
    laws = laws or [code["code"] for code in read(url, "/v1/reference/lists/jurisdiction", language)["codes"]]
    questions = [question(read(url, f"/v1/reference/lists/{name}", language), child=child) for name in lists]
    paths = [path_of(read(url, f"/v1/reference/jurisdictions/{code}", language)) for code in laws]
    unread = (
        "" if named["read_by_native_speaker"] else "<p><strong>No native speaker has read these words yet.</strong></p>"
    )
    return (
        f'<!doctype html><html lang="{named["language"]}"><meta charset="utf-8"><title>Form</title>{unread}'
        f"<form>{''.join(questions)}{''.join(paths)}</form></html>"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--language", default="en")
    parser.add_argument("--list", action="append", default=[], dest="lists")
    parser.add_argument("--jurisdiction", action="append", default=[], dest="laws")
    parser.add_argument("--child", action="store_true", help="the form is about a child")
    asked = parser.parse_args()
    print(draw(asked.url, asked.language, asked.lists, asked.laws, child=asked.child))

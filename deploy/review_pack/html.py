"""The document as one HTML file, which requests nothing from anywhere and can be printed."""

import re
from collections.abc import Iterable
from functools import singledispatch
from html import escape
from pathlib import Path
from typing import Final

from deploy.review_pack.blocks import Block, Boxes, Calendars, Grid, Heading, Items, Lines, Rows, Text
from deploy.review_pack.contents import Pack
from deploy.review_pack.examples import Day, Month

_STYLE: Final = (Path(__file__).parent / "document.css").read_text(encoding="utf-8")
_ADDRESS: Final = re.compile(r"https?://[^\s;,)]+")
_LINE: Final = '<span class="line"></span>'
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def drawn(pack: Pack) -> str:
    """Return the file."""
    how, rest = _split(pack.blocks)
    body = "\n".join(
        (*map(_block, how), '<nav aria-label="Contents">', _contents(pack.blocks), "</nav>", *map(_block, rest))
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(pack.title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _split(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return the first page, and all others."""
    second = next(at for at, block in enumerate(blocks) if isinstance(block, Heading) and block.begins_page)
    return blocks[:second], blocks[second:]


def _contents(blocks: Iterable[Block]) -> str:
    headings = [block for block in blocks if isinstance(block, Heading) and block.anchor and block.level > 1]
    links = [
        f'<li class="level{each.level}"><a href="#{each.anchor}">{escape(each.text)}</a></li>' for each in headings
    ]
    return "\n".join(("<h2>Contents</h2>", "<ul>", *links, "</ul>"))


@singledispatch
def _block(block: Block) -> str:
    """Return a block as HTML."""
    raise NotImplementedError(block)


@_block.register
def _heading(block: Heading) -> str:
    named = f' id="{block.anchor}"' if block.anchor else ""
    return f"<h{block.level}{named}>{escape(block.text)}</h{block.level}>"


@_block.register
def _paragraph(block: Text) -> str:
    return f'<p class="{"small" if block.is_small else "text"}">{_linked(block.text)}</p>'


@_block.register
def _list(block: Items) -> str:
    tag = "ol" if block.is_numbered else "ul"
    return f"<{tag}>{''.join(f'<li>{_linked(item)}</li>' for item in block.items)}</{tag}>"


@_block.register
def _rows(block: Rows) -> str:
    shown = (
        f'<tr><th scope="row">{escape(name)}</th><td>{"<br>".join(map(_linked, lines))}</td></tr>'
        for name, lines in block.rows
    )
    return f'<table class="rows"><caption>{escape(block.title)}</caption>{"".join(shown)}</table>'


@_block.register
def _boxes(block: Boxes) -> str:
    boxes = (f"<li>{escape(words)}{_LINE * lines}</li>" for words, lines in block.boxes)
    return f'<p class="answer">{escape(block.title)}</p><ul class="boxes">{"".join(boxes)}</ul>'


@_block.register
def _to_fill(block: Lines) -> str:
    return "".join(f'<p class="fill">{escape(each)}: {_LINE}</p>' for each in block.labels)


@_block.register
def _months(block: Calendars) -> str:
    return f'<div class="months">{"".join(map(_month, block.months))}</div>'


@_block.register
def _grid(grid: Grid) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in grid.head)
    rows = []
    for number, (first, *cells) in enumerate(grid.rows):
        linked = f'<a href="#{grid.anchors[number]}">{escape(first)}</a>' if grid.anchors else escape(first)
        rows.append(f'<tr><th scope="row">{linked}</th>{"".join(f"<td>{_linked(cell)}</td>" for cell in cells)}</tr>')
    kind = "grid" if grid.anchors else "grid readings"
    return (
        f'<table class="{kind}"><caption>{escape(grid.title)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _month(month: Month) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in _WEEKDAYS)
    weeks = "".join(f"<tr>{''.join(map(_day, week))}</tr>" for week in month.weeks)
    return (
        f'<table class="month"><caption>{month.title}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{weeks}</tbody></table>"
    )


def _day(day: Day | None) -> str:
    if day is None:
        return "<td></td>"
    classes = [name for name, holds in (("within", day.within), ("off", day.off), ("mark", day.mark)) if holds]
    title = f' title="{escape(day.off)}"' if day.off else ""
    return f'<td class="{" ".join(classes)}"{title}>{day.day.day}<small>{escape(day.below)}</small></td>'


def _linked(text: str) -> str:
    """Return a text in which each address is a link."""
    parts, last = [], 0
    for found in _ADDRESS.finditer(text):
        address = escape(found[0])
        parts += [escape(text[last : found.start()]), f'<a href="{address}" rel="noreferrer">{address}</a>']
        last = found.end()
    return "".join([*parts, escape(text[last:])])

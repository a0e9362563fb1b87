"""A sheet as SVG. Its letters are text: programs that draw it need fonts with the letters of the language."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deploy.posters.lettering import FONTS
from deploy.posters.sheet import Sheet

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def drawn(sheet: Sheet) -> bytes:
    """Return the file."""
    side = round(sheet.square.module, 4)
    bars = [f"M{left:.4f} {top:.4f}h{width:.4f}v{side}h-{width:.4f}z" for left, top, width in sheet.square.bars()]
    fonts = ", ".join((*FONTS.values(), "sans-serif"))
    text = _TEMPLATES.get_template("sheet.svg").render(sheet=sheet, code="".join(bars), fonts=fonts)
    return text.encode()

"""A sheet as PDF: one page, with the letters that it uses."""

from deploy.posters import lettering
from deploy.posters.sheet import Sheet


def drawn(sheet: Sheet) -> bytes:
    """Return the file."""
    with lettering.document(sheet.paper.width, sheet.paper.height) as page:
        page.set_title(sheet.title)
        page.set_lang(sheet.language)
        for left, top, width in sheet.square.bars():
            page.rect(left, top, width, sheet.square.module, style="F")
        for line in sheet.lines:
            lettering.choose(page, line.text, line.size)
            page.set_xy(0, line.top)
            page.cell(sheet.paper.width, line.height, line.said, align="C")
        return bytes(page.output())

"""The review pack: one document per jurisdiction with which a lawyer checks each of its statements.

    labels    the labels of codes
    plain     what a statement says, in plain words
    rules     what a period says: what starts, ends and pauses it
    examples  worked examples with calendars, by the calculator
    contents  the document as blocks: how to use it, what to answer first, each statement, where to sign
    html, pdf the same blocks in two formats

The library that draws the PDF is locked in requirements-print.lock, so that no service contains it.
"""

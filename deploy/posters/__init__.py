"""Posters and cards for outreach: a question, the address of the public pages as a QR code, how to leave, help numbers.

    contents   which texts are on the paper, from what intake sends to the public pages
    lettering  fonts, and where a text breaks into lines
    sheet      where each line and the QR code are
    svg, pdf   the same sheet in two formats

The libraries that draw are locked in requirements-print.lock, so that no service contains them.
"""

"""Corrections of an opening, the person's choice of anonymity, and changes of the law of a case."""

"""Errors of periods and dates that can't be counted."""


class ImpossibleDate(ValueError):
    """A date that no calendar has, or that lies outside the years that can be counted."""

    status: int = 422
    retryable: bool = False


class ImpossiblePeriod(ValueError):
    """A length, or a rule's wording of it, that can't be counted."""

    status: int = 422
    retryable: bool = False

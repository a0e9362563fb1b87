"""Errors in reference data, or in a query of them."""


class BrokenReference(Exception):
    """A data file that must not be used. The error names the file, the place in it and the problem."""

    status = 500
    retryable = False

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


class UnknownCodeList(LookupError):
    """There is no code list with that name."""

    status = 404
    retryable = False


class UnknownJurisdiction(LookupError):
    """There is no profile of that jurisdiction."""

    status = 422
    retryable = False


class UnknownRule(LookupError):
    """The profile does not have this stage, clock, version of a clock, or remedy."""

    status = 422
    retryable = False

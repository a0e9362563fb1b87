"""What is wrong with reference data, or with a question put to it."""


class BrokenReference(Exception):
    """A data file that must not be used: it names the file, the place in it and what is wrong there."""

    status = 500
    retryable = False

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


class UnknownCodeList(LookupError):
    """No code list has that name."""

    status = 404
    retryable = False


class UnknownJurisdiction(LookupError):
    """No profile is kept for that jurisdiction."""

    status = 422
    retryable = False


class UnknownRule(LookupError):
    """The profile has no such stage, clock, version of a clock, or remedy."""

    status = 422
    retryable = False

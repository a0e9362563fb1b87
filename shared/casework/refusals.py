"""The errors that a rule raises: a step that can't be taken now, or a fact that can't be true. Pure."""


class StepForbidden(Exception):
    """A step that can't be taken now. `rule` names the rule, and the message explains what to do instead."""

    status = 409
    title = "Not possible now"

    def __init__(self, rule: str, message: str) -> None:
        """Store the rule's name and a message for a person."""
        super().__init__(message)
        self.rule = rule


class NotArrivedYet(StepForbidden):
    """The step depends on data that can still be on its way from another service. A retry can succeed shortly."""

    retryable = True
    title = "Not possible yet"


class FactRefused(StepForbidden):
    """A fact that can't be true, or that the jurisdiction does not have; `errors` names the field."""

    status = 422
    title = "Check the fields"

    def __init__(self, field: str, rule: str, message: str) -> None:
        """Store the field too."""
        super().__init__(rule, message)
        self.errors = [{"field": field, "rule": rule, "message": message}]

"""Why a case has no key: it was destroyed, which its tombstone says, or it is lost, which nothing says."""


class KeyDestroyed(Exception):
    """The case was erased: its key is gone, and with it whatever was sealed."""

    status = 410
    retryable = False
    title = "Erased"

    def __init__(self) -> None:
        """Build the message, the same for every use."""
        super().__init__("What was kept about this person was erased, and nothing can be added. Open a new case.")


class KeyLost(Exception):
    """Something of the case is sealed, and its key is not there, though nobody has destroyed it.

    As after a restore of the key database from an older backup. What was sealed opens again once the key is back.
    """

    status = 503
    retryable = True
    title = "A key is missing"

    def __init__(self) -> None:
        """Build the message, the same for every use."""
        super().__init__(
            "The key of what is kept about this person is missing. Nothing was erased, and nothing was stored. Tell "
            "your operator, who brings the key back: ./casepath keys status."
        )

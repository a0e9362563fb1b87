"""What a request works on while its last statement is on its way: the row of the audit, stored before it answers.

A read is written for its reader meanwhile, and leaves only once the row is stored.
"""

from collections.abc import Callable
from typing import TypeAlias

from werkzeug.wrappers import Response

#: Takes work, and returns what waits for it and returns what it came to, or raises what it raised.
Meanwhile: TypeAlias = Callable[[Callable[[], Response]], Callable[[], Response]]


def afterwards(work: Callable[[], Response]) -> Callable[[], Response]:
    """Return the work as it is, to be done when it is asked for: of a host that does one thing after the other."""
    return work

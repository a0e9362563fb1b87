"""Which service is which: the one place that names them all, for who runs, migrates or describes one by its name.

Each is imported only when it is asked for: a process that runs one service carries no other.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # who asks for one thing needs no other
    from shared.events.contract import Emits, Reads
    from shared.runtime.process import ServiceParts
    from shared.store.migration import MigrationSet


class UnknownService(LookupError):
    """No service has that name."""


def parts_of(service: str) -> "tuple[ServiceParts, type]":
    """Return what a service is made of, and its nameko class. Raises `UnknownService`."""
    match service:
        case "intake":
            from services.intake.service import PARTS as INTAKE
            from services.intake.service import SERVICE as INTAKE_CLASS

            return INTAKE, INTAKE_CLASS
        case "legal":
            from services.legal.service import PARTS as LEGAL
            from services.legal.service import SERVICE as LEGAL_CLASS

            return LEGAL, LEGAL_CLASS
        case "support":
            from services.support.service import PARTS as SUPPORT
            from services.support.service import SERVICE as SUPPORT_CLASS

            return SUPPORT, SUPPORT_CLASS
        case "partners":
            from services.partners.service import PARTS as PARTNERS
            from services.partners.service import SERVICE as PARTNERS_CLASS

            return PARTNERS, PARTNERS_CLASS
    raise UnknownService(service)


def migrations_of(service: str) -> "MigrationSet":
    """Return a service's migrations; nothing of it runs. Raises `UnknownService`.

    Of their tables some may not be known yet: to migrate, none needs to be.
    """
    match service:
        case "intake":
            from services.intake.migrations import MIGRATIONS as INTAKE

            return INTAKE
        case "legal":
            from services.legal.migrations import MIGRATIONS as LEGAL

            return LEGAL
        case "support":
            from services.support.migrations import MIGRATIONS as SUPPORT

            return SUPPORT
        case "partners":
            from services.partners.migrations import MIGRATIONS as PARTNERS

            return PARTNERS
        case "web":
            from services.web.session.migrations import MIGRATIONS as WEB

            return WEB
    raise UnknownService(service)


def events_of(service: str) -> "tuple[Emits, Reads]":
    """Return the events that a service emits, and those that it reads; nothing of it runs. Raises `UnknownService`.

    To say so, it is imported as a whole.
    """
    following = parts_of(service)[0].following
    return following.emits, following.reads

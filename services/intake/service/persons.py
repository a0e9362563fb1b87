"""Routes for the person's identity. No name is ever part of a URL."""

from services.intake.actions import persons
from services.intake.models import version
from services.intake.schemas.persons import ChangeName, RecordPerson
from shared.http import Call, Reply, route

_PERSON = "/v1/cases/<uuid:case>/person"


class PersonRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("PUT", _PERSON, action="person.record", body=RecordPerson, changes=True)
    def record_person(self, call: Call) -> Reply:
        """Record who the person is; a part that is left out stays as it was."""
        new_version = persons.record_person(call.session, call.now, call.case, call.body)
        return Reply({"id": str(call.case)}, version=new_version)

    @route("GET", _PERSON, action="person.read")
    def read_person(self, call: Call) -> Reply:
        """Return who the person is, as far as the caller's role may see it."""
        return Reply(persons.person(call.session, call.case), version=version(call.session, call.case))

    @route("POST", f"{_PERSON}/names", action="person.record", body=ChangeName, changes=True)
    def change_name(self, call: Call) -> Reply:
        """Record another name of the person's; the given or family name before it is kept, with its end."""
        new_version = persons.change_name(call.session, call.now, call.case, call.body)
        return Reply({"id": str(call.case)}, version=new_version)

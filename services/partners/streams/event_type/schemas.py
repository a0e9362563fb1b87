"""The views of the event types that agencies can receive."""

from marshmallow import fields

from shared.access.declarations import declare
from shared.access.views import View, parts


class EventTypeNamed(View):
    """A version of an event type, in one line."""

    type = declare(fields.String(), None, "Its CloudEvents type.", example="org.casepath.intake.case.closed.v1")
    meaning = declare(fields.String(), None, "What happened.", example="The case was closed.")
    place = declare(fields.String(), None, "Its place on a person's path.", example="closing")
    for_whom = declare(fields.String(), None, "The agencies that can receive it.", example="any with an agreement.")
    schema = declare(fields.String(), None, "The `dataschema` of the agencies' version.", example="urn:casepath")


class EventTypes(View):
    """The event types that agencies can receive."""

    types = parts(EventTypeNamed)


class AgencyAsyncApi(View):
    """An AsyncAPI document, as its own specification defines it."""

    asyncapi = declare(fields.String(), None, "The version of the specification.", example="3.0.0")
    info = declare(fields.Dict(), None, "Title and version.")
    defaultContentType = declare(  # noqa: N815 - as the specification writes it
        fields.String(), None, "The schema of all messages of the channel.", example="application/cloudevents+json"
    )
    servers = declare(fields.Dict(), None, "The three ways to an agency.")
    channels = declare(fields.Dict(), None, "The messages of each channel.")
    operations = declare(fields.Dict(), None, "Who hands over.")
    components = declare(fields.Dict(), None, "The events, and the schemas of their data.")

"""The form of every body of intake's requests."""

from marshmallow import RAISE, Schema


class Body(Schema):
    """A request's body: what is not asked for is refused, so that nothing is believed to be stored that is not."""

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE

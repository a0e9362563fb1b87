"""What every body of a request to legal has in common."""

from marshmallow import RAISE, Schema


class Body(Schema):
    """A request's body: what is not asked for is refused, so that nothing is believed to be stored that is not."""

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE

"""Routes for placements."""

from typing import Final

from services.support.case.routes import CASE
from services.support.placement import actions, schemas
from shared.http import CallWith, Reply, route

_PLACEMENT: Final = f"{CASE}/placements/<uuid:placement>"


@route(
    "POST",
    f"{CASE}/placements",
    action="placement.offer",
    body=schemas.OfferPlacement,
    creates=True,
    part="placements",
)
def offer_placement(call: CallWith[schemas.OfferPlacement]) -> Reply:
    """Record a place that the person was offered."""
    placement, version = actions.offer_placement(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=placement, version=version)


@route("POST", f"{_PLACEMENT}/refusal", action="placement.refuse", body=schemas.RefusePlacement, creates=True)
def refuse_placement(call: CallWith[schemas.RefusePlacement]) -> Reply:
    """Record that a place was refused, by whom and why; refusing one has no consequence."""
    placement = call.path["placement"]
    version = actions.refuse_placement(call.session, call.case, placement, call.command, call.now, by=call.principal)
    return Reply(status=201, created=placement, version=version)


@route("POST", f"{_PLACEMENT}/move-in", action="placement.move_in", body=schemas.MoveIn, creates=True)
def move_in(call: CallWith[schemas.MoveIn]) -> Reply:
    """Record that the person moved in, and until when they may stay."""
    placement = call.path["placement"]
    version = actions.move_in(call.session, call.case, placement, call.command, call.now, by=call.principal)
    return Reply(status=201, created=placement, version=version)


@route("POST", f"{_PLACEMENT}/review", action="placement.review", body=schemas.ReviewPlacement, creates=True)
def review_placement(call: CallWith[schemas.ReviewPlacement]) -> Reply:
    """Record whether a place is safe, and until when they may stay."""
    placement = call.path["placement"]
    version = actions.review_placement(call.session, call.case, placement, call.command, call.now, by=call.principal)
    return Reply(status=201, created=placement, version=version)


@route("POST", f"{_PLACEMENT}/move-out", action="placement.move_out", body=schemas.MoveOut, creates=True)
def move_out(call: CallWith[schemas.MoveOut]) -> Reply:
    """Record that the person moved out, and why."""
    placement = call.path["placement"]
    version = actions.move_out(call.session, call.case, placement, call.command, call.now, by=call.principal)
    return Reply(status=201, created=placement, version=version)


@route("POST", f"{_PLACEMENT}/correction", action="placement.correct", body=schemas.CorrectPlacement, creates=True)
def correct_placement(call: CallWith[schemas.CorrectPlacement]) -> Reply:
    """Put a placement right, or take it back; what it said before is kept."""
    correction, version = actions.correct_placement(
        call.session, call.case, call.path["placement"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)

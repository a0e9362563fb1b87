"""Routes for goals."""

from services.support.case.routes import CASE
from services.support.goal import actions, schemas
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/goals", action="goal.state", body=schemas.StateGoal, creates=True, part="goals")
def state_goal(call: CallWith[schemas.StateGoal]) -> Reply:
    """Record what the person wants, in their words."""
    goal, version = actions.state_goal(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=goal, version=version)


@route("POST", f"{CASE}/goals/<uuid:goal>/progress", action="goal.progress", body=schemas.ProgressGoal, creates=True)
def progress_goal(call: CallWith[schemas.ProgressGoal]) -> Reply:
    """Record how a goal goes on: its steps, and whether it is reached, changed, put aside or refused."""
    goal = call.path["goal"]
    version = actions.progress_goal(call.session, call.case, goal, call.command, call.now, by=call.principal)
    return Reply(status=201, created=goal, version=version)


@route("POST", f"{CASE}/goals/<uuid:goal>/ratings", action="goal.rate", body=schemas.RateGoal, creates=True)
def rate_goal(call: CallWith[schemas.RateGoal]) -> Reply:
    """Record how near the goal is, from 0 to 10, as the person says."""
    goal = call.path["goal"]
    version = actions.rate_goal(call.session, call.case, goal, call.command, call.now, by=call.principal)
    return Reply(status=201, created=goal, version=version)


@route("POST", f"{CASE}/goals/<uuid:goal>/correction", action="goal.correct", body=schemas.CorrectGoal, creates=True)
def correct_goal(call: CallWith[schemas.CorrectGoal]) -> Reply:
    """Put a goal right, or take it back."""
    correction, version = actions.correct_goal(
        call.session, call.case, call.path["goal"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)

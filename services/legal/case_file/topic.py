"""The route that reads the legal file."""

from services.legal.case.routes import CASE
from services.legal.case_file import actions
from services.legal.case_file.schemas import LegalFile
from shared.http import Call, Reply, route


@route("GET", CASE, action="case.read", reply=LegalFile)
def read_case(call: Call) -> Reply:
    """Return a case's legal file."""
    legal_file = actions.read_case(call.session, call.case, call.sight, call.now, by=call.principal)
    return Reply(legal_file, version=legal_file["version"])

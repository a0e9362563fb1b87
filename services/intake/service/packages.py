"""Routes about the package that goes along with a referral."""

from uuid import UUID

from services.intake.actions import packages
from services.intake.models import version
from services.intake.schemas.packages import WritePackage
from shared.web import Call, Reply, route

_PACKAGE = "/v1/cases/<uuid:case>/referrals/<uuid:referral>/package"


class PackageRoutes:
    """For a service class that has an `edge`."""

    @route("PUT", _PACKAGE, action="referral.send", body=WritePackage, changes=True)
    def write_package(self, call: Call) -> Reply:
        """Write what goes along with a referral, in place of what stood before."""
        which: UUID = call.path["referral"]
        return Reply({"id": str(which)}, version=packages.write(call.session, call.case, which, call.body))

    @route("GET", _PACKAGE, action="package.read")
    def read_package(self, call: Call) -> Reply:
        """Read what is written for the agency, and what went on which day."""
        found = packages.read(call.session, call.case, call.path["referral"])
        return Reply(found, version=version(call.session, call.case))

    @route("GET", f"{_PACKAGE}/preview", action="package.read")
    def preview_package(self, call: Call) -> Reply:
        """See exactly what would go to the agency today, and which categories stay behind."""
        found = packages.preview(call.session, call.now, call.case, call.path["referral"])
        return Reply(found, version=version(call.session, call.case))

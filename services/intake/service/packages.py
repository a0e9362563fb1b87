"""Routes for the package of a referral."""

from uuid import UUID

from services.intake.actions import packages
from services.intake.models import version
from services.intake.schemas.packages import WritePackage
from shared.http import Call, Reply, route

_PACKAGE = "/v1/cases/<uuid:case>/referrals/<uuid:referral>/package"


class PackageRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("PUT", _PACKAGE, action="referral.send", body=WritePackage, changes=True)
    def write_package(self, call: Call) -> Reply:
        """Store the package of a referral, in place of the one before."""
        referral_id: UUID = call.path["referral"]
        return Reply({"id": str(referral_id)}, version=packages.write(call.session, call.case, referral_id, call.body))

    @route("GET", _PACKAGE, action="package.read")
    def read_package(self, call: Call) -> Reply:
        """Return what is written for the agency, and what was sent on which day."""
        package = packages.read(call.session, call.case, call.path["referral"])
        return Reply(package, version=version(call.session, call.case))

    @route("GET", f"{_PACKAGE}/preview", action="package.read")
    def preview_package(self, call: Call) -> Reply:
        """Return exactly what would go to the agency today, and which categories are left out."""
        package = packages.preview(call.session, call.now, call.case, call.path["referral"])
        return Reply(package, version=version(call.session, call.case))

"""The register of staff: a member's agency, roles and last day, and the successor for their cases."""

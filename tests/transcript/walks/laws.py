"""The codes that a history can use under each law: those of release 0.2.0, independent of later lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_GB: Final = dict.fromkeys(("referred", "reasonable_grounds", "conclusive_grounds", "reconsideration"), "GB.SCA")
_GB_STAGES: Final = (
    ("referred", None),
    ("reasonable_grounds", "positive"),
    ("reasonable_grounds", "negative"),
    ("conclusive_grounds", "positive"),
    ("conclusive_grounds", "negative"),
    ("reconsideration", "positive"),
)


@dataclass(frozen=True)
class Law:
    """The steps of the official path, remedies, periods and entitlements of a jurisdiction."""

    #: The authority that takes a step, if one is named.
    authorities: Mapping[str, str]
    stages: tuple[tuple[str, str | None], ...]
    remedies: tuple[str, ...]
    clocks: tuple[str, ...]
    entitlements: tuple[str, ...]
    currency: str
    zone: str
    legal_aid: str


LAWS: Final = {
    "GB-EAW": Law(
        _GB,
        _GB_STAGES,
        ("GB.CICA", "GB.CIVIL", "GB.EMPLOYMENT_TRIBUNAL", "GB.COMP_ORDER", "GB.JR"),
        ("GB.CICA", "GB.CIVIL_PI", "GB.ET", "GB.RG", "GB.RECONSIDER", "GB.JR", "GB.RECOVERY_MIN"),
        ("GB.NRM_SUPPORT", "GB.EMERGENCY_SUPPORT", "GB.MOVE_ON_SUPPORT"),
        "GBP",
        "Europe/London",
        "GB.LASPO_32",
    ),
    "GB-SCT": Law(
        _GB,
        _GB_STAGES,
        ("GB.CICA", "SCT.CIVIL", "GB.EMPLOYMENT_TRIBUNAL", "SCT.COMP_ORDER"),
        ("SCT.CIVIL_PI", "SCT.SUPPORT_MAX", "GB.CICA", "GB.ET"),
        ("GB.SCT_SUPPORT",),
        "GBP",
        "Europe/London",
        "GB.LASPO_32",
    ),
    "GB-NIR": Law(
        _GB,
        _GB_STAGES,
        ("NIR.CICS", "NIR.CIVIL", "NIR.TRIBUNAL", "NIR.COMP_ORDER"),
        ("NIR.CICS", "NIR.CIVIL_PI", "NIR.TRIBUNAL", "NIR.RECOVERY_MIN"),
        ("GB.NIR_SUPPORT", "GB.NIR_FURTHER_SUPPORT"),
        "GBP",
        "Europe/London",
        "GB.LASPO_32",
    ),
    "NL": Law(
        {"comensha_registered": "NL.COMENSHA", "reflection_offered": "NL.POLICE", "report_made": "NL.POLICE"},
        (
            ("signal", None),
            ("comensha_registered", None),
            ("reflection_offered", None),
            ("reflection_accepted", None),
            ("report_made", None),
        ),
        ("NL.SCHADEFONDS", "NL.CIVIL", "NL.CRIMINAL_JOINDER", "NL.STATE_ADVANCE"),
        ("NL.SCHADEFONDS", "NL.CIVIL", "NL.OBJECTION", "NL.REFLECTION_MAX", "NL.REFLECTION_DUBLIN_MAX"),
        ("NL.REFLECTION_SHELTER", "NL.MUNICIPAL_SHELTER", "NL.CHILD_RECEPTION"),
        "EUR",
        "Europe/Amsterdam",
        "NL.WRB_44_4",
    ),
    "RO": Law(
        {"notified": "RO.ANITP", "presumed": "RO.DCCO", "identified": "RO.DIICOT"},
        (
            ("potential", None),
            ("notified", None),
            ("presumed", "positive"),
            ("identified", "positive"),
            ("referred_to_voucher", None),
        ),
        ("RO.STATE_COMP", "RO.CIVIL", "RO.CIVIL_PARTY", "RO.VOUCHER72H"),
        ("RO.STATE_COMP", "RO.CIVIL", "RO.VOUCHER", "RO.RECOVERY_MAX"),
        ("RO.RECOVERY_SUPPORT", "RO.SHELTER"),
        "RON",
        "Europe/Bucharest",
        "RO.OUG51_2008",
    ),
}

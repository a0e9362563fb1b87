"""Who asks, and may they: tokens, permissions, and the relation of staff to a case beyond its team.

    tokens              the caller, as a signed token names them
    permissions         action x role x relation, and which fields a reader sees; pure
    declarations        fields, each declared once: kind, class, meaning, example
    views               what a reply shows of declared fields, to whom, and in the person's copy
    subjects            cases (or outreach sessions): their lock, version, and the caller's relation to them
    revocations         whose tokens of before count no more
    endings             whose tokens do not count at all, until somebody else has looked at it
    exclusions          whom a person does not want near their case
    supervisions        who supervises whom
    break_glass         who opened a case in an emergency
    case_restrictions   which cases are kept and not worked on
    staff_access        all that the owning service emits of these

The services keep what these events say, so that each decides by itself.
"""

__all__ = [
    "break_glass",
    "case_restrictions",
    "declarations",
    "endings",
    "exclusions",
    "permissions",
    "revocations",
    "staff_access",
    "subjects",
    "supervisions",
    "tokens",
    "views",
]

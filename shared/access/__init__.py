"""Who asks, and may they: tokens, permissions, and the relation of staff to a case beyond its team.

    tokens              the caller, as a signed token names them
    providers           the caller, as a token of the operators' OpenID Connect provider names them
    permissions         action x role x relation, and which fields a reader sees; pure
    declarations        fields, each declared once: kind, class, meaning, example
    columns             fields that are declared on the column that stores them
    visitors            the network of a visitor of the public site, as a keyed digest
    views               what a reply shows of declared fields, to whom, and in the person's copy
    subjects            cases (or outreach sessions): their lock, version, and the caller's relation to them
    revocations         whose tokens of before count no more
    endings             whose tokens do not count at all, until somebody else has looked at it
    agencies            the agencies of the register, by codes
    agency_keys         the text of an agency's API key, and its hash
    agency_fields       an agency as a request names it, and the code that a reply shows beside its id
    staff               the members of staff, by id, agency and roles
    agency_grounds      on which grounds an agency may have something of a person
    sight               what a reader sees: by their role, and by what their agency may have; pure but for one condition
    exclusions          whom a person does not want near their case
    supervisions        who supervises whom
    break_glass         who opened a case in an emergency
    joined_cases        which cases are one person's
    case_restrictions   which cases are kept and not worked on
    staff_access        all that the owning service emits of these

The services keep what these events say, so that each decides by itself.
"""

__all__ = [
    "agencies",
    "agency_fields",
    "agency_grounds",
    "agency_keys",
    "break_glass",
    "case_restrictions",
    "columns",
    "declarations",
    "endings",
    "exclusions",
    "joined_cases",
    "permissions",
    "providers",
    "revocations",
    "sight",
    "staff",
    "staff_access",
    "subjects",
    "supervisions",
    "tokens",
    "views",
    "visitors",
]

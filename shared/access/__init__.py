"""Authentication and authorisation: tokens, permissions, and the relations of staff to a case.

    tokens              the caller according to a signed token
    providers           the caller according to a token of the operators' OpenID Connect provider
    permissions         action x role x relation, and the fields that a reader sees; pure functions
    declarations        fields, each declared once: kind, class, meaning, example
    columns             fields that are declared on the column that stores them
    visitors            the network of a visitor of the public site, as a keyed digest
    views               the declared fields that a reply shows, for each reader and for the person's copy
    subjects            cases (or outreach sessions): lock, version, and the caller's relation to them
    revocations         tokens that were revoked up to a moment
    endings             ended access: no token is valid until a second person has reviewed it
    agencies            the agencies of the register, by codes
    agency_keys         the text of an agency's API key, and its hash
    agency_fields       an agency in a request, and its code next to the id in a reply
    staff               the members of staff, by id, agency and roles
    agency_grounds      the grounds on which an agency can receive data of a person
    sight               what a reader sees, by their role and their agency's grounds
    exclusions          staff, agencies and others whom a person excluded from their case
    supervisions        which supervisor supervises which member of staff
    break_glass         emergency access to a case
    joined_cases        cases of the same person
    case_restrictions   restricted cases, which are kept but not worked on
    staff_access        all events of the owning service about these relations

Each service stores the data of these events, so that it can decide without asking another service.
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

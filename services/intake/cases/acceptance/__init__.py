"""The acceptance of an offered referral: a case opens for the person, or the referral joins their case."""

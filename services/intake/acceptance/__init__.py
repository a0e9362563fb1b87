"""An offered referral is accepted: a case opens for the person, or the referral joins the one that they have."""

"""Opening, reading, closing and reopening a case; its timeline and copy; accepting offered referrals.

If staff accept an offered referral, a case opens for the person, or the referral joins their case. One person closes a
case, or two if the case needs immediate action. This room uses nearly all other rooms.
"""

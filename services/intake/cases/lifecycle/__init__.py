"""Opening, reading and copying a case; corrections of its opening; the acceptance of offered referrals.

If staff accept an offered referral, a case opens for the person, or the referral joins their case. This room uses
nearly all other rooms.
"""

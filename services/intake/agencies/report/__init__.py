"""Reports from agencies' own systems about a case, and the referrals that they offer.

Reports: answers to referrals and withdrawals, and the progress of services. Offers contain codes only: staff read them,
ask questions, and decline them. `lifecycle` accepts them.
"""

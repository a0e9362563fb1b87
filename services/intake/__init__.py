"""Intake: contacts, detection, consent, the case and its team, the decision to enter, identification and its clocks.

It does not own advice, matters or limitation clocks (legal), nor needs, risk, plans or counselling (support). A case is
opened when a contact opens, and needs no name, no referral and no status to be helped.
"""

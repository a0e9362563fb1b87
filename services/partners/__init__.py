"""The agencies that take part: who they are, where and with what they help, and whether they take part just now.

Owns: the register of agencies, with their names and how they are reached for a referral, and the authorities of all
profiles among them; and the data-sharing agreements with them. Does not own: cases, of which it follows and keeps
nothing, nor what a person consented to and whom they exclude (intake), nor the members of staff of an agency (intake).
"""

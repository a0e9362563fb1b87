"""The agencies that take part: who they are, where and with what they help, and whether they take part just now.

Owns: the register of agencies, with their names and how they are reached for a referral, and the authorities of all
profiles among them; the data-sharing agreements with them, and the keys with which they ask; what each asked to hear,
its stream and its own names for everything in it, what was decided about each event, and what each reports. Does not
own: cases, of which it follows as much as it takes to decide that, nor what a person consented to and whom they exclude
(intake), nor the members of staff of an agency (intake).
"""

"""The register of agencies, their agreements and keys, and the delivery of events to them.

Owns: the register of agencies with their names and contact details, including the authorities of all profiles;
data-sharing agreements; API keys; each agency's subscription, stream and pseudonyms; the decision on each event; the
reports that agencies make. Does not own: cases, of which it stores only what those decisions need; consents and
exclusions (intake); the staff of agencies (intake).
"""

"""Webhooks: manage them and post to them.

keeping   register, change, rotate, resume, remove, show; attempts, tests and redelivery requests
source    the agencies' streams, as a lane reads them
lane      one endpoint: read, post, commit, repeat
loop      the leader that runs a lane for each endpoint with waiting events
"""

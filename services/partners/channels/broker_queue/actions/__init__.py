"""An agency's queue at the broker: open, rename, close, fill and empty it, and authenticate its readers.

opening      actions of people (open, rename, close, register a key) and of a withdrawal (empty)
messages     an event as a message, encrypted to the agency's key if it has one
filling      one agency's turn: delete what must go, then publish the next events
ending       endings without an action: by date, or because a key was revoked
streams      the streams that fill the queues
lane         the single process that fills all queues
signing_in   the broker's questions about each client that connects
"""

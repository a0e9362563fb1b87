"""Streams: each event gets the next position of every agency that can receive it, and is decided again on reading.

A reader decides under a shared lock of the stream, in a short transaction. An ending takes the exclusive lock and
raises the agency's generation. Nothing is sent under the lock: senders check the generation before each event.
"""

"""The erasure of a person, from the request to the last holder's answer, and how long closed cases are kept.

Legal holds delay an erasure. Closed cases are reviewed when their time is over.
"""

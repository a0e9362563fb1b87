"""Handle the person's access requests and annotations, demands of third parties, and moved records.

No function commits.
"""

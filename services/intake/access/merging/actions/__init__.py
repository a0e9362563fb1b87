"""Links, merges and likely duplicates, each shown only to a caller who may see both cases.

A reader who may not see both never learns which case the other one is, nor whose. The person's periods, alerts,
exclusions and restrictions reveal that there is one. Hidden cases are neither listed nor counted. The events that name
two cases (`case.merged`, `case.unmerged`) stay inside the installation.
"""

"""What legal follows of intake's cases."""

from shared.casework.following import follow_cases

FOLLOWED = follow_cases("intake")
READS = FOLLOWED.reads

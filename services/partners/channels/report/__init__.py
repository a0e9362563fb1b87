"""Reports that agencies make: referrals, answers, and the progress of their services."""

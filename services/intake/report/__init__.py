"""What agencies report of a case by themselves: answers to referrals and withdrawals, and how far their help is."""

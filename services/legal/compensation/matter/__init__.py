"""Compensation: work towards a remedy, from its opening to the payment."""

"""What is due in a case, whoever keeps it: periods, answers, reviews, needs and alerts, in one form."""

"""What workers of support have to see to, by a day: it stands on the case's list, whoever keeps it."""

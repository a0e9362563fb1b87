"""Risks to the person: assessments, alerts, absences, and what follows when support ends."""

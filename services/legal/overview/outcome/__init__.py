"""Outcome statistics: how many people had advice, a decision, an award and a payment, and after how long."""

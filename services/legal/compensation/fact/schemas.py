"""The commands and views of facts at legal, the same as in every service."""

from shared.casework.fact_schemas import CorrectFact, Fact, FactList, NotedFact, RecordFact

__all__ = ["CorrectFact", "Fact", "FactList", "NotedFact", "RecordFact"]

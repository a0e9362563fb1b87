"""Facts as they are recorded, put right and shown at legal: as in every service."""

from shared.casework.fact_schemas import CorrectFact, Fact, FactList, NotedFact, RecordFact

__all__ = ["CorrectFact", "Fact", "FactList", "NotedFact", "RecordFact"]

"""The workload of each worker: only counts, without cases and without a ranking."""

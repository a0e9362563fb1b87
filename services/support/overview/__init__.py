"""Reads across topics: the support file of a case, and the workload of workers."""

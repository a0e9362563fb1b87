"""Practical help: asked for, tried, given or not and why; with a queue of its own, the longest wait first."""

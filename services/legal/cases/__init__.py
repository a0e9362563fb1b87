"""The case, its deadlines, its identification, and the advice that the person had."""

"""The clock, the queue, the jobs, the worker and the supervisor."""

"""WAKES: the worker process, who calls pump(). Work is rows; nothing here knows what they mean."""

"""The engine: what several rooms drive. Takes actor and time as arguments, flushes, never commits."""

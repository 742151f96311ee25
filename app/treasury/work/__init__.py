"""Background work: a treasurer or an operator looks after what the worker could not do by itself."""

"""The desk of the caseworkers: they read claims and evidence, ask for more, recommend, and decide as second persons."""

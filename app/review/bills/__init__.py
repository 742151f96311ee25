"""A caseworker at the bills of claims paid in parts: one recommends, another decides."""

"""How long claims take and what becomes of them, for everybody: the same figures the desk reads."""

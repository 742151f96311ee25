"""The front gate: whoever wants an account, or has one, signs up, signs in, signs out and looks after it here."""

"""Whoever wants to know what was done to their account, and who looked at what is theirs, reads it here."""

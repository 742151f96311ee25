"""The closing of a plan, for everybody: why, when, what is held and owed, and in the end where every fen went."""

"""The treasury: a treasurer brings each period from its lock to its payments, and sees what is held and owed."""

"""Background work: a tick that does whatever is due. Calls the same services as the rooms."""

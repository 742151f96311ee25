"""Whoever follows a link from a mail stands here: to confirm an address, or to set a new password."""

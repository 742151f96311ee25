"""When and how a member wants to be reminded of a low balance."""

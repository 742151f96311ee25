"""New rules for one membership: what changes for all, what only by agreement, and agreeing."""

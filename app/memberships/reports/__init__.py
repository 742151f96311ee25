"""A relative reports that somebody has died, or cannot look after an account any more."""

"""Before a claim: may I apply, until when, what it may come to, and what to bring."""

"""The desk of credits: a settlement that charged too much, proposed by one treasurer and confirmed by another."""

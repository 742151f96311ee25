"""A claimant whose payout came back: naming the account anew."""

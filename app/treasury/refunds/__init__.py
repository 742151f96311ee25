"""Money that goes back, at the treasurer's desk: balances of ended memberships, and payments without a place."""

"""Relatives at the desk: another account for a payout is confirmed, and a confirmation of kinship is taken back."""

"""A claimant whose claim is paid in parts: bringing the bills, and seeing what they come to."""

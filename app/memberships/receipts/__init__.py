"""What an account has paid: every payment with its state, and a receipt for each that has arrived."""

"""The desk of payments in: what was asked for, what arrived, what failed, and what a bank took back."""

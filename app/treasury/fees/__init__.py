"""The desk of the fee: what settlements owe the operator, proposed by one treasurer and let go by another."""

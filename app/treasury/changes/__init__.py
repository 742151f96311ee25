"""The desk of periods that do not go as planned: a treasurer postpones or cancels one, or says why it was late."""

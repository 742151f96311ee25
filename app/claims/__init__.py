"""The claims room: whoever owns a membership applies here, brings evidence and follows the answer."""

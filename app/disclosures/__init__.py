"""Where anybody sees every period and every case: what was needed, who shared it, and how the sum was made."""

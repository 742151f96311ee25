"""Who suits which plan: said early and in words, before anybody is chosen and before anything is paid."""

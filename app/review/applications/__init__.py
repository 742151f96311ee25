"""Applications that a caseworker looks at before they begin: some picked by chance, some of known members."""

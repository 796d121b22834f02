"""How GitHub's API is reached: access, client, queries and the kinds of response."""

"""The shortlist: who is on it, in which order, and why.

`shortlist` builds it and `rows` defines its rows and columns; `opening_ranking` orders it for an
opening, `opening_match` compares works with an opening, `locations` compares places,
`opening_advice` comments on an opening's text, `decisions` reads what a contribution decided.
"""

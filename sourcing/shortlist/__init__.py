"""The shortlist: its people, their order and the reasons.

`shortlist` builds it and `rows` defines its rows and columns; `opening_ranking` orders it for an
opening, `opening_match` compares works with an opening, `locations` compares places,
`opening_advice` comments on an opening's text, `decisions` extracts the decision of a contribution.
"""

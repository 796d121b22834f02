"""Messages to people, from the cited work to the outcome.

`citation` chooses the work, `answers` measures which problem it answers, `quotes` picks its
sentences, `thought` and `compose` write the text, `propose` stores it. `message` and `style_rules`
parse a text, `checks` judge it, `review` examines stored drafts, `workflow` performs a human's
actions. `csv_export` and `csv_import` write and read files. This package sends nothing.
"""

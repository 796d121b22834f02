"""Messages to people found, from what one cites to what came of it.

`citing` chooses the work, `quoting` which of its words may stand in a message, `wording` puts them
into a template. `letter` takes a text apart, `manners` knows its form, `checks` say what is wrong
with it. `outreach` proposes drafts and looks at them again, `drafting` is what a human does with
one; `routes` and `names` are the person's own, `relook` asks the cited link once more. `export`
writes files, `verdicts` brings a reviewed one back. Nothing here sends anything.
"""

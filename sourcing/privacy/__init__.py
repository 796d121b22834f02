"""Who is left alone, and what is let go.

`privacy` is asked before anybody is shown or written to; `optout` hears a "no recruiters", `roster`
reads who is known already, `erasure` forgets for good and `retention` in time, `access` hands a
person all that is held.
"""

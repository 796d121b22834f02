"""Privacy rules: who may be contacted, and how long data is kept.

`contact_policy` decides before a person is shown or drafted; `opt_out` recognises "no recruiters";
`exclusion_import` reads lists of known people; `erasure` deletes a person; `retention` deletes old
data every night.
"""

"""What one hires for, and who fits it.

`ranking` is the shortlist of an opening, `match` what in people's work meets it, `places` whether
somebody is where it wants them, `advice` what can be said of it before anybody is ranked.
"""

"""The recruiter's pages: a server on loopback that shows and changes what the commands do.

A layer like `cli`: it reads the clock and the request, lays out what the others return, and
catches their errors to say them in one line. It decides nothing, and sends nothing anywhere.

    guard    who may ask: this machine's browser, from these pages; what a page may load
    visit    one request with all it needs, and the kinds of answer
    render   answers as HTML or JSON
    app      which address is which page
    the other modules are one topic each
"""

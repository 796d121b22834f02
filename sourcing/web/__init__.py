"""The recruiter's pages: a web server that shows and changes the same data as the commands.

A layer like `cli`: it reads the clock and the request, formats the results of the services, and
shows their errors in one line. It contains no logic and sends nothing to other machines.

    app          maps addresses to pages
    pages        one module per page
    request      one request with its context, and the kinds of answers
    render       answers as HTML or JSON
    security     checks the host, origin and session of each request; headers of each answer
    sessions     users and their sign-in
    connections  limits of a connection
    crawl_job    the crawl that "Crawl now" starts
"""

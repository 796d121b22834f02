"""The pages: each module answers the requests of one page from the services of `sourcing`."""

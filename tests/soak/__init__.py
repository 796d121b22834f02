"""A quarter of nights in minutes: an invented world that goes on living, a clock that moves by
itself, faults and kills. `make soak` runs it; a few nights of it are in `make test`."""

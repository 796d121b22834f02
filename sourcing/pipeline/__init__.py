"""The nightly pipeline.

`nightly` sets the order of a night, `crawl` reads the sources, `evaluate` classifies and scores the
changes, `enrich` asks more about the people near the top, `lock` allows one crawl at a time.
`history` describes past nights, `doctor` checks the installation, `settings` combines config and
connectors, `source_suggestions` and `explain` help to choose and check sources.
"""

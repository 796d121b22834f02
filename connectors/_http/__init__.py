"""The one HTTP client: transport, robots.txt, proxies, retries, TDM reservations."""

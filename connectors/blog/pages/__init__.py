"""Facts and links of one HTML page. It fetches nothing and decides nothing about the site."""

"""What runs unattended.

`night` is the order of a whole night, `crawl` reads its sources, `assess` classifies and scores
what changed, `depth` asks more about those near the top, `lock` keeps a second one out. `runs`
tells the last nights, `doctor` what is wrong; `blogs` and `explain` speak of what else to read.
"""

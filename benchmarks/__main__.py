"""`python -m benchmarks`: every benchmark, as tables in Markdown."""

from benchmarks import blog_fill, git_crawl, github_crawl, pages, scoring, whole

print("## A git crawl, end to end\n")
git_crawl.main()
print("\n## GitHub\n")
github_crawl.main()
print("\n## A blog\n")
blog_fill.main()
print("\n## Growth\n")
scoring.main()
print()
whole.main()
print("\n## The pages\n")
pages.main(5_000)

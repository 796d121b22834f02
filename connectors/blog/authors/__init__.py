"""Attribution of posts: who wrote a page, read from its author fields and bylines."""

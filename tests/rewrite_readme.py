"""`make readme`: the README's session, as the commands say it today."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

#: The demo's files, in the folder it is run in.
IN_DEMO = ("--config", "demo-out/sources.toml", "--db", "demo-out/sourcing.db")
README = Path(__file__).parents[1] / "README.md"


def main() -> None:
    """Run the demo in a folder of its own and put what it says into the README."""
    text = README.read_text()
    start = text.index("```console\n$ sourcing crawl") + len("```console\n")
    end = text.index("```", start)
    with tempfile.TemporaryDirectory() as folder:
        demo = run(folder, "demo")
        crawl = demo.split("$ sourcing crawl\n")[1].split("\n\n")[0]
        draft = demo.split("$ sourcing drafts show 1\n")[1].split("\n$ sourcing")[0]
        draft = re.sub(r"\n+\S+  proposed by .*", "", draft)
        wanted = "shortlist --opening serving --limit 3 --format md"
        best = run(folder, *IN_DEMO, *wanted.split())
    session = f"$ sourcing crawl\n{crawl}\n\n$ sourcing {wanted}\n{best}\n"
    session += f"$ sourcing drafts show 1\n{draft}"
    README.write_text(text[:start] + session.rstrip() + "\n" + text[end:])


def run(folder: str, *args: str) -> str:
    """What the command prints, on both channels."""
    command = [sys.executable, "-m", "sourcing", *args]
    env = os.environ | {"PYTHONPATH": str(README.parent), "COLUMNS": "200"}
    done = subprocess.run(
        command,
        cwd=folder,
        env=env,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout


if __name__ == "__main__":
    main()

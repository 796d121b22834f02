"""Who is a machine: known accounts, and the ways their names and addresses are made.

Tables to be read and added to. It errs towards humans: a surname like Talbot, Abbot or
Bot, or somebody whose first name is Claude, Devin or Jules, is no machine.
"""

import re

#: Accounts without "[bot]" in their login. Compared in lower case with logins and
#: by-lines. None of these may be somebody's name.
_ACCOUNTS = frozenset({
    # upkeep of dependencies and formatting
    "dependabot", "dependabot-preview", "renovate", "renovate-bot", "greenkeeper", "pyup-bot",
    "snyk-bot",
    "pre-commit-ci", "pre-commit-ci-lite", "autofix-ci", "whitesource-bolt", "imgbot",
    "restyled-io",
    # merging, releases, tests
    "github-actions", "github-action", "web-flow", "mergify", "bors", "homu", "codecov",
    "codecov-io", "coveralls",
    "semantic-release-bot", "release-please", "netlify", "vercel", "travis-ci", "circleci",
    "jenkins",
    "copybara-service", "copybara-github", "allcontributors", "all-contributors", "gitlab-bot",
    "weblate",
    "k8s-ci-robot", "k8s-merge-robot", "openshift-merge-robot", "openshift-ci-robot",
    "istio-testing",
    "pytorchmergebot", "pytorchbot", "facebook-github-bot", "tensorflower-gardener",
    "tensorflow-copybara",
    "huggingfacedocbuilder", "huggingfacedocbuilderdev", "transifex-integration", "dosubot",
    "readthedocs",
    # agents that write code
    "copilot", "copilot-swe-agent", "github-copilot", "devin-ai-integration", "google-labs-jules",
    "cursoragent", "cursor-agent", "openhands", "openhands-agent", "gemini-code-assist",
    "claude-code",
    "chatgpt-codex-connector", "openai-codex", "sweep-ai", "codegen-sh", "coderabbitai",
    "ellipsis-dev",
    "amazon-q-developer", "qwen-coder", "factory-droid", "roomote", "kilocode", "sourcery-ai",
})  # fmt: skip

#: Whole by-lines, in lower case.
_NAMES = frozenset({
    "github", "github action", "github actions", "github actions bot", "ci bot", "copilot",
    "github copilot", "copilot swe agent", "claude code", "cursor", "cursor agent", "codex",
    "openai codex", "devin ai", "openhands", "gemini code assist", "gemini cli",
    "google labs jules", "pre-commit ci", "pre-commit.ci", "renovate bot", "dependabot",
    "travis ci", "jenkins", "factory droid", "amazon q", "aider", "opencode",
})  # fmt: skip

#: Addresses nobody writes from by hand.
_MACHINES_AT = {
    "github.com": ("noreply", "action", "actions", "copilot"),
    "anthropic.com": ("noreply",),
    "openai.com": ("noreply", "codex"),
    "aider.chat": ("noreply", "aider"),
    "cursor.com": ("cursoragent", "agent"),
    "all-hands.dev": ("openhands",),
    "renovateapp.com": ("bot",),
    "dependabot.com": ("support",),
    "ampcode.com": ("amp",),
    "opencode.ai": ("noreply",),
    "sourcery.ai": ("noreply",),
    "warp.dev": ("agent",),
    "google.com": ("gemini-code-assist",),
}
_ADDRESSES = frozenset(
    f"{local}@{host}" for host, locals_ in _MACHINES_AT.items() for local in locals_
)

#: The models' own by-lines: "Claude Opus 4", "aider (model-name)", "GPT-5".
_AGENT_NAME = re.compile(
    r"claude[ -](?:code|opus|sonnet|haiku|fable|v?\d[\d.]*)\b.*|aider \(.*\)|gpt-?\d.*|"
    r"gemini[ -](?:\d.*|pro|flash).*",
    re.IGNORECASE,
)
#: A login or local part made for a machine: `x-bot`, `x_robot`, `bot`; not `talbot`, `jan.bot`.
_BOT_LOGIN = re.compile(r"(?:.*[-_+])?(?:ro)?bot", re.IGNORECASE)
_BOT_CAMEL = re.compile(r"\w*[a-z0-9]Bot")


def is_bot(name: str, login: str | None = None, address: str = "") -> bool:
    """True for a machine account. `address` is looked at and forgotten."""
    name, address = name.strip(), address.strip().lower()
    local = address.partition("@")[0]
    return (
        address in _ADDRESSES
        or name.lower() in _NAMES
        or _AGENT_NAME.fullmatch(name) is not None
        or _BOT_LOGIN.fullmatch(local) is not None
        or any(_is_account(handle) for handle in (login, local.partition("+")[2], name) if handle)
    )


def _is_account(handle: str) -> bool:
    return (
        handle.endswith("[bot]")
        or handle.lower() in _ACCOUNTS
        or _BOT_LOGIN.fullmatch(handle) is not None
        or _BOT_CAMEL.fullmatch(handle) is not None
    )

"""Recognises machine accounts: automation (merge bots, CI) and coding agents.

The tables are meant to be extended. Where a name is ambiguous they prefer a human: surnames such
as Talbot, Abbot or Bot and first names such as Claude, Devin or Jules are not machines. It does
not recognise placeholder names of people ("Your Name"); that is `connectors._placeholders`.
"""

import re
from functools import lru_cache

#: Accounts of automation without "[bot]" in the login, in lower case.
#: No entry may be the name of a person.
_AUTOMATION_ACCOUNTS = frozenset({
    # dependency updates and formatting
    "dependabot", "dependabot-preview", "renovate", "renovate-bot", "greenkeeper", "pyup-bot",
    "snyk-bot",
    "pre-commit-ci", "pre-commit-ci-lite", "autofix-ci", "whitesource-bolt", "imgbot",
    "restyled-io",
    # merging, releases, tests
    "github-actions", "github-action", "gitea-actions", "forgejo-actions", "web-flow", "mergify",
    "bors", "homu", "codecov", "codecov-io", "coveralls",
    "semantic-release", "semantic-release-bot", "release-please", "netlify", "vercel",
    "travis-ci", "circleci", "jenkins", "teamcity", "buildkite", "azure-pipelines", "appveyor",
    "copybara-service", "copybara-github", "allcontributors", "all-contributors", "gitlab-bot",
    "weblate",
    "k8s-ci-robot", "k8s-merge-robot", "openshift-merge-robot", "openshift-ci-robot",
    "istio-testing",
    "pytorchmergebot", "pytorchbot", "facebook-github-bot", "tensorflower-gardener",
    "tensorflow-copybara",
    "huggingfacedocbuilder", "huggingfacedocbuilderdev", "transifex-integration", "dosubot",
    "readthedocs",
})  # fmt: skip
#: Accounts of coding agents, in lower case.
_AGENT_ACCOUNTS = frozenset({
    "copilot", "copilot-swe-agent", "github-copilot", "devin-ai-integration", "google-labs-jules",
    "cursoragent", "cursor-agent", "openhands", "openhands-agent", "gemini-code-assist",
    "gemini-cli", "claude-code", "chatgpt-codex-connector", "openai-codex", "sweep-ai",
    "codegen-sh", "coderabbitai", "ellipsis-dev",
    "amazon-q-developer", "qwen-coder", "factory-droid", "roomote", "kilocode", "sourcery-ai",
})  # fmt: skip

#: Complete bylines of automation, in lower case.
_AUTOMATION_NAMES = frozenset({
    "github", "github action", "github actions", "github actions bot", "github enterprise",
    "gitea actions", "gitlab", "gitlab ci", "ci bot", "ci", "ci/cd", "build server", "buildbot",
    "pre-commit ci", "pre-commit.ci", "renovate bot", "dependabot", "travis ci", "circle ci",
    "jenkins", "jenkins ci", "apache jenkins", "jenkins build", "teamcity", "semantic release",
    "azure pipelines", "release bot", "copybara",
})  # fmt: skip
#: Complete bylines of coding agents, in lower case.
_AGENT_NAMES = frozenset({
    "copilot", "github copilot", "copilot swe agent", "claude code", "cursor", "cursor agent",
    "codex", "openai codex", "codex cli", "devin ai", "openhands", "gemini code assist",
    "gemini cli", "google labs jules", "factory droid", "amazon q", "amazon q developer",
    "aider", "opencode", "windsurf", "roo code", "kilo code", "qwen coder",
    "chatgpt", "sweep ai",
})  # fmt: skip

#: Host -> local parts from which only machines write.
_AUTOMATION_AT = {
    "github.com": ("noreply", "action", "actions"),
    "renovateapp.com": ("bot",),
    "dependabot.com": ("support",),
}
_AGENTS_AT = {
    "github.com": ("copilot",),
    "anthropic.com": ("noreply",),
    "openai.com": ("noreply", "codex"),
    "aider.chat": ("noreply", "aider"),
    "cursor.com": ("cursoragent", "agent"),
    "all-hands.dev": ("openhands",),
    "ampcode.com": ("amp",),
    "opencode.ai": ("noreply",),
    "sourcery.ai": ("noreply",),
    "warp.dev": ("agent",),
    "google.com": ("gemini-code-assist",),
    "jetbrains.com": ("junie",),
    "charm.land": ("crush",),
    "alibabacloud.com": ("qwen-coder",),
}


def _addresses(table: dict[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(f"{local}@{host}" for host, locals_ in table.items() for local in locals_)


_AUTOMATION_ADDRESSES = _addresses(_AUTOMATION_AT)
_AGENT_ADDRESSES = _addresses(_AGENTS_AT)

#: Bylines that name a model: "Claude Opus 4", "aider (model-name)", "GPT-5".
_MODEL_NAME = re.compile(
    r"claude[ -](?:code|opus|sonnet|haiku|fable|v?\d[\d.]*)\b.*|aider \(.*\)|gpt-?\d.*|"
    r"gemini[ -](?:\d.*|pro|flash).*",
    re.IGNORECASE,
)
#: A login or local part made for a machine: `x-bot`, `x_robot`, `bot`; not `talbot`, `jan.bot`.
_BOT_LOGIN = re.compile(r"(?:.*[-_+])?(?:ro)?bot", re.IGNORECASE)
_BOT_CAMEL = re.compile(r"\w*[a-z0-9]Bot")


@lru_cache(maxsize=4_096)
def is_bot(name: str, login: str | None = None, address: str = "") -> bool:
    """Return True for a machine account of either sort.

    The address is compared. It stays in the memory of this process."""
    name, address = name.strip(), address.strip().lower()
    local = address.partition("@")[0]
    return (
        address in _AUTOMATION_ADDRESSES
        or name.lower() in _AUTOMATION_NAMES
        or _BOT_LOGIN.fullmatch(local) is not None
        or any(map(_is_automation, _handles(name, login, local)))
        or is_agent(name, login, address)
    )


@lru_cache(maxsize=4_096)
def is_agent(name: str, login: str | None = None, address: str = "") -> bool:
    """Return True for a coding agent: an account, a model's name or an agent's address."""
    name, address = name.strip(), address.strip().lower()
    handles = _handles(name, login, address.partition("@")[0])
    return (
        address in _AGENT_ADDRESSES
        or name.lower() in _AGENT_NAMES
        or _MODEL_NAME.fullmatch(name) is not None
        or any(handle.lower().removesuffix("[bot]") in _AGENT_ACCOUNTS for handle in handles)
    )


def _handles(name: str, login: str | None, local: str) -> list[str]:
    """The spellings that may be an account: the login, `ID+login` of an address, the name."""
    return [handle for handle in (login, local.partition("+")[2], name) if handle]


def _is_automation(handle: str) -> bool:
    return (
        handle.endswith("[bot]")
        or handle.lower() in _AUTOMATION_ACCOUNTS
        or _BOT_LOGIN.fullmatch(handle) is not None
        or _BOT_CAMEL.fullmatch(handle) is not None
    )

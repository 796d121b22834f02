"""Commands that propose, approve and export drafts."""

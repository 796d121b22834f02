"""Commands that read sources and keep the installation healthy."""

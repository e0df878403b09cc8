"""The audit: a fresh process that can only read the build, and the verdict it leaves."""

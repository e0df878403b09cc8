"""Publishes a built run: lock, export, manifest, history, link swap, versions, retention."""

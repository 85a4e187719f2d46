"""Sphinx extensions: what a page gets while it is made."""

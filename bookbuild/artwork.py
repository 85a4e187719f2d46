"""Draws the logo and the favicon from the package: `make artwork`."""

"""The book's Sphinx extensions, one a file, each named for its effect."""

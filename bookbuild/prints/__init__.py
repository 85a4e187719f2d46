"""The book in one file: on paper, and for readers of electronic books. Made from the pages of the site."""

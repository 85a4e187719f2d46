"""From Sphinx's pages to the site that readers get."""

"""What turns book/ into a site that can be trusted: the build, its cache, and what it says when a cell fails."""

"""Reports as HTML pages: one file each, or a site of them."""

"""Articles and pages in: files, web pages and their furniture become stories."""

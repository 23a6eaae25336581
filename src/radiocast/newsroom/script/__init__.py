"""The script: what is said, as text, before any of it is sound."""

"""The desk: the editor's rules and decisions, duplicates, corrections, and what has aired."""

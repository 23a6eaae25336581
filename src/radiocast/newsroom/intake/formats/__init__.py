"""One module a format: text in, a `Draft` out. Each says how its headline is found. All pure."""

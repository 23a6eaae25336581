"""After the air: what was heard becomes episodes, pages and audio in `var/published/`.

Owns: which of a bulletin was heard, cutting withdrawn stories out of it, its MP3 and chapters, related
stories, and for how long all of it is kept. The work is done in a short-lived process (`child`), which the
studio's `Publisher` starts.
Must not know: pages and feeds; the web reads the files.
"""

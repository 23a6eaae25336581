"""The values that walk through the house: units, stories, items, blocks, reports, errors.

Owns: frozen, slotted data with no behaviour beyond arithmetic on itself, and what both ends of the link
must agree on about an MP3 frame.
Must not know: files, sockets, clocks, processes or any library but the standard one.
Every other package imports from here; this one imports nothing of ours.
"""

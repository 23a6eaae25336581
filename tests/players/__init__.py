"""Real players and a real Icecast against a real station: `make test-players`.

Each program plays or records `/live.mp3` at the same time. What it reports is compared with what the
station itself said was on the air, and the sound it decoded with the sound the station was given.
"""

"""How a media file is named to ffmpeg, so that its name and content can ask for nothing else."""

from pathlib import Path


def file_input(path: Path, *, start_s: float = 0.0) -> tuple[str, ...]:
    """Arguments that open one local file, from `start_s` on, whatever its name looks like.

    The `file:` prefix keeps a name with a colon or a leading dash from being read as a protocol or an
    option; the whitelist keeps a playlist in a file's clothes (an HLS list named .mp3) from fetching
    addresses. A start inside the file is sample-accurate when the sound is decoded, not copied.
    """
    seek = ("-ss", f"{start_s:.6f}") if start_s > 0 else ()
    return ("-protocol_whitelist", "file", *seek, "-i", f"file:{path}")

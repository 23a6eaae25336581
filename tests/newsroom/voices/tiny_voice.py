"""A piper voice of a few KB: a real ONNX model, written byte by byte, that hums a tone for each phoneme.

Its inputs and outputs are those of the voices that piper loads. Each phoneme id is a tone of its own
(100 Hz and 80 Hz more for each id; the pads between them are silent) and lasts 40 ms times the length scale.
The protobuf fields are those of onnx.proto3, opset 13.
"""

import json
import struct
from pathlib import Path

RATE = 16_000
_FLOAT, _INT64 = 1, 7
_PER_ID = 0.04 * RATE
# Signs that espeak-ng gives for English and French, and punctuation.
SIGNS = " !'(),-.:;?abcdefhijklmnopqrstuvwxyzæçðøħŋœɐɑɒɔəɚɛɜɡɣɪɬɹɾʁʃʊʌʒʔʲˈˌː̃βθχᵻɲɥ"


def hz(phoneme: str) -> float:
    """The tone of a phoneme."""
    return 100.0 + 80.0 * (SIGNS.index(phoneme) + 3)


def write_tiny_voice(
    folder: Path, name: str = "tiny", *, espeak_voice: str = "en-gb-x-rp", speakers: tuple[str, ...] = ()
) -> Path:
    """The voice file, its description beside it. Each speaker is 40 Hz above the one before."""
    path = folder / f"{name}.onnx"
    path.write_bytes(model(several=bool(speakers)))
    ids = {"_": [0], "^": [1], "$": [2]} | {sign: [number] for number, sign in enumerate(SIGNS, 3)}
    description = {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": espeak_voice},
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "num_symbols": len(ids),
        "num_speakers": max(1, len(speakers)),
        "speaker_id_map": {speaker: index for index, speaker in enumerate(speakers)},
        "phoneme_id_map": ids,
    }
    Path(f"{path}.json").write_text(json.dumps(description), "utf-8")
    return path


def model(*, several: bool = False) -> bytes:
    """ModelProto: ids -> tones; with `several` speakers it has the input `sid` too."""
    nodes = (
        node("Cast", ["input"], "ids", to=_FLOAT),
        node("Unsqueeze", ["ids", "last"], "column"),
        node("Mul", ["column", "hz_per_id"], "steps"),
        node("Add", ["steps", "hz_of_0"], "hz"),
        *(
            (
                node("Cast", ["sid"], "speaker", to=_FLOAT),
                node("Mul", ["speaker", "hz_per_speaker"], "above"),
                node("Add", ["hz", "above"], "voiced"),
            )
            if several
            else (node("Identity", ["hz"], "voiced"),)
        ),
        node("Mul", ["voiced", "radians"], "turns"),
        node("Gather", ["scales", "one"], "length_scale"),
        node("Mul", ["length_scale", "per_id"], "per_phoneme"),
        node("Cast", ["per_phoneme"], "samples", to=_INT64),
        node("Range", ["zero", "samples", "one"], "counted"),
        node("Cast", ["counted"], "times", to=_FLOAT),
        node("Mul", ["turns", "times"], "phases"),
        node("Sin", ["phases"], "tones"),
        node("Clip", ["column", "silent", "loud"], "gates"),
        node("Mul", ["tones", "gates"], "gated"),
        node("Reshape", ["gated", "flat"], "output"),
    )
    constants = (
        tensor("last", _INT64, [1], [2]),
        tensor("hz_per_id", _FLOAT, [], [80.0]),
        tensor("hz_per_speaker", _FLOAT, [], [40.0]),
        tensor("hz_of_0", _FLOAT, [], [100.0]),
        tensor("radians", _FLOAT, [], [2 * 3.141592653589793 / RATE]),
        tensor("one", _INT64, [], [1]),
        tensor("zero", _INT64, [], [0]),
        tensor("per_id", _FLOAT, [], [_PER_ID]),
        tensor("silent", _FLOAT, [], [0.0]),
        tensor("loud", _FLOAT, [], [0.5]),
        tensor("flat", _INT64, [4], [1, 1, 1, -1]),
    )
    inputs = (
        value("input", _INT64, [1, "phonemes"]),
        value("input_lengths", _INT64, [1]),
        value("scales", _FLOAT, [3]),
        *((value("sid", _INT64, [1]),) if several else ()),
    )
    graph = b"".join(
        (
            *(field(1, each) for each in nodes),
            field(2, b"tiny"),
            *(field(5, each) for each in constants),
            *(field(11, each) for each in inputs),
            field(12, value("output", _FLOAT, [1, 1, 1, "samples"])),
        )
    )
    return number(1, 8) + field(7, graph) + field(8, number(2, 13))


def node(op: str, inputs: list[str], output: str, *, to: int = 0) -> bytes:
    """NodeProto; `to` is the one attribute that is needed, that of Cast."""
    attribute = field(1, b"to") + number(3, to) + number(20, 2)
    return (
        b"".join(field(1, name.encode()) for name in inputs)
        + field(2, output.encode())
        + field(4, op.encode())
        + (field(5, attribute) if to else b"")
    )


def tensor(name: str, kind: int, dims: list[int], values: list[float]) -> bytes:
    """TensorProto."""
    raw = struct.pack("<" + ("f" if kind == _FLOAT else "q") * len(values), *values)
    return (
        b"".join(number(1, dim) for dim in dims) + number(2, kind) + field(8, name.encode()) + field(9, raw)
    )


def value(name: str, kind: int, dims: list[int | str]) -> bytes:
    """ValueInfoProto: a name, a type, a shape."""
    shape = b"".join(
        field(1, number(1, dim) if isinstance(dim, int) else field(2, dim.encode())) for dim in dims
    )
    return field(1, name.encode()) + field(2, field(1, number(1, kind) + field(2, shape)))


def number(tag: int, count: int) -> bytes:
    return varint(tag << 3) + varint(count)


def field(tag: int, data: bytes) -> bytes:
    return varint(tag << 3 | 2) + varint(len(data)) + data


def varint(count: int) -> bytes:
    out = bytearray()
    while count > 127:
        out.append(count & 127 | 128)
        count >>= 7
    return bytes([*out, count])

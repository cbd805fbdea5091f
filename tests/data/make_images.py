#!/usr/bin/env python3
"""Makes the images of this folder, and expected.txt: what Pillow decodes them to.

Usage: python3 tests/data/make_images.py (needs Pillow; the files in the repository were made with Pillow 9.4 and
libjpeg-turbo 2.1.5). Each line of expected.txt: file, size to resize to or 0, channels asked for, height, width, CRC-32
of the pixels.
"""
import pathlib
import struct
import zlib

from PIL import Image

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 13, 9


def pixel(x, y):
    """Colours with gradients and edges; a JPEG keeps most of them."""
    return (x * 255 // (WIDTH - 1), y * 255 // (HEIGHT - 1), 220 if x + y < 11 else 40)


def alpha(x, y):
    return (x * 37 + y * 11) % 256


def image(mode, at):
    made = Image.new(mode, (WIDTH, HEIGHT))
    made.putdata([at(x, y) for y in range(HEIGHT) for x in range(WIDTH)])
    return made


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, bits, colour, rows, interlaced=0, extra=b""):
    """What Pillow does not write: 16-bit colour, interlacing, and a gamma."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, colour, 0, 0, interlaced))
    data = b"".join(b"\0" + row for row in rows)
    data = chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + header + extra + data)


def adam7():
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    for left, top, across, down in passes:
        for y in range(top, HEIGHT, down):
            row = b"".join(bytes(pixel(x, y)) for x in range(left, WIDTH, across))
            if row:
                yield row


def sixteen(x, y, channel):
    return (x * 4099 + y * 977 + channel * 12345) % 65536


def make():
    rgb = image("RGB", pixel)
    rgba = image("RGBA", lambda x, y: pixel(x, y) + (alpha(x, y),))
    save = {"optimize": True}
    rgb.convert("L").save(HERE / "grey.png", **save)
    rgb.convert("1").save(HERE / "bilevel.png", **save)
    image("LA", lambda x, y: (pixel(x, y)[0], alpha(x, y))).save(HERE / "grey_alpha.png", **save)
    rgb.save(HERE / "rgb.png", **save)
    rgba.save(HERE / "rgba.png", **save)
    rgb.quantize(12).save(HERE / "palette.png", **save)
    rgb.quantize(12).save(HERE / "palette_alpha.png", transparency=bytes(range(0, 240, 20)), **save)
    rgb.save(HERE / "key.png", transparency=pixel(3, 2), **save)
    plain = [b"".join(bytes(pixel(x, y)) for x in range(WIDTH)) for y in range(HEIGHT)]
    png("gamma.png", 8, 2, plain, extra=chunk(b"gAMA", struct.pack(">I", 100000)))
    png("interlaced.png", 8, 2, adam7(), interlaced=1)
    for name, colour, channels in (("grey16.png", 0, 1), ("rgb16.png", 2, 3)):
        rows = [[sixteen(x, y, c) for x in range(WIDTH) for c in range(channels)] for y in range(HEIGHT)]
        png(name, 16, colour, [struct.pack(f">{len(row)}H", *row) for row in rows])
    rgb.save(HERE / "baseline.jpg", quality=90)
    rgb.save(HERE / "progressive.jpg", quality=90, progressive=True)
    rgb.convert("L").save(HERE / "grey.jpg", quality=90)
    rgb.convert("CMYK").save(HERE / "cmyk.jpg", quality=90)


def decoded(name):
    """Grey or RGB, what is transparent over black."""
    if "16" in name:  # Pillow has no 16-bit colour: the nearest of 256 levels
        if name.startswith("grey"):
            return image("L", lambda x, y: round(sixteen(x, y, 0) / 257))
        return image("RGB", lambda x, y: tuple(round(sixteen(x, y, c) / 257) for c in range(3)))
    read = Image.open(HERE / name)
    if read.mode in ("1", "L"):
        return read.convert("L")
    if read.mode == "LA":
        return Image.composite(read.convert("L"), Image.new("L", read.size), read.getchannel("A"))
    rgba = read.convert("RGBA")
    return Image.composite(rgba.convert("RGB"), Image.new("RGB", read.size), rgba.getchannel("A"))


def expect():
    lines = []
    for path in sorted(p for p in HERE.iterdir() if p.suffix in (".png", ".jpg") and p.stem != "cmyk"):
        for size in (0, 5, 16):
            for channels, mode in ((1, "L"), (3, "RGB")):
                read = decoded(path.name).convert(mode)
                if size:
                    side = min(read.size)
                    left, top = (read.width - side) // 2, (read.height - side) // 2
                    read = read.crop((left, top, left + side, top + side)).resize((size, size), Image.BILINEAR)
                lines.append(f"{path.name} {size} {channels} {read.height} {read.width} {zlib.crc32(read.tobytes())}\n")
    (HERE / "expected.txt").write_text("".join(lines))


if __name__ == "__main__":
    make()
    expect()

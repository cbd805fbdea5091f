#!/usr/bin/python3
"""PyTorch's answers for augmentations with given draws: augment.safetensors, with the keys and layouts of
layers.safetensors.

Run (Debian 12, PyTorch 1.13.1), with make_references.py and make_ops.py beside it:

    /usr/bin/python3 tests/reference/make_augment.py [OUTPUT_DIRECTORY]

DiffAugment's draws are `brightness`, `saturation`, `contrast` (N) and `place` (N, 6): moved down and to the right, and
the first and last rows and columns of the cutout. ADA's are `maps` (N, 3, 3) from the result to the image, in pixels
about its centre, and `colours` (N, 4, 4). Each image is computed step by step, by the definitions.
"""
import math
import os
import sys

import torch
import torch.nn.functional as F
from make_ops import bilinear
from make_references import F64, Layers, save

SYM6 = [0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633, 0.4910559419267466,
        0.787641141030194, 0.3379294217276218, -0.07263752278646252, -0.021060292512300564, 0.04472490177066578,
        0.0017677118642428036, -0.007800708325034148]


# ---- DiffAugment -----------------------------------------------------------------------------------------------------
def coloured(x, brightness, saturation, contrast):
    x = x + brightness
    grey = x.mean(0, keepdim=True)
    x = (x - grey) * saturation + grey
    return (x - x.mean()) * contrast + x.mean()


def placed(x, place):
    down, right, top, left, bottom, end = (int(v) for v in place)
    rows, columns = x.shape[1:]
    around = F.pad(x, (columns, columns, rows, rows))
    x = around[:, rows - down:2 * rows - down, columns - right:2 * columns - right]
    keep = torch.ones(rows, columns, dtype=F64)
    keep[max(0, top):max(0, bottom), max(0, left):max(0, end)] = 0
    return x * keep


def diff_augment(m):
    for name, channels in (("diff_augment", 3), ("diff_augment_grey", 1)):
        x = m.randn(4, channels, 7, 6)
        colours = {"brightness": m.randn(4, scale=0.3), "saturation": m.randn(4).exp(), "contrast": m.randn(4).exp()}
        place = torch.tensor([[1, -1, 2, 1, 6, 4], [0, 0, -2, 3, 2, 6], [-1, 1, 5, -1, 9, 2], [0, -1, 0, 0, 0, 0]])

        def fn(x):
            images = [coloured(image, *(d[i] for d in colours.values())) for i, image in enumerate(x)]
            return torch.stack([placed(image, place[i]) for i, image in enumerate(images)])

        m.case(name, fn, x, place=place.to(F64), **colours)


# ---- ADA -------------------------------------------------------------------------------------------------------------
def matrix(*rows):
    return torch.tensor(rows, dtype=F64)


def moved(x, y):
    return matrix([1, 0, x], [0, 1, y], [0, 0, 1])


def scaled(x, y):
    return matrix([x, 0, 0], [0, y, 0], [0, 0, 1])


def turned(angle):
    return matrix([math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1])


def filtered(x, taps, flip, gain):
    """Each plane with `taps` along both axes, without padding: a correlation, or with flip a convolution."""
    taps = torch.tensor(taps[::-1] if flip else taps, dtype=F64)
    taps = taps / taps.sum() * gain
    planes = x.reshape(-1, 1, *x.shape[2:])
    planes = F.conv2d(F.conv2d(planes, taps.reshape(1, 1, -1, 1)), taps.reshape(1, 1, 1, -1))
    return planes.reshape(*x.shape[:2], *planes.shape[2:])


def geometry(x, maps):
    """Reflect, upsample, sample, downsample (Karras et al. 2020, appendix B), as their program does."""
    n, c, h, w = x.shape
    border = len(SYM6) // 4
    corners = torch.tensor([[sx * (w - 1) / 2, sy * (h - 1) / 2, 1] for sx in (-1, 1) for sy in (-1, 1)], dtype=F64)
    reached = (maps @ corners.T)[:, :2].permute(1, 0, 2).flatten(1)
    half = torch.tensor([(w - 1) / 2, (h - 1) / 2], dtype=F64)
    most = torch.tensor([w - 1, h - 1], dtype=F64)
    before, after = ((side.max(1).values + 2 * border - half).clamp(min=0).minimum(most).ceil().long().tolist()
                     for side in (-reached, reached))
    x = F.pad(x, (before[0], after[0], before[1], after[1]), mode="reflect")
    maps = moved((before[0] - after[0]) / 2, (before[1] - after[1]) / 2) @ maps

    rows, columns = x.shape[2:]
    double = torch.stack([x, torch.zeros_like(x)], -1).reshape(n, c, rows, 2 * columns)
    double = torch.stack([double, torch.zeros_like(double)], 3).reshape(n, c, 2 * rows, 2 * columns)
    x = filtered(F.pad(double, (6, 5, 6, 5)), SYM6, True, 2)
    assert x.shape[2:] == (2 * rows, 2 * columns)
    maps = moved(-0.5, -0.5) @ scaled(2, 2) @ maps @ scaled(0.5, 0.5) @ moved(0.5, 0.5)

    out = (2 * (h + 2 * border), 2 * (w + 2 * border))
    maps = scaled(1 / columns, 1 / rows) @ maps @ scaled(out[1] / 2, out[0] / 2)
    grid = F.affine_grid(maps[:, :2], (n, c, *out), align_corners=False)
    x = bilinear(x, grid.permute(0, 3, 1, 2), "zeros")
    return filtered(x[:, :, 1:-1, 1:-1], SYM6, False, 1)[:, :, ::2, ::2]


def ada_maps():
    return torch.stack([
        moved(0.4, -1.3) @ turned(0.7) @ scaled(1.2, 0.8),
        scaled(-1, 1) @ moved(1, -2),
        scaled(1.9, 1.7) @ turned(-2.2) @ moved(-0.3, 0.2),  # a part of the result lies beyond all mirrored images
        torch.eye(3, dtype=F64),
    ])


def ada_colours():
    v = torch.tensor([1, 1, 1, 0], dtype=F64) / math.sqrt(3)
    luma, eye = torch.outer(v, v), torch.eye(4, dtype=F64)
    c, s = math.cos(0.8), math.sin(0.8)
    hue = torch.eye(4, dtype=F64)
    cross = matrix([0, -1, 1], [1, 0, -1], [-1, 1, 0]) / math.sqrt(3)
    hue[:3, :3] = c * torch.eye(3, dtype=F64) + (1 - c) * luma[:3, :3] + s * cross
    brightness = torch.eye(4, dtype=F64)
    brightness[:3, 3] = 0.3
    contrast = torch.diag(torch.tensor([1.4, 1.4, 1.4, 1], dtype=F64))
    saturation = luma + (eye - luma) * 0.6
    return torch.stack([hue @ brightness, saturation @ hue @ contrast @ brightness, (eye - 2 * luma) @ brightness, eye])


def colour(x, maps):
    if x.shape[1] == 1:
        rows = maps[:, :3].mean(1)
        return x * rows[:, :3].sum(1)[:, None, None, None] + rows[:, 3][:, None, None, None]
    return torch.einsum("nij,njhw->nihw", maps[:, :3, :3], x) + maps[:, :3, 3][:, :, None, None]


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    m = Layers()
    diff_augment(m)
    maps, colours = ada_maps(), ada_colours()
    m.case("ada_geometry", lambda x: geometry(x, maps), m.randn(4, 1, 8, 9), maps=maps)
    m.case("ada_geometry_rgb", lambda x: geometry(x, maps[:2]), m.randn(2, 3, 5, 4), maps=maps[:2])
    m.case("ada_colour", lambda x: colour(x, colours), m.randn(4, 3, 3, 4), colours=colours)
    m.case("ada_colour_grey", lambda x: colour(x, colours), m.randn(4, 1, 3, 4), colours=colours)
    save(os.path.join(folder, "augment.safetensors"), m.out)


if __name__ == "__main__":
    main()

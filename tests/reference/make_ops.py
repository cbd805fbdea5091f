#!/usr/bin/python3
"""PyTorch's answers for functions without a layer: ops.safetensors, with the keys and layouts of layers.safetensors.

Run (Debian 12, PyTorch 1.13.1), with make_references.py beside it:

    /usr/bin/python3 tests/reference/make_ops.py [OUTPUT_DIRECTORY]

The grid of grid_sample and the result of affine_grid are stored as (N, 2, P, Q), like an image of two channels.
"""
import os
import sys

import torch
import torch.nn.functional as F
from make_references import F64, Layers, option, save


def bilinear(x, grid, padding):
    """F.grid_sample with align_corners=False, of operations that PyTorch differentiates twice."""
    def axis(at, extent):
        at = ((at + 1) * extent - 1) / 2
        if padding == "reflection":
            at = (at + 0.5) - 2 * extent * ((at + 0.5) / (2 * extent)).detach().floor()
            at = extent - (extent - at).abs() - 0.5
        if padding != "zeros":
            at = at.clamp(0, extent - 1)
        low = at.detach().floor()
        for pixel, weight in ((low, 1 - (at - low)), (low + 1, at - low)):
            inside = (pixel >= 0) & (pixel <= extent - 1)
            yield pixel.clamp(0, extent - 1).long(), weight * inside

    image = torch.arange(len(x))[:, None, None]
    total = 0
    for row, below in axis(grid[:, 1], x.shape[2]):
        for column, right in axis(grid[:, 0], x.shape[3]):
            total = total + x[image, :, row, column] * (below * right)[..., None]
    return total.permute(0, 3, 1, 2)


def grid_samples(m):
    for padding in ("zeros", "border", "reflection"):
        x, grid = m.randn(2, 3, 5, 7), 1.4 * torch.rand(2, 2, 4, 6, dtype=F64, generator=m.rng) - 0.7
        grid = grid * 1.7  # a part lies outside
        a, b = x.clone().requires_grad_(), grid.clone().requires_grad_()
        ours = bilinear(a, b, padding)
        theirs = F.grid_sample(a, b.permute(0, 2, 3, 1), padding_mode=padding, align_corners=False)
        assert torch.allclose(ours, theirs, 1e-13, 1e-13)
        gy = torch.rand_like(ours)
        for mine, other in zip(torch.autograd.grad(ours, (a, b), gy), torch.autograd.grad(theirs, (a, b), gy)):
            assert torch.allclose(mine, other, 1e-12, 1e-12)
        m.case(f"grid_sample_{padding}", lambda x, grid, p=padding: bilinear(x, grid, p), x, {"grid": grid})
    m.case("affine_grid", lambda t: F.affine_grid(t, (3, 1, 4, 5), align_corners=False).permute(0, 3, 1, 2),
           m.randn(3, 2, 3))


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    m = Layers()
    index = torch.tensor([[[3, 0], [1, 1], [3, 2]], [[0, 2], [2, 0], [0, 3]]])
    m.case("gather", lambda x: torch.gather(x, 1, index), m.randn(2, 4, 2), index=index.double())
    m.case("index_select", lambda x: torch.index_select(x, 2, torch.tensor([2, 0, 2])), m.randn(2, 3, 4))
    m.case("stack", lambda x, other: torch.stack([x, other, x], -1), m.randn(2, 3), {"other": m.randn(2, 3)})
    m.case("matmul_batch", torch.matmul, m.randn(4, 3, 5), {"b": m.randn(4, 5, 2)})
    m.case("matmul_shared", torch.matmul, m.randn(3, 5), {"b": m.randn(4, 5, 2)})
    for axis in (0, 1, 2):
        m.case(f"logsumexp_{axis}", lambda x, a=axis: torch.logsumexp(x, a), m.randn(3, 4, 2, scale=3.0))
    m.case("log_softmax", lambda x: F.log_softmax(x, -1), m.randn(3, 5, scale=3.0))
    labels = torch.tensor([2, 0, 4, 2])
    m.case("cross_entropy", lambda x: F.cross_entropy(x, labels), m.randn(4, 5, scale=3.0), labels=option(*labels))
    grid_samples(m)
    save(os.path.join(folder, "ops.safetensors"), m.out)


if __name__ == "__main__":
    main()

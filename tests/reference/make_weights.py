#!/usr/bin/python3
"""Weights that PyTorch saved, and the images and logits that PyTorch makes with them, for tests/io/weights_reference_test.cpp.

    sudo apt-get install python3-torch
    /usr/bin/python3 tests/reference/make_weights.py [OUTPUT_DIRECTORY]

weights.safetensors  `G.<name>`, `D.<name>`: state_dict() of a narrow 28 x 28 DCGAN (models::Dcgan with latent 8 and features
    4), layers named by their places in our Sequential (whose layers hold their activations); num_batches_tracked is kept,
    as PyTorch writes it. z (5, 8); images (5, 1, 28, 28) = G(z) and logits (5, 1) = D(images) in eval mode. float32.
"""
import os
import sys
from collections import OrderedDict

import torch
from torch import nn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from make_references import Reshape, save  # noqa: E402


def randomise(net, rng):
    with torch.no_grad():
        for name, x in net.state_dict().items():
            if x.dtype.is_floating_point:
                noise = torch.rand(x.shape, generator=rng) - 0.5
                x.copy_(noise + 1 if name.endswith(("1.weight", "4.weight", "2.weight", "running_var")) and x.dim() == 1 else noise)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    rng = torch.Generator().manual_seed(17)
    g = nn.Sequential(OrderedDict([
        ("0", nn.Linear(8, 392)), ("1", nn.BatchNorm1d(392)), ("relu1", nn.ReLU()), ("2", Reshape(8, 7, 7)),
        ("3", nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False)), ("4", nn.BatchNorm2d(4)), ("relu4", nn.ReLU()),
        ("5", nn.ConvTranspose2d(4, 1, 4, 2, 1)), ("tanh", nn.Tanh())]))
    d = nn.Sequential(OrderedDict([
        ("0", nn.Conv2d(1, 4, 4, 2, 1)), ("leaky0", nn.LeakyReLU(0.2)),
        ("1", nn.Conv2d(4, 8, 4, 2, 1, bias=False)), ("2", nn.BatchNorm2d(8)), ("leaky2", nn.LeakyReLU(0.2)),
        ("3", nn.Flatten()), ("4", nn.Linear(392, 1))]))
    randomise(g, rng), randomise(d, rng)
    g.eval(), d.eval()
    z = torch.randn(5, 8, generator=rng)
    with torch.no_grad():
        images = g(z)
        logits = d(images)
    out = {"z": z, "images": images, "logits": logits}
    out.update({f"G.{k}": v for k, v in g.state_dict().items()})
    out.update({f"D.{k}": v for k, v in d.state_dict().items()})
    save(os.path.join(folder, "weights.safetensors"), out)


if __name__ == "__main__":
    main()

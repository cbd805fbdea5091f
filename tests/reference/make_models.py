#!/usr/bin/python3
"""Narrow copies of the models' nets in PyTorch, for tests/models/*_reference_test.cpp: models.safetensors.

    sudo apt-get install python3-torch
    /usr/bin/python3 tests/reference/make_models.py [OUTPUT_DIRECTORY]

For each model, in float64 and PyTorch's layouts: the weights `<model>.G.<name>` and `<model>.D.<name>` under the names of
our nets, z, the losses and the gradients of one turn of each player at these weights,
    loss_d = BCE(D(real), 1) + BCE(D(G(z)), 0), grad_d.<name>;  loss_g = BCE(D(G(z)), 1), grad_g.<name>,
all in training mode, batches through D separately; `conditional` has labels, too. Real images are a formula, not data:
image n as one row of numbers (C, H, W) is sin(0.1 i + n).


    common64, common32  the nets of PyTorch's DCGAN example, whole and without their widest stage; latent 5, features 1,
                        3 channels
    authors64           5 x 5 kernels, dense layers at the ends, no bias, batch-norm epsilon 1e-8; likewise
    conditional         the authors' conditional net of 28 x 28 digits; latent 5, features 1, units 6, 3 classes
"""
import os
import sys

import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from make_references import F64, Reshape, save  # noqa: E402

LATENT, FEATURES, BATCH = 5, 1, 3


def common(size):
    """(generator, discriminator) as lists of layers; layers without parameters of their own in our nets come as functions."""
    widest = FEATURES * size // 8
    g = [Reshape(LATENT, 1, 1), nn.ConvTranspose2d(LATENT, widest, 4, 1, 0, bias=False), nn.BatchNorm2d(widest), F.relu]
    width = widest
    while width > FEATURES:
        g += [nn.ConvTranspose2d(width, width // 2, 4, 2, 1, bias=False), nn.BatchNorm2d(width // 2), F.relu]
        width //= 2
    g += [nn.ConvTranspose2d(FEATURES, 3, 4, 2, 1, bias=False), torch.tanh]
    d = [nn.Conv2d(3, FEATURES, 4, 2, 1, bias=False), leaky]
    while width < widest:
        d += [nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * width), leaky]
        width *= 2
    d += [nn.Conv2d(widest, 1, 4, 1, 0, bias=False), nn.Flatten()]
    return g, d


def authors():
    widest, eps = 8 * FEATURES, 1e-8
    g = [nn.Linear(LATENT, 16 * widest, bias=False), nn.BatchNorm1d(16 * widest, eps), F.relu, Reshape(widest, 4, 4)]
    width = widest
    while width > FEATURES:
        g += [nn.ConvTranspose2d(width, width // 2, 5, 2, 2, 1, bias=False), nn.BatchNorm2d(width // 2, eps), F.relu]
        width //= 2
    g += [nn.ConvTranspose2d(FEATURES, 3, 5, 2, 2, 1, bias=False), torch.tanh]
    d = [nn.Conv2d(3, FEATURES, 5, 2, 2, bias=False), leaky]
    while width < widest:
        d += [nn.Conv2d(width, 2 * width, 5, 2, 2, bias=False), nn.BatchNorm2d(2 * width, eps), leaky]
        width *= 2
    d += [nn.Flatten(), nn.Linear(16 * widest, 1, bias=False)]
    return g, d


def leaky(x):
    return F.leaky_relu(x, 0.2)


class Layers(nn.Module):
    """Layers one after the other; only modules count in the names, as in our Sequential."""

    def __init__(self, layers):
        super().__init__()
        self.order, place = [], 0
        for layer in layers:
            if isinstance(layer, nn.Module):
                self.add_module(str(place), layer)
                place += 1
            self.order.append(layer)

    def forward(self, x, labels=None):
        for layer in self.order:
            x = layer(x)
        return x


def plain_norm(x):
    axes = [0] if x.dim() == 2 else [0, 2, 3]
    mean = x.mean(axes, keepdim=True)
    return (x - mean) / torch.sqrt(((x - mean) ** 2).mean(axes, keepdim=True) + 1e-8)


def with_classes(x, y):
    return torch.cat([x, y if x.dim() == 2 else y[:, :, None, None] * torch.ones(1, 1, *x.shape[2:], dtype=F64)], 1)


class ConditionalG(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(LATENT + 3, 6, bias=False)
        self.fc2 = nn.Linear(6 + 3, 49 * 2 * FEATURES, bias=False)
        self.deconv1 = nn.ConvTranspose2d(2 * FEATURES + 3, FEATURES, 5, 2, 2, 1, bias=False)
        self.deconv2 = nn.ConvTranspose2d(FEATURES + 3, 1, 5, 2, 2, 1, bias=False)

    def forward(self, z, y):
        h = F.relu(plain_norm(self.fc1(with_classes(z, y))))
        h = F.relu(plain_norm(self.fc2(with_classes(h, y)))).reshape(-1, 2 * FEATURES, 7, 7)
        h = F.relu(plain_norm(self.deconv1(with_classes(h, y))))
        return torch.sigmoid(self.deconv2(with_classes(h, y)))


class ConditionalD(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1 + 3, FEATURES, 5, 2, 2, bias=False)
        self.conv2 = nn.Conv2d(FEATURES + 3, 2 * FEATURES, 5, 2, 2, bias=False)
        self.fc1 = nn.Linear(49 * 2 * FEATURES + 3, 6, bias=False)
        self.fc2 = nn.Linear(6 + 3, 1, bias=False)

    def forward(self, x, y):
        h = leaky(self.conv1(with_classes(x, y)))
        h = leaky(plain_norm(self.conv2(with_classes(h, y))))
        h = leaky(plain_norm(self.fc1(with_classes(h.flatten(1), y))))
        return self.fc2(with_classes(h, y))


def randomise(net, rng):
    with torch.no_grad():
        for p in net.parameters():
            scale = 1 / p[0].numel() ** 0.5 if p.dim() > 1 else 0.3
            p.copy_((torch.rand(p.shape, generator=rng, dtype=F64) - 0.5) * 2 * scale + (1 if p.dim() == 1 else 0))


def bce(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def turn(out, name, g, d, shape, rng, classes=0):
    g.double(), d.double()
    randomise(g, rng), randomise(d, rng)
    for prefix, net in ((f"{name}.G.", g), (f"{name}.D.", d)):
        for key, value in net.state_dict().items():
            if value.dtype.is_floating_point:
                out[prefix + key] = value.clone()  # training moves the running statistics
    z = torch.randn(BATCH, LATENT, generator=rng, dtype=F64)
    row = 0.1 * torch.arange(shape[0] * shape[1] * shape[2], dtype=F64)
    real = torch.sin(row[None, :] + torch.arange(BATCH, dtype=F64)[:, None]).reshape(BATCH, *shape)
    y = None
    if classes:
        labels = torch.arange(BATCH) % classes
        y = F.one_hot(labels, classes).double()
        out[f"{name}.labels"] = labels.double()
    images = g(z, y)
    loss_d = bce(d(real, y), 1.0) + bce(d(images.detach(), y), 0.0)
    loss_g = bce(d(images, y), 1.0)
    out.update({f"{name}.z": z, f"{name}.loss_d": loss_d.detach(), f"{name}.loss_g": loss_g.detach()})
    for player, net, loss in (("d", d, loss_d), ("g", g, loss_g)):
        named = list(net.named_parameters())
        for (key, _), grad in zip(named, torch.autograd.grad(loss, [p for _, p in named])):
            out[f"{name}.grad_{player}.{key}"] = grad


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    rng, out = torch.Generator().manual_seed(23), {}
    for size in (64, 32):
        g, d = common(size)
        turn(out, f"common{size}", Layers(g), Layers(d), (3, size, size), rng)
    g, d = authors()
    turn(out, "authors64", Layers(g), Layers(d), (3, 64, 64), rng)
    turn(out, "conditional", ConditionalG(), ConditionalD(), (1, 28, 28), rng, classes=3)
    save(os.path.join(folder, "models.safetensors"), out)


if __name__ == "__main__":
    main()

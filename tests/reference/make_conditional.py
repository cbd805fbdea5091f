#!/usr/bin/python3
"""A round of AC-GAN, the projection discriminator and the convolutional CGAN in PyTorch, for
tests/models/{acgan,projection_gan,convolutional_cgan}_test.cpp: conditional.safetensors.

    sudo apt-get install python3-torch
    /usr/bin/python3 tests/reference/make_conditional.py [OUTPUT_DIRECTORY]

Networks and games are written here after the papers and programs, narrow, in float64. Draws are those of the library
(draws.py). Plain gradient descent by 1/8 makes of what has moved the gradient of each turn. Of each system there are
    <system>.start.<name>          initial values, in PyTorch's layout and under our name: numbers of float
    <system>.moved.<name>          value after the round - initial value; where that is below 2^-8 in float, which is
                                   exact to 1.2e-10
    <system>.loss_d, <system>.loss_g   the losses of D's last turn and of G's
Real images and labels are formulas, not data: batch b, of N images as one row of numbers (N, C, H, W), is
sin(0.1 i + b), and its labels are (2 n + b) mod 3 for n = 0, 1, ….
"""
import os
import sys

import torch
import torch.nn.functional as F
from draws import turn
from make_gan_layers import DiscriminatorBlock
from make_infogan import infogan
from make_models import Layers, leaky
from make_references import F64, Reshape, save
from torch import nn

BATCH, CLASSES, LATENT, SEED, RATE = 3, 3, 5, 9, 0.125
OUT = {}


def reals(batch, channels, size):
    i = torch.arange(BATCH * channels * size * size, dtype=F64)
    return torch.sin(0.1 * i + batch).reshape(BATCH, channels, size, size)


def labels_of(batch):
    return (2 * torch.arange(BATCH) + batch) % CLASSES


def normal(rng, n, size):
    return torch.from_numpy(rng.normal(n, size))


def uniform(rng, n, size):
    return 2 * torch.from_numpy(rng.uniform(n, size)) - 1


def one_hot(labels):
    return F.one_hot(labels, CLASSES).to(F64)


def dropout(x, rate, rng):
    n, c, h, w = x.shape
    kept = torch.from_numpy(rng.uniform(n, h, w, c)).permute(0, 3, 1, 2) < 1 - rate
    return x * kept / (1 - rate)


def descend(loss, net):
    parameters = list(net.parameters())
    with torch.no_grad():
        for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):
            p -= RATE * g


def record(name, G, D, play_round):
    torch.manual_seed(1)
    nets = {"G": G.double(), "D": D.double()}
    start = {}
    with torch.no_grad():
        for player, net in nets.items():
            for key, p in net.named_parameters():
                fan_in = p[0].numel() if p.dim() > 1 else 4
                p.copy_(torch.randn_like(p) / fan_in**0.5 + (1 if key.endswith("norm.weight") else 0))
            for key, value in net.state_dict().items():
                if value.dtype.is_floating_point:
                    value.copy_(value.float())
                    start[f"{player}.{key}"] = value.clone()
    OUT[f"{name}.loss_d"], OUT[f"{name}.loss_g"] = play_round()
    for player, net in nets.items():
        for key, value in net.state_dict().items():
            if value.dtype.is_floating_point:
                before = start[f"{player}.{key}"]
                moved = value - before
                OUT[f"{name}.start.{player}.{key}"] = before.float()
                OUT[f"{name}.moved.{player}.{key}"] = moved.float() if moved.abs().max() < 2**-8 else moved


# ---- AC-GAN (Keras's mnist_acgan.py) ---------------------------------------------------------------------------------
class SameConv(nn.Conv2d):
    """A 3 x 3 convolution with Keras's padding "same" of an even image: at the bottom and right if the stride is 2."""

    def forward(self, x):
        return super().forward(F.pad(x, (0, 1, 0, 1) if self.stride == (2, 2) else (1, 1, 1, 1)))


class SameDeconv(nn.ConvTranspose2d):
    """A 5 x 5 transposed convolution with stride 2 that doubles an image as Keras's "same" does: of the 2 n + 3 rows,
    one is cut off at the top and two at the bottom."""

    def forward(self, x):
        return super().forward(x)[:, :, 1:-2, 1:-2]


class AcganGenerator(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.of_class = nn.Embedding(CLASSES, LATENT)
        self.layers = Layers([nn.Linear(LATENT, 36 * f), F.relu, Reshape(4 * f, 3, 3),
                              nn.ConvTranspose2d(4 * f, 2 * f, 5), F.relu,
                              SameDeconv(2 * f, f, 5, 2), F.relu, SameDeconv(f, 1, 5, 2), torch.tanh])

    def forward(self, z, labels):
        return self.layers(z * self.of_class(labels))


class AcganDiscriminator(nn.Module):
    """A dropout layer has a place after each convolution."""

    def __init__(self, f):
        super().__init__()
        self.layers = nn.ModuleDict({"0": SameConv(1, f, 3, 2), "2": SameConv(f, 2 * f, 3),
                                     "4": SameConv(2 * f, 4 * f, 3, 2), "6": SameConv(4 * f, 8 * f, 3)})
        self.real, self.classes = nn.Linear(49 * 8 * f, 1), nn.Linear(49 * 8 * f, CLASSES)

    def forward(self, x, rng):
        for conv in self.layers.values():
            x = dropout(leaky(conv(x)), 0.3, rng)
        x = x.flatten(1)
        return self.real(x), self.classes(x)


def acgan(name, on_real, on_fake):
    G, D = AcganGenerator(1), AcganDiscriminator(1)

    def bce(logits, target):
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))

    def play_round():
        labels, rng = labels_of(0), turn(SEED, "D", 0)
        fake = G(uniform(rng, BATCH, LATENT), labels).detach()
        real_logits, real_classes = D(reals(0, 1, 28), rng)
        fake_logits, fake_classes = D(fake, rng)
        loss_d = (bce(real_logits, 0.9) + bce(fake_logits, 0.1) + on_real * F.cross_entropy(real_classes, labels)
                  + on_fake * F.cross_entropy(fake_classes, labels))
        descend(loss_d, D)
        rng, twice = turn(SEED, "G", 0), torch.cat([labels, labels])
        logits, classes = D(G(uniform(rng, 2 * BATCH, LATENT), twice), rng)
        loss_g = bce(logits, 0.9) + F.cross_entropy(classes, twice)
        descend(loss_g, G)
        return loss_d, loss_g

    record(name, G, D, play_round)


# ---- The projection discriminator (pfnet-research/sngan_projection) --------------------------------------------------
class ClassNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight, self.bias = (nn.Parameter(torch.empty(CLASSES, channels)) for _ in range(2))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x, labels):
        y = F.batch_norm(x, self.running_mean, self.running_var, training=True)
        return self.weight[labels][:, :, None, None] * y + self.bias[labels][:, :, None, None]


class ClassBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.b1, self.b2 = ClassNorm(c), ClassNorm(c)
        self.c1, self.c2 = nn.Conv2d(c, c, 3, padding=1), nn.Conv2d(c, c, 3, padding=1)
        self.c_sc = nn.Conv2d(c, c, 1)

    def forward(self, x, labels):
        def up(y):
            return F.interpolate(y, scale_factor=2)

        y = self.c1(up(F.relu(self.b1(x, labels))))
        return self.c2(F.relu(self.b2(y, labels))) + self.c_sc(up(x))


class ProjectionGenerator(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense, self.norm, self.last = nn.Linear(128, 16 * c), nn.BatchNorm2d(c), nn.Conv2d(c, 1, 3, padding=1)
        self.block1, self.block2, self.block3 = ClassBlock(c), ClassBlock(c), ClassBlock(c)

    def forward(self, z, labels):
        x = self.dense(z)
        x = x.reshape(len(x), -1, 4, 4)
        for block in (self.block1, self.block2, self.block3):
            x = block(x, labels)
        return torch.tanh(self.last(F.relu(self.norm(x))))


class ProjectionDiscriminator(nn.Module):
    def __init__(self, c):
        super().__init__()
        wrap = torch.nn.utils.spectral_norm
        self.layers = nn.Sequential(DiscriminatorBlock(1, c, True, first=True, wrap=wrap),
                                    DiscriminatorBlock(c, c, True, wrap=wrap),
                                    DiscriminatorBlock(c, c, False, wrap=wrap),
                                    DiscriminatorBlock(c, c, False, wrap=wrap), nn.ReLU())
        self.linear, self.of_class = wrap(nn.Linear(c, 1, bias=False)), wrap(nn.Embedding(CLASSES, c))

    def forward(self, x, labels):
        h = self.layers(x).sum((2, 3))
        return self.linear(h) + (self.of_class(labels) * h).sum(1, keepdim=True)


def projection_gan(turns=2):
    G, D = ProjectionGenerator(2), ProjectionDiscriminator(2)

    def play_round():  # each pass through D in training brings its u and v on by one iteration
        twice = torch.cat([labels_of(0), labels_of(0)])
        loss_g = -D(G(normal(turn(SEED, "G", 0), 2 * BATCH, 128), twice), twice).mean()
        descend(loss_g, G)
        for t in range(turns):
            labels = labels_of(t)
            fake = G(normal(turn(SEED, "D", 0, t), BATCH, 128), labels).detach()
            loss_d = (F.relu(1 - D(reals(t, 1, 32), labels)).mean() + F.relu(1 + D(fake, labels)).mean())
            descend(loss_d, D)
        return loss_d, loss_g

    record("projection_gan", G, D, play_round)


# ---- The convolutional CGAN ------------------------------------------------------------------------------------------
class ConvolutionalGenerator(nn.Module):
    def __init__(self, f, embedding):
        super().__init__()
        width = embedding or CLASSES
        if embedding:
            self.of_class = nn.Embedding(CLASSES, width)
        units = 98 * f
        self.layers = Layers([nn.Linear(LATENT + width, units), nn.BatchNorm1d(units), F.relu, Reshape(2 * f, 7, 7),
                              nn.ConvTranspose2d(2 * f, f, 4, 2, 1, bias=False), nn.BatchNorm2d(f), F.relu,
                              nn.ConvTranspose2d(f, 1, 4, 2, 1), torch.tanh])

    def forward(self, z, labels):
        return self.layers(torch.cat([z, self.of_class(labels) if hasattr(self, "of_class") else one_hot(labels)], 1))


class ConvolutionalDiscriminator(nn.Module):
    def __init__(self, f, embedding):
        super().__init__()
        if embedding:
            self.of_class = nn.Embedding(CLASSES, 784)
        self.layers = Layers([nn.Conv2d(1 + (1 if embedding else CLASSES), f, 4, 2, 1), leaky,
                              nn.Conv2d(f, 2 * f, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * f), leaky,
                              nn.Flatten(), nn.Linear(98 * f, 1)])

    def forward(self, x, labels):
        if hasattr(self, "of_class"):
            planes = self.of_class(labels).reshape(-1, 1, 28, 28)
        else:
            planes = one_hot(labels)[:, :, None, None].expand(-1, -1, 28, 28)
        return self.layers(torch.cat([x, planes], 1))


def convolutional_cgan(name, embedding):
    G, D = ConvolutionalGenerator(1, embedding), ConvolutionalDiscriminator(1, embedding)

    def play_round():
        labels = labels_of(0)
        fake = G(normal(turn(SEED, "D", 0), BATCH, LATENT), labels)
        loss_d = F.softplus(-D(reals(0, 1, 28), labels)).mean() + F.softplus(D(fake.detach(), labels)).mean()
        descend(loss_d, D)
        loss_g = F.softplus(-D(fake, labels)).mean()
        descend(loss_g, G)
        return loss_d, loss_g

    record(name, G, D, play_round)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    acgan("acgan", on_real=2, on_fake=0), acgan("acgan_paper", on_real=1, on_fake=1)
    projection_gan()
    convolutional_cgan("cgan_planes", 0), convolutional_cgan("cgan_embedding", 2)
    OUT.update(infogan())
    save(os.path.join(folder, "conditional.safetensors"), OUT)


if __name__ == "__main__":
    main()

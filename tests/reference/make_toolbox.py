#!/usr/bin/python3
"""Ten rounds of WGAN-GP, SNGAN and R3GAN in PyTorch, for tests/models/system_reference_test.cpp: toolbox.safetensors.

    sudo apt-get install python3-torch
    /usr/bin/python3 tests/reference/make_toolbox.py [OUTPUT_DIRECTORY]

Networks and games are written here after the papers, narrow, in float64. Nothing random is stored: initial weights, z
and the penalty's e are those that the library draws (draws.py), in its layouts. Of each system there are
    <system>.loss_d, <system>.loss_g   (10) the losses of each round, D's being that of its last turn
    <system>.moved.<name>              value after ten rounds - initial value, in PyTorch's layout and under our name;
                                       where that is below 2^-8 in float, which is exact to 1.2e-10
Real images are a formula, not data: batch b, of N images as one row of numbers (N, C, H, W), is sin(0.1 i + b); a round
has as many batches as D has turns, R3GAN's one more for G.
"""
import math
import os
import sys

import torch
import torch.nn.functional as F
from draws import Rng, stream, turn
from make_gan_layers import DiscriminatorBlock, GeneratorBlock, GroupedBlock, low_pass
from make_models import Layers
from make_references import F64, Reshape, save
from torch import nn

ROUNDS, BATCH, SIZE, SEED = 10, 3, 32, 9
INITIAL_SEED = 4
OUT = {}


# ---- initial values --------------------------------------------------------------------------------------------------
def in_our_layout(draw, shape, rows_of):
    """Values for a tensor of PyTorch's shape, drawn in the order of ours: channels last."""
    if len(shape) == 4:
        o, i, h, w = shape
        return draw(o, h, w, i).permute(0, 3, 1, 2)
    if len(shape) == 3:
        c, h, w = shape
        return draw(h, w, c).permute(2, 0, 1)
    if rows_of and len(shape) == 2:  # a Linear in front of images (C, H, W)
        c, h, w = rows_of
        return draw(h, w, c, shape[1]).permute(2, 0, 1, 3).reshape(shape)
    return draw(*shape)


def start(net, player, how):
    """how(key) is ("normal", gain), deviation gain / sqrt(fan in), or ("uniform", gain), Glorot's limits times gain."""
    for key, value in net.state_dict().items():
        if not value.dtype.is_floating_point:
            continue
        rng = Rng(INITIAL_SEED, stream(f"{player}.{key}"))
        fan_in = value[0].numel() if value.dim() in (2, 4) else 1
        receptive = value[0, 0].numel() if value.dim() == 4 else 1
        rows_of = (value.shape[0] // 16, 4, 4) if player == "G" and key == "0.weight" else None

        def normal(*shape):
            return torch.from_numpy(rng.normal(*shape))

        def uniform(*shape):
            return 2 * torch.from_numpy(rng.uniform(*shape)) - 1

        if key.endswith(("weight_u", "weight_v")):
            conv = net.get_submodule(key.rpartition(".")[0]).weight_orig.shape
            shape = conv[1:] if len(conv) == 4 and key.endswith("v") else value.shape
            new = in_our_layout(normal, shape, None).reshape(-1)
            new = new / new.norm()
        elif value.dim() == 1:
            new = torch.full_like(value, float(key.endswith(("running_var", "weight"))))
        else:
            kind, gain = how(key)
            if kind == "normal":
                new = in_our_layout(normal, value.shape, rows_of) * gain / math.sqrt(fan_in if key != "basis" else 1)
            else:
                limit = gain * math.sqrt(6 / (fan_in + value.shape[0] * receptive))
                new = in_our_layout(uniform, value.shape, rows_of) * limit
        value.copy_(new)


def glorot(key):
    return "uniform", math.sqrt(2) if ".c1." in key or ".c2." in key else 1


def fix_up(blocks):
    def how(key):
        if "LinearLayer3" in key:
            return "normal", 0
        return "normal", math.sqrt(2 / 1.04) * blocks**-0.25 if "LinearLayer" in key else 1

    return how


# ---- networks --------------------------------------------------------------------------------------------------------
class Pool(nn.Module):
    def __init__(self, average):
        super().__init__()
        self.average = average

    def forward(self, x):
        return x.mean((2, 3)) if self.average else x.sum((2, 3))


class Resample(nn.Module):
    def __init__(self, up):
        super().__init__()
        self.up = up

    def forward(self, x):
        c = x.shape[1]
        if self.up:
            return F.conv_transpose2d(x, 4 * low_pass(c), stride=2, padding=1, groups=c)
        return F.conv2d(x, low_pass(c), stride=2, padding=1, groups=c)


def residual_generator(width):
    """The generator that WGAN-GP's and SNGAN's programs share."""
    return Layers([nn.Linear(128, 16 * width), Reshape(width, 4, 4), *(GeneratorBlock(width, width) for _ in range(3)),
                   nn.BatchNorm2d(width), F.relu, nn.Conv2d(width, 3, 3, padding=1), torch.tanh])


def residual_discriminator(width, average, wrap=lambda layer: layer):
    return Layers([DiscriminatorBlock(3, width, True, first=True, wrap=wrap),
                   DiscriminatorBlock(width, width, True, wrap=wrap),
                   DiscriminatorBlock(width, width, False, wrap=wrap),
                   DiscriminatorBlock(width, width, False, wrap=wrap),
                   nn.ReLU(), Pool(average), wrap(nn.Linear(width, 1))])


class R3ganGenerator(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.basis = nn.Parameter(torch.empty(width, 4, 4))
        self.linear = nn.Linear(64, width, bias=False)
        stages = [layer for _ in range(3) for layer in (GroupedBlock(width, width // 8), Resample(True))]
        self.body = nn.Sequential(*stages, GroupedBlock(width, width // 8), nn.Conv2d(width, 3, 1, bias=False))

    def forward(self, z):
        return self.body(self.basis * self.linear(z)[:, :, None, None])


def r3gan_discriminator(width):
    stages = [layer for _ in range(3) for layer in (GroupedBlock(width, width // 8), Resample(False))]
    return nn.Sequential(nn.Conv2d(3, width, 1, bias=False), *stages, GroupedBlock(width, width // 8),
                         nn.Conv2d(width, width, 4, groups=width, bias=False), nn.Flatten(),
                         nn.Linear(width, 1, bias=False))


# ---- games -----------------------------------------------------------------------------------------------------------
def reals(batch):
    i = torch.arange(BATCH * 3 * SIZE * SIZE, dtype=F64)
    return torch.sin(0.1 * i + batch).reshape(BATCH, 3, SIZE, SIZE)


def latent(rng, n, size):
    return torch.from_numpy(rng.normal(n, size))


def input_gradient(D, x):
    """Squared norms of dD(x)/dx, one for each image."""
    x = x.detach().clone().requires_grad_()
    return torch.autograd.grad(D(x).sum(), x, create_graph=True)[0].flatten(1).pow(2).sum(1)


def update(optimizer, loss, parameters, rate, beta2):
    for group in optimizer.param_groups:
        group["lr"], group["betas"] = rate, (0.0, beta2)
    for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):
        p.grad = g
    optimizer.step()


def record(name, G, D, play_round):
    nets = {"G": G, "D": D}
    before = {f"{p}.{key}": value.clone() for p, net in nets.items() for key, value in net.state_dict().items()}
    losses = [play_round(number) for number in range(ROUNDS)]
    for player, of_player in zip("dg", zip(*losses)):
        OUT[f"{name}.loss_{player}"] = torch.stack([loss.detach() for loss in of_player])
    for player, net in nets.items():
        for key, value in net.state_dict().items():
            if value.dtype.is_floating_point:
                moved = value - before[f"{player}.{key}"]
                OUT[f"{name}.moved.{player}.{key}"] = moved.float() if moved.abs().max() < 2**-8 else moved


def critic_game(name, G, D, loss_of, turns, decay):
    """`turns` turns of D, each with its own batch, then one of G with two fakes for each image of a batch."""
    of_g, of_d = list(G.parameters()), list(D.parameters())
    adam_g, adam_d = torch.optim.Adam(of_g), torch.optim.Adam(of_d)

    def play_round(number):
        for t in range(turns):
            rng = turn(SEED, "D", number, t)
            with torch.no_grad():
                fake = G(latent(rng, BATCH, 128))
            loss_d = loss_of(D, reals(number * turns + t), fake, rng)
            update(adam_d, loss_d, of_d, 2e-4 * (1 - (number * turns + t) / (decay * turns)), 0.9)
        loss_g = -D(G(latent(turn(SEED, "G", number), 2 * BATCH, 128))).mean()
        update(adam_g, loss_g, of_g, 2e-4 * (1 - number / decay), 0.9)
        return loss_d, loss_g

    record(name, G, D, play_round)


def wgan_gp():
    G, D = residual_generator(2).double(), residual_discriminator(4, True).double()
    start(G, "G", glorot), start(D, "D", glorot)

    def loss_of(D, real, fake, rng):
        e = torch.from_numpy(rng.uniform(BATCH, 1, 1, 1))
        norms = input_gradient(D, e * real + (1 - e) * fake).sqrt()
        return D(fake).mean() - D(real).mean() + 10 * (norms - 1).pow(2).mean()

    critic_game("wgan_gp", G, D, loss_of, turns=5, decay=20)


def sngan():
    G = residual_generator(2).double()
    D = residual_discriminator(4, False, torch.nn.utils.spectral_norm).double()
    start(G, "G", glorot), start(D, "D", glorot)

    def loss_of(D, real, fake, _):  # each pass through D in training brings its u and v on by one iteration
        return F.relu(1 - D(real)).mean() + F.relu(1 + D(fake)).mean()

    critic_game("sngan", G, D, loss_of, turns=5, decay=20)


def r3gan(horizon=8, r1=1.0, r2=0.6):
    G, D = R3ganGenerator(16).double(), r3gan_discriminator(16).double()
    start(G, "G", fix_up(4)), start(D, "D", fix_up(4))
    of_g, of_d = list(G.parameters()), list(D.parameters())
    adam_g, adam_d = torch.optim.Adam(of_g), torch.optim.Adam(of_d)

    def cosine(number, first, last):
        return last + (first - last) * (1 + math.cos(math.pi * min(number / horizon, 1))) / 2

    def play_round(number):
        rate, beta2 = cosine(number, 2e-4, 5e-5), cosine(number, 0.9, 0.99)
        with torch.no_grad():
            fake = G(latent(turn(SEED, "D", number), BATCH, 64))
        real = reals(2 * number)
        loss_d = (F.softplus(D(fake) - D(real)).mean()
                  + cosine(number, r1, r1 / 10) / 2 * input_gradient(D, real).mean()
                  + cosine(number, r2, r2 / 10) / 2 * input_gradient(D, fake).mean())
        update(adam_d, loss_d, of_d, rate, beta2)
        fake = G(latent(turn(SEED, "G", number), BATCH, 64))
        with torch.no_grad():
            on_real = D(reals(2 * number + 1))
        loss_g = F.softplus(on_real - D(fake)).mean()
        update(adam_g, loss_g, of_g, rate, beta2)
        return loss_d, loss_g

    record("r3gan", G, D, play_round)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    wgan_gp(), sngan(), r3gan()
    save(os.path.join(folder, "toolbox.safetensors"), OUT)


if __name__ == "__main__":
    main()

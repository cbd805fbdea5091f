"""Losses and gradients of InfoGAN in PyTorch, for tests/models/infogan_test.cpp; make_conditional.py saves them.

Written after appendix C.2 of Chen et al. 2016 (32 x 32, ten categories, four continuous codes), with one channel in
place of 64, in float64. z, codes and categories are those that the library draws (draws.py). For Q with variances of 1
("infogan_fixed") and with its own ("infogan_learnt") there are
    <which>.start.<name>  initial values, in PyTorch's layout and under our names, exact in float
    <which>.loss_d, <which>.loss_g, <which>.information
    <which>.d.<name>, <which>.g.<name>  gradients of D's loss, and of G's, by what each player learns
"""
import math

import torch
import torch.nn.functional as F
from draws import Rng
from make_references import F64, Reshape
from torch import nn

N, NOISE, CODES, CLASSES = 5, 124, 4, 10
OUT = {}


def leaky(x):
    return F.leaky_relu(x, 0.1)


class Fn(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x):
        return self.f(x)


def networks(outputs):
    def up(i, o):
        return nn.ConvTranspose2d(i, o, 4, 2, 1)

    def down(i, o):
        return nn.Conv2d(i, o, 4, 2, 1)

    # Numbered as the library numbers them, where an activation belongs to the layer before it.
    def stack(*layers):
        net, number = nn.Sequential(), 0
        for i, layer in enumerate(layers):
            if isinstance(layer, Fn):
                net.add_module(f"after{number - 1}", layer)
            else:
                net.add_module(str(number), layer)
                number += 1
        return net.double()

    relu, lrelu = Fn(F.relu), Fn(leaky)
    return {
        "G": stack(nn.Linear(NOISE + CODES + CLASSES, 28), nn.BatchNorm1d(28), relu, Reshape(7, 2, 2), up(7, 4),
                   nn.BatchNorm2d(4), Fn(F.relu), up(4, 2), Fn(F.relu), up(2, 1), Fn(F.relu), up(1, 3), Fn(torch.tanh)),
        "trunk": stack(down(3, 1), lrelu, down(1, 2), nn.BatchNorm2d(2), Fn(leaky), down(2, 4), nn.BatchNorm2d(4),
                       Fn(leaky)),
        "D": stack(nn.Flatten(), nn.Linear(64, 1)),
        "Q": stack(nn.Flatten(), nn.Linear(64, 128), nn.BatchNorm1d(128), lrelu, nn.Linear(128, outputs)),
    }


def parameters(nets, *which):
    return {f"{name}.{key}": p for name in which for key, p in nets[name].named_parameters()}


def reals():
    return torch.sin(0.1 * torch.arange(N * 3 * 32 * 32, dtype=F64)).reshape(N, 3, 32, 32)


def play(which, learnt):
    torch.manual_seed(3)
    nets = networks(CLASSES + (2 if learnt else 1) * CODES)
    with torch.no_grad():
        for name, p in parameters(nets, *nets).items():
            p.copy_((torch.randn(p.shape) * 0.3 + (1.0 if p.dim() == 1 and ".bias" not in name else 0)).float().double())
            OUT[f"{which}.start.{name}"] = p.clone().float()

    def fake(rng):
        z = 2 * torch.from_numpy(rng.uniform(N, NOISE)) - 1
        codes = 2 * torch.from_numpy(rng.uniform(N, CODES)) - 1
        category = (torch.from_numpy(rng.uniform(N)) * CLASSES).floor().long()
        return nets["G"](torch.cat([z, codes, F.one_hot(category, CLASSES).double()], 1)), codes, category

    def unknown(seen, codes, category):
        said = nets["Q"](seen)
        logits, mean = said[:, :CLASSES], said[:, CLASSES:CLASSES + CODES]
        spread = (said[:, CLASSES + CODES:].exp().sqrt() if learnt else torch.ones_like(mean))
        of_category = F.cross_entropy(logits, category)
        return of_category, -torch.distributions.Normal(mean, spread).log_prob(codes).sum(1).mean()

    bce = F.binary_cross_entropy_with_logits
    x, codes, category = fake(Rng(21, 0))
    real, seen = nets["D"](nets["trunk"](reals())), nets["trunk"](x.detach())
    of_fake = nets["D"](seen)
    of_category, of_codes = unknown(seen, codes, category)
    loss = bce(real, torch.ones_like(real)) + bce(of_fake, torch.zeros_like(real)) + 0.7 * of_category + 0.2 * of_codes
    learns = parameters(nets, "trunk", "D", "Q")
    OUT[f"{which}.loss_d"], OUT[f"{which}.information"] = loss, math.log(CLASSES) - of_category
    for name, g in zip(learns, torch.autograd.grad(loss, list(learns.values()))):
        OUT[f"{which}.d.{name}"] = g

    x, codes, category = fake(Rng(22, 0))
    seen = nets["trunk"](x)
    of_fake = nets["D"](seen)
    of_category, of_codes = unknown(seen, codes, category)
    loss = bce(of_fake, torch.ones_like(of_fake)) + 0.7 * of_category + 0.2 * of_codes
    learns = parameters(nets, "G")
    OUT[f"{which}.loss_g"] = loss
    for name, g in zip(learns, torch.autograd.grad(loss, list(learns.values()))):
        OUT[f"{which}.g.{name}"] = g


def infogan():
    play("infogan_fixed", False), play("infogan_learnt", True)
    return OUT

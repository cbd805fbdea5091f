#!/usr/bin/python3
"""PyTorch's answers for objectives, penalties and terms on parameters: objectives.safetensors.

Run (Debian 12, PyTorch 1.13.1), with make_references.py beside it:

    /usr/bin/python3 tests/reference/make_objectives.py [OUTPUT_DIRECTORY]

Inputs `in.<name>` and fixed directions `u.<name>` are shared by all objectives. Of each case, a scalar y, there are
`<case>.value`, and of each of its inputs `<case>.g.<input>` = dy / d input, and `<case>.h.<input>` = ds / d input of
s = sum over inputs of <dy / d input, u>: the double backward.
Cases of several turns (began, lecam) have `<case>.value.<turn>` and their state after each turn.
Norms have 1e-12 added to their square, as the library's have, so that a zero has a derivative.
Penalties are those of the critic in gp.safetensors, `D.<name>`, at its real, fake and eps, each with its gradient in
the critic's parameters, `<case>.grad.<name>`. Layouts are those of make_references.py.
"""
import os
import sys

import torch
import torch.nn.functional as F
from make_references import F64, option, penalties, save
from torch import nn

RNG = torch.Generator().manual_seed(17)
OUT = {}
N, K = 5, 4


def randn(*shape, scale=1.0):
    return scale * torch.randn(shape, dtype=F64, generator=RNG)


INPUTS = {
    "real": randn(N, 1, scale=1.5), "fake": randn(N, 1, scale=1.5),
    "real_energy": 2 * torch.rand(N, 1, dtype=F64, generator=RNG),
    "fake_energy": 2 * torch.rand(N, 1, dtype=F64, generator=RNG),
    "real_two": randn(N, 2), "fake_two": randn(N, 2),
    "real_classes": randn(N, K, scale=2.0), "fake_classes": randn(N, K, scale=2.0),
    "real_features": randn(N, 2, 3), "fake_features": randn(N, 2, 3),
    "x": randn(N, 2, 3),
}
DIRECTIONS = {name: randn(*value.shape) for name, value in INPUTS.items()}
LABELS = torch.tensor([2, 0, 3, 3, 1])
SOME = torch.tensor([2, -1, 3, -1, 1])  # a negative label: none


def case(name, fn):
    """fn's parameters are named as its inputs."""
    names = fn.__code__.co_varnames[:fn.__code__.co_argcount]
    inputs = [INPUTS[n].clone().requires_grad_() for n in names]
    y = fn(*inputs)
    grads = torch.autograd.grad(y, inputs, create_graph=True)
    s = sum((g * DIRECTIONS[n]).sum() for g, n in zip(grads, names))
    seconds = torch.autograd.grad(s, inputs, allow_unused=True) if s.requires_grad else [None] * len(inputs)
    OUT[f"{name}.value"] = y
    for n, x, g, h in zip(names, inputs, grads, seconds):
        OUT[f"{name}.g.{n}"], OUT[f"{name}.h.{n}"] = g, torch.zeros_like(x) if h is None else h


def norms(rows):
    return (rows.pow(2).sum(1) + 1e-12).sqrt()


def bce(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def adversarial():
    case("non_saturating.d", lambda real, fake: bce(real, 1.0) + bce(fake, 0.0))
    case("non_saturating.g", lambda fake: bce(fake, 1.0))
    case("smooth.d", lambda real, fake: bce(real, 0.9) + bce(fake, 0.1))
    case("smooth.g", lambda fake: bce(fake, 0.45))
    case("minimax.g", lambda fake: torch.log(1 - torch.sigmoid(fake)).mean())
    case("least_squares.d", lambda real, fake: 0.5 * F.mse_loss(real, torch.ones_like(real)) + 0.5 * (fake**2).mean())
    case("least_squares.g", lambda fake: 0.5 * F.mse_loss(fake, torch.ones_like(fake)))
    case("pearson.d", lambda real, fake: 0.5 * F.mse_loss(real, torch.ones_like(real)) + 0.5 * ((fake + 1)**2).mean())
    case("pearson.g", lambda fake: 0.5 * (fake**2).mean())
    case("mse.d", lambda real, fake: F.mse_loss(real, torch.ones_like(real)) + F.mse_loss(fake, torch.zeros_like(fake)))
    case("mse.g", lambda fake: F.mse_loss(fake, torch.ones_like(fake)))
    case("wasserstein.d", lambda real, fake: fake.mean() - real.mean())
    case("wasserstein.g", lambda fake: -fake.mean())
    case("hinge.d", lambda real, fake: F.relu(1 - real).mean() + F.relu(1 + fake).mean())
    case("hinge.g", lambda fake: -fake.mean())


def relativistic():
    losses = {"standard": lambda y: bce(y, 1.0), "least_squares": lambda y: ((y - 1)**2).mean(),
              "hinge": lambda y: F.relu(1 - y).mean()}
    # The average form as published has a second function, for fakes against reals, of which f is the mirror image.
    seconds = {"standard": lambda y: bce(y, 0.0), "least_squares": lambda y: ((y + 1)**2).mean(),
               "hinge": lambda y: F.relu(1 + y).mean()}
    for name, f in losses.items():
        second = seconds[name]
        case(f"{name}_pair.d", lambda real, fake: f(real - fake))
        case(f"{name}_pair.g", lambda real, fake: f(fake - real))
        case(f"{name}_average.d", lambda real, fake: f(real - fake.mean()) + second(fake - real.mean()))
        case(f"{name}_average.g", lambda real, fake: f(fake - real.mean()) + second(real - fake.mean()))


def energies():
    def pulling_away(s):
        s = s.flatten(1)
        s = s / norms(s)[:, None]
        pairs = (s @ s.t()).pow(2)
        return sum(pairs[i, j] for i in range(N) for j in range(N) if i != j) / (N * (N - 1))

    case("energy.d", lambda real_energy, fake_energy: real_energy.mean() + F.relu(1.2 - fake_energy).mean())
    case("energy.g", lambda fake_energy, fake_features: fake_energy.mean() + 0.1 * pulling_away(fake_features))
    case("reconstruction_2", lambda x: ((torch.tanh(x) - x)**2).flatten(1).mean(1).pow(2).sum())
    case("reconstruction_1", lambda x: (torch.tanh(x) - x).abs().flatten(1).mean(1).pow(2).sum())

    k, gamma, rate = torch.zeros((), dtype=F64), 0.7, 0.3
    for turn in range(4):  # the real energies grow, so that k reaches its limit
        of_real, of_fake = (turn + 1) * INPUTS["real_energy"].mean(), INPUTS["fake_energy"].mean()
        OUT[f"began.value.{turn}"] = of_real - k * of_fake
        k = (k + rate * (gamma * of_real - of_fake)).clamp(0, 1)
        OUT[f"began.k.{turn}"] = k
    OUT["began.measure"] = of_real + (gamma * of_real - of_fake).abs()


def heads():
    case("feature_matching.g", lambda fake_features:
         (INPUTS["real_features"].mean(0) - fake_features.mean(0)).pow(2).mean())
    case("feature_matching_absolute.g", lambda fake_features:
         (INPUTS["real_features"].mean(0) - fake_features.mean(0)).abs().mean())
    labelled = SOME >= 0

    def semi_supervised(real, fake):
        # Written as the paper has it, with p(y <= K) = Z / (Z + 1).
        z_real, z_fake = real.exp().sum(1), fake.exp().sum(1)
        return -0.5 * torch.log(z_real / (z_real + 1)).mean() - 0.5 * torch.log(1 / (z_fake + 1)).mean()

    case("semi_supervised.d", lambda real_classes, fake_classes: semi_supervised(real_classes, fake_classes)
         + F.cross_entropy(real_classes[labelled], SOME[labelled]))
    case("semi_supervised_unlabelled.d", lambda real_classes, fake_classes: semi_supervised(real_classes, fake_classes))
    case("semi_supervised.g", lambda fake_classes: torch.log(1 / (fake_classes.exp().sum(1) + 1)).mean())
    case("auxiliary.d", lambda real, fake, real_classes, fake_classes: bce(real, 1.0) + bce(fake, 0.0)
         + 2 * F.cross_entropy(real_classes, LABELS) + 0.5 * F.cross_entropy(fake_classes, LABELS))
    case("auxiliary.g", lambda fake, fake_classes: bce(fake, 1.0) + 0.1 * F.cross_entropy(fake_classes, LABELS))
    ones, zeros = torch.ones(N, dtype=torch.long), torch.zeros(N, dtype=torch.long)
    case("two_class.d", lambda real_two, fake_two: F.cross_entropy(real_two, ones) + F.cross_entropy(fake_two, zeros))
    case("two_class.g", lambda fake_two: F.cross_entropy(fake_two, ones))


def lecam(start=2, decay=0.9, strength=0.3):
    r = f = 0.0
    for turn in range(5):
        real = (INPUTS["real"] * (1 + 0.3 * turn)).requires_grad_()
        fake = (INPUTS["fake"] - 0.2 * turn).requires_grad_()
        keep = decay if turn >= start else 0.0
        r = keep * r + (1 - keep) * real.mean().item()
        f = keep * f + (1 - keep) * fake.mean().item()
        loss = F.relu(1 - real).mean() + F.relu(1 + fake).mean()
        if turn >= start:
            loss = loss + strength * (F.relu(real - f).pow(2).mean() + F.relu(r - fake).pow(2).mean())
        g = torch.autograd.grad(loss, (real, fake))
        OUT.update({f"lecam.value.{turn}": loss, f"lecam.real.{turn}": option(r)[0], f"lecam.fake.{turn}": option(f)[0],
                    f"lecam.g.real.{turn}": g[0], f"lecam.g.fake.{turn}": g[1]})


def critic():
    gp = penalties()
    D = nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(3, 4, 4, 2, 1), nn.LeakyReLU(0.2),
                      nn.Flatten(), nn.Linear(16, 1)).double()
    D.load_state_dict({key[2:]: value for key, value in gp.items() if key.startswith("D.")})
    return D, gp["real"], gp["fake"], gp["eps"]


def on_critic():
    D, real, fake, eps = critic()
    noise = torch.rand(real.shape, dtype=F64, generator=RNG)
    OUT["in.noise"] = noise

    def gradient(x, net=D):
        x = x.clone().requires_grad_()
        return torch.autograd.grad(net(x).sum(), x, create_graph=True)[0].flatten(1)

    def record(name, value):
        OUT[f"{name}.value"] = value
        grads = torch.autograd.grad(value, list(D.parameters()), allow_unused=True)
        for (key, p), g in zip(D.named_parameters(), grads):
            OUT[f"{name}.grad.{key}"] = torch.zeros_like(p) if g is None else g

    between = eps * real + (1 - eps) * fake
    steep = norms(gradient(between, lambda x: 15 * D(x)))
    assert steep.min() < 1 < steep.max(), steep
    record("one_sided", 10 * F.relu(steep - 1).pow(2).mean())
    r1, r2 = gradient(real).pow(2).sum(1).mean(), gradient(fake).pow(2).sum(1).mean()
    record("r2", 0.15 * r2)
    record("zero_centered", 10 * gradient(between).pow(2).sum(1).mean())
    record("dragan", 10 * (norms(gradient(real + 0.5 * real.std(unbiased=False) * noise)) - 1).pow(2).mean())

    def augment(x):
        return 0.8 * x + 0.1

    record("consistency", 10 * (D(real) - D(augment(real))).pow(2).mean()
           + 4 * (D(fake) - D(augment(fake))).pow(2).mean())
    record("wgan_gp", D(fake).mean() - D(real).mean() + 10 * (norms(gradient(between)) - 1).pow(2).mean())
    record("r3gan", F.softplus(D(fake) - D(real)).mean() + 0.35 * gradient(real).pow(2).sum(1).mean()
           + 0.35 * gradient(fake).pow(2).sum(1).mean())

    def orthogonal():
        total = 0
        for key, p in D.named_parameters():
            if p.dim() > 1:
                w = p.flatten(1)
                total = total + ((w @ w.t()) * (1 - torch.eye(len(w), dtype=F64))).pow(2).sum()
        return 0.3 * total

    record("orthogonal", orthogonal())


def historical():
    """Three calls with the parameter a, its double and its square; only the last term has what the means remember."""
    a = INPUTS["x"].flatten(1)
    values, seen = [a, 2 * a, a**2], []
    for call, value in enumerate(values):
        value = value.clone().requires_grad_()
        seen.append(value.detach())
        y = 0.5 * (value - torch.stack(seen).mean(0)).pow(2).sum()
        OUT[f"historical.value.{call}"], OUT[f"historical.g.{call}"] = y, torch.autograd.grad(y, value)[0]


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    for name in INPUTS:
        OUT[f"in.{name}"], OUT[f"u.{name}"] = INPUTS[name], DIRECTIONS[name]
    OUT["in.labels"], OUT["in.some"] = LABELS.double(), SOME.double()
    adversarial(), relativistic(), energies(), heads(), lecam(), on_critic(), historical()
    save(os.path.join(folder, "objectives.safetensors"), OUT)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Training steps of GANs in PyTorch, a peer of benchmarks/step.cpp: the same networks, step and conversation (see there).

    pytorch_step.py MODEL BATCH [--threads N] [--channels-last] [--compile]

MODEL: mlp, mnist, dcgan, wgangp, srgan, cyclegan. --compile: torch.compile of every network (that takes minutes), but
for WGAN-GP, whose double backward torch.compile refuses. While a generator learns, its critics' parameters do not
require gradients.
"""
import argparse
import resource
import sys
import time

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, l1_loss, mse_loss

CHANNELS_LAST = False


def image(x):
    return x.contiguous(memory_format=torch.channels_last) if CHANNELS_LAST and x.dim() == 4 else x


class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return image(x.reshape(x.shape[0], *self.shape))


class Around(nn.Module):
    """x + body(x)"""

    def __init__(self, *body):
        super().__init__()
        self.body = nn.Sequential(*body)

    def forward(self, x):
        return x + self.body(x)


def leaky():
    return nn.LeakyReLU(0.2, inplace=True)


def relu():
    return nn.ReLU(inplace=True)


def conv(i, o, k, s, p, bias=False):
    return nn.Conv2d(i, o, k, s, p, bias=bias)


def up(i, o, k, s, p, bias=False, extra=0):
    return nn.ConvTranspose2d(i, o, k, s, p, output_padding=extra, bias=bias)


def mlp():
    D = nn.Sequential(nn.Linear(784, 512), leaky(), nn.Linear(512, 256), leaky(), nn.Linear(256, 128), leaky(),
                      nn.Linear(128, 1))
    G = nn.Sequential(nn.Linear(32, 128), nn.BatchNorm1d(128), leaky(), nn.Linear(128, 256), nn.BatchNorm1d(256), leaky(),
                      nn.Linear(256, 512), nn.BatchNorm1d(512), leaky(), nn.Linear(512, 784), nn.Tanh())
    return D, G, 32, (784,)


def mnist():
    D = nn.Sequential(conv(1, 64, 4, 2, 1, True), leaky(), conv(64, 128, 4, 2, 1), nn.BatchNorm2d(128), leaky(),
                      nn.Flatten(), nn.Linear(6272, 1))
    G = nn.Sequential(nn.Linear(100, 6272), nn.BatchNorm1d(6272), relu(), Reshape(128, 7, 7), up(128, 64, 4, 2, 1),
                      nn.BatchNorm2d(64), relu(), up(64, 1, 4, 2, 1, True), nn.Tanh())
    return D, G, 100, (1, 28, 28)


def dcgan():
    D = [conv(3, 64, 4, 2, 1), leaky()]
    G = [Reshape(100, 1, 1), up(100, 512, 4, 1, 0), nn.BatchNorm2d(512), relu()]
    for c in (64, 128, 256):
        D += [conv(c, 2 * c, 4, 2, 1), nn.BatchNorm2d(2 * c), leaky()]
    for c in (512, 256, 128):
        G += [up(c, c // 2, 4, 2, 1), nn.BatchNorm2d(c // 2), relu()]
    return (nn.Sequential(*D, conv(512, 1, 4, 1, 0), nn.Flatten()), nn.Sequential(*G, up(64, 3, 4, 2, 1), nn.Tanh()), 100,
            (3, 64, 64))


def wgangp():
    D = nn.Sequential(conv(3, 64, 4, 2, 1, True), leaky(), conv(64, 128, 4, 2, 1, True), leaky(),
                      conv(128, 256, 4, 2, 1, True), leaky(), nn.Flatten(), nn.Linear(4096, 1))
    G = nn.Sequential(nn.Linear(128, 4096), nn.BatchNorm1d(4096), relu(), Reshape(256, 4, 4), up(256, 128, 4, 2, 1),
                      nn.BatchNorm2d(128), relu(), up(128, 64, 4, 2, 1), nn.BatchNorm2d(64), relu(),
                      up(64, 3, 4, 2, 1, True), nn.Tanh())
    return D, G, 128, (3, 32, 32)


def srgan():
    blocks = [Around(conv(64, 64, 3, 1, 1), nn.BatchNorm2d(64), nn.PReLU(), conv(64, 64, 3, 1, 1), nn.BatchNorm2d(64))
              for _ in range(16)]
    G = nn.Sequential(conv(3, 64, 9, 1, 4, True), nn.PReLU(), Around(*blocks, conv(64, 64, 3, 1, 1), nn.BatchNorm2d(64)),
                      conv(64, 256, 3, 1, 1, True), nn.PixelShuffle(2), nn.PReLU(), conv(64, 256, 3, 1, 1, True),
                      nn.PixelShuffle(2), nn.PReLU(), conv(64, 3, 9, 1, 4, True))
    D = [conv(3, 64, 3, 1, 1, True), leaky(), conv(64, 64, 3, 2, 1), nn.BatchNorm2d(64), leaky()]
    for c in (64, 128, 256):
        D += [conv(c, 2 * c, 3, 1, 1), nn.BatchNorm2d(2 * c), leaky(), conv(2 * c, 2 * c, 3, 2, 1),
              nn.BatchNorm2d(2 * c), leaky()]
    return nn.Sequential(*D, nn.Flatten(), nn.Linear(512 * 36, 1024), leaky(), nn.Linear(1024, 1)), G, 0, (3, 96, 96)


def cycle_generator(blocks=6):
    net = [nn.ReflectionPad2d(3), conv(3, 64, 7, 1, 0, True), nn.InstanceNorm2d(64), relu(),
           conv(64, 128, 3, 2, 1, True), nn.InstanceNorm2d(128), relu(), conv(128, 256, 3, 2, 1, True),
           nn.InstanceNorm2d(256), relu()]
    net += [Around(nn.ReflectionPad2d(1), conv(256, 256, 3, 1, 0, True), nn.InstanceNorm2d(256), relu(),
                   nn.ReflectionPad2d(1), conv(256, 256, 3, 1, 0, True), nn.InstanceNorm2d(256)) for _ in range(blocks)]
    for c in (256, 128):
        net += [up(c, c // 2, 3, 2, 1, True, 1), nn.InstanceNorm2d(c // 2), relu()]
    return nn.Sequential(*net, nn.ReflectionPad2d(3), conv(64, 3, 7, 1, 0, True), nn.Tanh())


def cycle_discriminator():
    return nn.Sequential(conv(3, 64, 4, 2, 1, True), leaky(), conv(64, 128, 4, 2, 1, True), nn.InstanceNorm2d(128),
                         leaky(), conv(128, 256, 4, 2, 1, True), nn.InstanceNorm2d(256), leaky(),
                         conv(256, 512, 4, 1, 1, True), nn.InstanceNorm2d(512), leaky(), conv(512, 1, 4, 1, 1, True))


def adam(*nets):
    parameters = [p for net in nets for p in net.parameters()]
    # the fused step is PyTorch's fastest on a CPU
    return torch.optim.Adam(parameters, 2e-4, (0.5, 0.999), fused=True), parameters


def require_grad(parameters, on):
    for p in parameters:
        p.requires_grad_(on)


def bce(x, target):
    return binary_cross_entropy_with_logits(x, torch.full_like(x, target))


def squares(x, target):
    return mse_loss(x, torch.full_like(x, target))


def make(model, batch, compiled):
    """(step, sample or None, learnt numbers)"""

    def prepare(net):
        if CHANNELS_LAST:
            net = net.to(memory_format=torch.channels_last)
        return torch.compile(net) if compiled and model != "wgangp" else net

    def uniform(*shape):
        return image(torch.rand(batch, *shape) * 2 - 1)

    if model == "cyclegan":
        to_a, to_b, D_a, D_b = (prepare(make_net()) for make_net in [cycle_generator] * 2 + [cycle_discriminator] * 2)
        (g_adam, g_parameters), (d_adam, d_parameters) = adam(to_a, to_b), adam(D_a, D_b)
        a, b = uniform(3, 64, 64), uniform(3, 64, 64)

        def cycle():
            require_grad(d_parameters, False)
            g_adam.zero_grad()
            fake_b, fake_a = to_b(a), to_a(b)
            loss = squares(D_b(fake_b), 1) + squares(D_a(fake_a), 1)
            loss = loss + 10 * (l1_loss(to_a(fake_b), a) + l1_loss(to_b(fake_a), b))
            (loss + 5 * (l1_loss(to_a(a), a) + l1_loss(to_b(b), b))).backward()
            g_adam.step()
            require_grad(d_parameters, True)
            d_adam.zero_grad()
            (0.5 * (squares(D_a(a), 1) + squares(D_a(fake_a.detach()), 0))).backward()
            (0.5 * (squares(D_b(b), 1) + squares(D_b(fake_b.detach()), 0))).backward()
            d_adam.step()

        return cycle, None, sum(p.numel() for p in g_parameters + d_parameters)

    D, G, latent, shape = globals()[model]()
    D, G = prepare(D), prepare(G)
    (d_adam, d_parameters), (g_adam, g_parameters) = adam(D), adam(G)
    real = uniform(*shape)
    low = uniform(3, 24, 24) if model == "srgan" else None

    def noise():
        return torch.randn(batch, latent)

    def vanilla():
        fake = G(noise())
        d_adam.zero_grad()
        bce(D(real), 1).backward()
        bce(D(fake.detach()), 0).backward()
        d_adam.step()
        require_grad(d_parameters, False)
        g_adam.zero_grad()
        bce(D(fake), 1).backward()
        g_adam.step()
        require_grad(d_parameters, True)

    def wasserstein():
        d_adam.zero_grad()
        with torch.no_grad():
            fake = G(noise())
        e = torch.rand(batch, 1, 1, 1)
        between = (e * real + (1 - e) * fake).detach().requires_grad_(True)
        gradient = torch.autograd.grad(D(between).sum(), between, create_graph=True)[0]
        penalty = (gradient.flatten(1).norm(2, 1) - 1).pow(2).mean() * 10
        (D(fake).mean() - D(real).mean() + penalty).backward()
        d_adam.step()
        require_grad(d_parameters, False)
        g_adam.zero_grad()
        (-D(G(noise())).mean()).backward()
        g_adam.step()
        require_grad(d_parameters, True)

    def super_resolution():
        fake = G(low)
        d_adam.zero_grad()
        (bce(D(real), 1) + bce(D(fake.detach()), 0)).backward()
        d_adam.step()
        require_grad(d_parameters, False)
        g_adam.zero_grad()
        (mse_loss(fake, real) + 1e-3 * bce(D(fake), 1)).backward()
        g_adam.step()
        require_grad(d_parameters, True)

    def sample():
        with torch.inference_mode():
            G.eval()
            G(noise())
            G.train()

    step = {"wgangp": wasserstein, "srgan": super_resolution}.get(model, vanilla)
    return step, sample if latent else None, sum(p.numel() for p in d_parameters + g_parameters)


def milliseconds(run, times):
    start = time.perf_counter()
    for _ in range(times):
        run()
    return (time.perf_counter() - start) * 1000 / times


def main():
    global CHANNELS_LAST
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=["mlp", "mnist", "dcgan", "wgangp", "srgan", "cyclegan"])
    parser.add_argument("batch", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--compile", action="store_true")
    args = parser.parse_args()
    CHANNELS_LAST = args.channels_last
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    step, sample, parameters = make(args.model, args.batch, args.compile)
    print("made", flush=True)
    for _ in range(3):
        step()
    print("ready", flush=True)
    for line in sys.stdin:
        word = line.split()
        if word[0] == "rss":
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
        elif word[0] == "parameters":
            print(parameters, flush=True)
        elif word[0] == "sample":
            print(milliseconds(sample, int(word[1])) if sample else 0, flush=True)
        else:
            print(milliseconds(step, int(word[0])), flush=True)


if __name__ == "__main__":
    main()

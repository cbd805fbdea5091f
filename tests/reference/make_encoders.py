#!/usr/bin/python3
"""One turn of each player of the GANs with encoders in PyTorch, at full width, for
tests/models/encoder_test.cpp: encoders.safetensors.

    sudo apt-get install python3-torch
    /usr/bin/python3 tests/reference/make_encoders.py [OUTPUT_DIRECTORY]

Weights, images and noise are formulas, not data (`numbers` and `fill`), and of each gradient two numbers are kept, its
norm and its product with a fixed direction: rows of `<model>.grad_g`, of generator and then encoder, and of
`<model>.grad_d`, parameters in the order of our visits. Losses are `<model>.loss_g` and `<model>.loss_d`. Dropout is off.

    bigan   keras-adversarial's example_bigan.py with its penalties on weights, batch norm as PyTorch trains it; the layer
            norm of the discriminator is the sample-wise mode of Keras 1
    aae     its example_aae.py
"""
import os
import sys

import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from make_references import F64, save  # noqa: E402

BATCH = 4


def numbers(shape, step, modulus, start=0):
    """((step i + start) mod modulus) / ((modulus - 1) / 2) - 1, in [-1, 1]."""
    count = torch.Size(shape).numel()
    return (((torch.arange(count) * step + start) % modulus).double() / ((modulus - 1) / 2) - 1).reshape(shape)


def fill(net):
    """Matrices within +-1 / sqrt(inputs), gains 1 +- 0.3, biases +-0.3."""
    with torch.no_grad():
        for place, (name, p) in enumerate(net.named_parameters()):
            values = numbers(p.shape, 7919, 1009, 131 * place)
            if p.dim() > 1:
                p.copy_(values / p.shape[1] ** 0.5)
            else:
                p.copy_(0.3 * values + (1 if name.endswith('weight') else 0))


class Encoder(nn.Module):
    def __init__(self, body, features, latent):
        super().__init__()
        self.body, self.mean, self.log_variance = body, nn.Linear(features, latent), nn.Linear(features, latent)

    def forward(self, x, noise):
        h = self.body(x)
        return self.mean(h) + noise * torch.exp(self.log_variance(h) / 2)


def dense(*widths, last=(), norm=None):
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Linear(a, b)] + ([norm(b)] if norm else []) + [nn.LeakyReLU(0.2)]
    return layers + list(last)


def penalty(net, l1, l2):
    return sum(l1 * p.abs().sum() + l2 * (p ** 2).sum() for p in net.parameters() if p.dim() > 1)


def bce(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def keep(out, model, player, loss, nets):
    ps = [p for net in nets for p in net.parameters()]
    grads = torch.autograd.grad(loss, ps, retain_graph=True)
    out[f'{model}.loss_{player}'] = loss
    out[f'{model}.grad_{player}'] = torch.stack(
        [torch.stack([g.norm(), (g * numbers(g.shape, 3571, 1013)).sum()]) for g in grads])


def bigan(out, x):
    latent = 25
    g = nn.Sequential(*dense(latent, 256, 512, 1024, last=[nn.Linear(1024, 784), nn.Sigmoid()]))
    e = Encoder(nn.Sequential(*dense(784, 1024, 512, 256, norm=lambda n: nn.BatchNorm1d(n, 1e-3))), 256, latent)
    d = nn.Sequential(*dense(latent + 784, 2048, 2048, 2048, norm=lambda n: nn.LayerNorm(n, 1e-3)),
                      nn.Linear(2048, 1))
    for net in (g, e, d):
        fill(net.double())
    z, code = numbers((BATCH, latent), 37, 101), e(x, numbers((BATCH, latent), 53, 103))
    fake = g(z)

    def judge(a, b):
        return d(torch.cat([a, b], 1))
    keep(out, 'bigan', 'g', bce(judge(z, fake), 1.0) + bce(judge(code, x), 0.0) + penalty(g, 1e-5, 1e-5) +
         penalty(e, 1e-5, 0), (g, e))
    keep(out, 'bigan', 'd', bce(judge(z, fake.detach()), 0.0) + bce(judge(code.detach(), x), 1.0) +
         penalty(d, 1e-7, 1e-7), (d,))


def aae(out, x):
    latent = 100
    g = nn.Sequential(*dense(latent, 512, 512, last=[nn.Linear(512, 784), nn.Sigmoid()]))
    e = Encoder(nn.Sequential(*dense(784, 512, 512)), 512, latent)
    d = nn.Sequential(*dense(latent, 512, 512), nn.Linear(512, 1))
    for net in (g, e, d):
        fill(net.double())
    z, code = numbers((BATCH, latent), 37, 101), e(x, numbers((BATCH, latent), 53, 103))
    keep(out, 'aae', 'g', F.mse_loss(g(code), x) + 1e-2 * bce(d(code), 1.0) + penalty(g, 1e-7, 0) +
         penalty(e, 1e-7, 0), (g, e))
    keep(out, 'aae', 'd', 1e-2 * (bce(d(z), 1.0) + bce(d(code.detach()), 0.0)) + penalty(d, 1e-7, 1e-7), (d,))


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    out, x = {}, 0.5 * numbers((BATCH, 784), 31, 97) + 0.5
    bigan(out, x)
    aae(out, x)
    save(os.path.join(folder, 'encoders.safetensors'), out)


if __name__ == '__main__':
    main()

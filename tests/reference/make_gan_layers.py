#!/usr/bin/python3
"""PyTorch's answers for layers that GANs brought: gan_layers.safetensors, with the keys and layouts of layers.safetensors.

Run (Debian 12, PyTorch 1.13.1), with make_references.py beside it:

    /usr/bin/python3 tests/reference/make_gan_layers.py [OUTPUT_DIRECTORY]

Spectral norm is torch.nn.utils'; the other layers are written here in operations of PyTorch. Buffers are
stored before, and as `<buffer>_after` after one call. spectral_dense, _conv and _deconv also have weight_u_after20,
weight_v_after20 and sigma_after20 after twenty calls, and svd, the largest singular value.
"""
import math
import os
import sys

import torch
import torch.nn.functional as F
from make_references import Layers, option, save
from torch import nn


def freed(module):
    """The module with its parameters and buffers as plain attributes, and those that are parameters by name."""
    parameters = {}
    for path, part in module.named_modules():
        for name in list(part._parameters):
            value = part._parameters.pop(name)
            if value is not None:
                parameters[f"{path}.{name}" if path else name] = value.detach()
            setattr(part, name, None if value is None else value.detach())
    return module, parameters


def module_case(m, name, module, x, **options):
    """The case of a module: its parameters get random values, its buffers are stored before and after."""
    module = module.double().train()
    for key, p in module.named_parameters():
        p.data = m.randn(*p.shape, scale=0.5) + (1 if "b1.weight" in key or "b2.weight" in key else 0)
    for key, b in module.named_buffers():
        if key.endswith(("weight_u", "weight_v")):
            b.copy_(F.normalize(m.randn(*b.shape), dim=0))
        if b.dtype == torch.float64:
            options[key] = b.clone()
    module, parameters = freed(module)
    names = list(parameters)

    def fn(x, *values):
        for key, value in zip(names, values):
            path, _, leaf = key.rpartition(".")
            setattr(module.get_submodule(path), leaf, value)
        return module(x)

    m.case(name, fn, x, parameters, count=option(sum(p.numel() for p in parameters.values())), **options)
    for key, b in module.named_buffers():
        if b.dtype == torch.float64:
            m.out[f"{name}.{key}_after"] = b.clone()
    return module


# ---- weights that are computed ---------------------------------------------------------------------------------------
def spectral(m):
    norm = torch.nn.utils.spectral_norm
    images = m.randn(2, 3, 5, 4)
    modules = {"spectral_dense": (nn.Linear(6, 4), m.randn(3, 6)),
               "spectral_conv": (nn.Conv2d(3, 5, 3, padding=1), images),
               "spectral_deconv": (nn.ConvTranspose2d(3, 4, 4, 2, 1), images)}
    for name, (module, x) in modules.items():
        s = module_case(m, name, norm(module), x)
        for _ in range(19):
            s(x)
        m.out[f"{name}.weight_u_after20"], m.out[f"{name}.weight_v_after20"] = s.weight_u.clone(), s.weight_v.clone()
        w = s.weight_orig.detach()
        m.out[f"{name}.sigma_after20"] = (w.flatten()[:1] / s.weight.detach().flatten()[:1]).clone()
        matrix = w.transpose(0, 1).flatten(1) if "deconv" in name else w.flatten(1)
        m.out[f"{name}.svd"] = torch.linalg.svdvals(matrix)[:1]

    labels = torch.tensor([2, 0, 3, 2])
    table = norm(nn.Embedding(4, 3).double())
    u, v = F.normalize(m.randn(4), dim=0), F.normalize(m.randn(3), dim=0)
    table.weight_u.copy_(u)
    table.weight_v.copy_(v)
    del table._parameters["weight_orig"]

    def looked_up(weight):
        table.weight_orig = weight
        return table(labels)

    m.case("spectral_embedding", looked_up, m.randn(4, 3), labels=option(*labels), weight_u=u, weight_v=v)


def weight(m):
    """Of operations: the second derivative of PyTorch 1.13's own, in the direction of v, is wrong where dim is 0."""
    images = m.randn(2, 3, 5, 4)
    cases = {"weight_dense": (nn.Linear(6, 4), F.linear, 0, m.randn(3, 6)),
             "weight_conv": (nn.Conv2d(3, 5, 3, padding=1), lambda *a: F.conv2d(*a, padding=1), 0, images),
             "weight_deconv": (nn.ConvTranspose2d(3, 4, 4, 2, 1), lambda *a: F.conv_transpose2d(*a, 2, 1), 1, images)}
    for name, (module, apply, dim, x) in cases.items():
        module = torch.nn.utils.weight_norm(module.double(), dim=dim)
        g, v, bias = (m.randn(*p.shape) for p in (module.weight_g, module.weight_v, module.bias))

        def fn(x, g, v, bias, apply=apply, dim=dim):
            others = [i for i in range(v.dim()) if i != dim]
            return apply(x, v * (g / v.square().sum(others, keepdim=True).sqrt()), bias)

        leaves = [t.clone().requires_grad_() for t in (g, v, bias)]
        module.weight_g.data, module.weight_v.data, module.bias.data = g, v, bias
        ours, theirs = fn(x, *leaves), module(x)
        assert torch.allclose(ours, theirs, 1e-13, 1e-13)
        own = torch.autograd.grad(ours.sin().sum(), leaves)
        for a, b in zip(own, torch.autograd.grad(theirs.sin().sum(), (module.weight_g, module.weight_v, module.bias))):
            assert torch.allclose(a, b, 1e-12, 1e-12)
        m.case(name, fn, x, {"weight_g": g, "weight_v": v, "bias": bias},
               count=option(g.numel() + v.numel() + bias.numel()))


def equalized(m):
    gain, multiplier = math.sqrt(2), 0.25
    m.case("equalized_dense", lambda x, w, b: F.linear(x, multiplier * gain / math.sqrt(6) * w, multiplier * b),
           m.randn(3, 6), {"weight_orig": m.randn(4, 6), "bias": m.randn(4)}, multiplier=option(multiplier))
    m.case("equalized_conv", lambda x, w, b: F.conv2d(x, gain / math.sqrt(27) * w, b, padding=1),
           m.randn(2, 3, 5, 4), {"weight_orig": m.randn(5, 3, 3, 3), "bias": m.randn(5)})


# ---- norms and statistics of a batch ---------------------------------------------------------------------------------
def conditional_norm(m, name, x, training):
    labels, channels, classes = torch.tensor([1, 0, 1]), x.shape[1], 3
    mean, var = m.randn(channels), 0.5 + torch.rand(channels, dtype=x.dtype, generator=m.rng)
    mean_after, var_after = mean.clone(), var.clone()
    each = (-1, channels) + (1,) * (x.dim() - 2)

    def fn(x, weight, bias):
        mean_after.copy_(mean)
        var_after.copy_(var)
        y = F.batch_norm(x, mean_after, var_after, None, None, training, 0.1, 1e-5)
        return y * weight[labels].view(each) + bias[labels].view(each)

    m.case(name, fn, x, {"weight": m.randn(classes, channels), "bias": m.randn(classes, channels)},
           labels=option(*labels), running_mean=mean, running_var=var)
    m.out[f"{name}.running_mean_after"], m.out[f"{name}.running_var_after"] = mean_after, var_after


def virtual_norm(m, name, reference, x):
    axes = [0, *range(2, x.dim())]
    n, each = len(reference), (1, -1) + (1,) * (x.dim() - 2)

    def fn(x, reference, weight, bias):
        mean_r = reference.mean(axes, keepdim=True)
        square_r = reference.square().mean(axes, keepdim=True)
        mean_x, square_x = x, x.square()
        if axes[1:]:
            mean_x, square_x = x.mean(axes[1:], keepdim=True), x.square().mean(axes[1:], keepdim=True)
        mean = mean_x / (n + 1) + n * mean_r / (n + 1)
        square = square_x / (n + 1) + n * square_r / (n + 1)
        y = (x - mean) / (1e-5 + square - mean.square()).sqrt()
        r = (reference - mean_r) / (1e-5 + square_r - mean_r.square()).sqrt()
        return weight.view(each) * torch.cat([r, y]) + bias.view(each)

    m.case(name, fn, x, {"reference": reference, "weight": m.randn(x.shape[1]), "bias": m.randn(x.shape[1])})


def minibatch(m):
    def discrimination(x, t, bias):
        projected = torch.einsum("na,abc->nbc", x, t)
        distance = (projected[:, None] - projected[None]).abs().sum(3) + 1e6 * torch.eye(len(x), dtype=x.dtype)[..., None]
        return torch.cat([x, (-distance).exp().sum(1) + bias], 1)

    def deviation(x, group):
        y = x.reshape(group, -1, *x.shape[1:])
        y = ((y - y.mean(0)).square().mean(0) + 1e-8).sqrt().flatten(1).mean(1)
        return torch.cat([x, y.repeat(group).view(-1, 1, 1, 1).expand(-1, 1, *x.shape[2:])], 1)

    m.case("minibatch_discrimination", discrimination, m.randn(5, 4),
           {"T": m.randn(4, 3, 2, scale=0.5), "bias": m.randn(3)})
    m.case("minibatch_stddev", lambda x: deviation(x, 3), m.randn(6, 2, 3, 4))
    m.case("minibatch_stddev_whole", lambda x: deviation(x, 4), m.randn(4, 2, 3, 4))


# ---- attention, resampling, blocks -----------------------------------------------------------------------------------
class Attention(nn.Module):
    """The non-local block of the authors' program, with BigGAN's names."""

    def __init__(self, channels, key, value, pool, wrap=lambda c: c):
        super().__init__()
        self.pool = pool
        self.theta = wrap(nn.Conv2d(channels, key, 1, bias=False))
        self.phi = wrap(nn.Conv2d(channels, key, 1, bias=False))
        self.g = wrap(nn.Conv2d(channels, value, 1, bias=False))
        self.o = wrap(nn.Conv2d(value, channels, 1, bias=False))
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        def context(y):
            return (F.max_pool2d(y, 2) if self.pool else y).flatten(2)

        beta = torch.softmax(self.theta(x).flatten(2).transpose(1, 2) @ context(self.phi(x)), -1)
        y = (context(self.g(x)) @ beta.transpose(1, 2)).view(len(x), -1, *x.shape[2:])
        return self.gamma.view(()) * self.o(y) + x


def low_pass(channels):
    taps = torch.tensor([1.0, 3, 3, 1], dtype=torch.float64)
    kernel = taps[:, None] * taps
    return (kernel / kernel.sum()).expand(channels, 1, 4, 4)


class GeneratorBlock(nn.Module):
    def __init__(self, inner, out):
        super().__init__()
        self.b1, self.b2 = nn.BatchNorm2d(inner), nn.BatchNorm2d(out)
        self.c1, self.c2 = nn.Conv2d(inner, out, 3, padding=1), nn.Conv2d(out, out, 3, padding=1)
        self.c_sc = nn.Conv2d(inner, out, 1)

    def forward(self, x):
        def up(y):
            return F.interpolate(y, scale_factor=2)

        y = self.c1(up(F.relu(self.b1(x))))
        return self.c2(F.relu(self.b2(y))) + self.c_sc(up(x))


class DiscriminatorBlock(nn.Module):
    def __init__(self, inner, out, down, first=False, wrap=lambda c: c):
        super().__init__()
        self.down, self.first = down, first
        hidden = out if first else inner
        self.c1 = wrap(nn.Conv2d(inner, hidden, 3, padding=1))
        self.c2 = wrap(nn.Conv2d(hidden, out, 3, padding=1))
        if down or inner != out:
            self.c_sc = wrap(nn.Conv2d(inner, out, 1))

    def forward(self, x):
        y = self.c2(F.relu(self.c1(x if self.first else F.relu(x))))
        shortcut = self.c_sc(x) if hasattr(self, "c_sc") else x
        return F.avg_pool2d(y, 2) + F.avg_pool2d(shortcut, 2) if self.down else y + shortcut


class GroupedBlock(nn.Module):
    """R3GAN's, with the names of its program."""

    class Convolution(nn.Module):
        def __init__(self, inner, out, kernel, groups=1):
            super().__init__()
            self.Layer = nn.Conv2d(inner, out, kernel, padding=kernel // 2, groups=groups, bias=False)

        def forward(self, x):
            return self.Layer(x)

    class BiasedActivation(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.Bias = nn.Parameter(torch.zeros(channels))

        def forward(self, x):
            return F.leaky_relu(x + self.Bias.view(-1, 1, 1), 0.2)

    def __init__(self, width, groups):
        super().__init__()
        self.LinearLayer1 = self.Convolution(width, 2 * width, 1)
        self.NonLinearity1 = self.BiasedActivation(2 * width)
        self.LinearLayer2 = self.Convolution(2 * width, 2 * width, 3, groups)
        self.NonLinearity2 = self.BiasedActivation(2 * width)
        self.LinearLayer3 = self.Convolution(2 * width, width, 1)

    def forward(self, x):
        y = self.NonLinearity1(self.LinearLayer1(x))
        return x + self.LinearLayer3(self.NonLinearity2(self.LinearLayer2(y)))


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    m = Layers()
    spectral(m)
    weight(m)
    equalized(m)
    conditional_norm(m, "conditional_norm", m.randn(3, 2, 3, 2, scale=2.0) + 0.5, True)
    conditional_norm(m, "conditional_norm_rows", m.randn(3, 4), True)
    conditional_norm(m, "conditional_norm_eval", m.randn(3, 2, 3, 2), False)
    virtual_norm(m, "virtual_norm", m.randn(3, 2, 3, 2, scale=2.0) + 0.5, m.randn(2, 2, 3, 2))
    virtual_norm(m, "virtual_norm_rows", m.randn(4, 3), m.randn(2, 3))
    minibatch(m)
    sn = torch.nn.utils.spectral_norm
    images = m.randn(2, 4, 4, 6)
    module_case(m, "attention", Attention(4, 1, 2, True), images)
    module_case(m, "attention_plain", Attention(4, 2, 3, False), images)
    module_case(m, "attention_spectral", Attention(4, 1, 2, True, sn), images)
    m.case("blur_upsample", lambda x: F.conv_transpose2d(x, 4 * low_pass(2), stride=2, padding=1, groups=2),
           m.randn(2, 2, 3, 4))
    m.case("blur_downsample", lambda x: F.conv2d(x, low_pass(2), stride=2, padding=1, groups=2), m.randn(2, 2, 6, 4))
    m.case("blur_downsample_odd", lambda x: F.conv2d(x, low_pass(2), stride=2, padding=1, groups=2), m.randn(2, 2, 5, 7))
    module_case(m, "generator_block", GeneratorBlock(3, 2), m.randn(2, 3, 3, 2))
    small = m.randn(2, 3, 4, 6)
    module_case(m, "first_block", DiscriminatorBlock(3, 4, True, first=True), small)
    module_case(m, "first_block_spectral", DiscriminatorBlock(3, 4, True, first=True, wrap=sn), small)
    module_case(m, "down_block", DiscriminatorBlock(3, 4, True), small)
    module_case(m, "down_block_spectral", DiscriminatorBlock(3, 4, True, wrap=sn), small)
    module_case(m, "flat_block", DiscriminatorBlock(3, 3, False), small)
    module_case(m, "grouped_block", GroupedBlock(4, 2), m.randn(2, 4, 3, 2))
    save(os.path.join(folder, "gan_layers.safetensors"), m.out)


if __name__ == "__main__":
    main()

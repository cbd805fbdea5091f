#!/usr/bin/python3
"""PyTorch's answers, kept as small safetensors files for the C++ tests.

Run (Debian 12, PyTorch 1.13.1; any later PyTorch gives the same numbers up to rounding):

    sudo apt-get install python3-torch
    /usr/bin/python3 tests/reference/make_references.py [OUTPUT_DIRECTORY]

The output directory defaults to this script's own. Seeds are fixed: the same PyTorch writes the same bytes.
Nothing but torch is needed; the file format (8-byte length, JSON header, raw data) is written here by hand.

Conventions, shared by all files
  * Everything is float64, except dcgan_f32.safetensors.
  * Tensors have PyTorch's layouts: images NCHW, convolution filters OIHW, transposed convolution IOHW, Linear
    (out, in). The tests permute. A Linear behind Flatten (or before Reshape) numbers its features (C, H, W).
  * Options of a case are small 1-D tensors of the file: `<case>.stride`, `.padding` [top, bottom, left, right], ...

layers.safetensors       per case, with parameters p (weight, bias) as far as the layer has them:
    x, p                 inputs                       y           the layer's output
    gy                   a fixed cotangent            gx, g_p     d<y, gy> / d(x, p)
    u, u_p               fixed directions for the gradients:  s = <gx, u> + sum over p of <g_p, u_p>
    hx, h_p, hgy         ds / d(x, p, gy): the double backward (zeros where s does not depend on it)
    Some add count, how many numbers PyTorch's module trains.
    Batch norm adds running_mean, running_var (before) and running_mean_after, running_var_after (after one forward).
optimizers.safetensors   five steps: p0, p1 (start), g<step>_p0, g<step>_p1 (gradients), after<step>_p0, after<step>_p1,
    and the options lr, momentum, dampening, nesterov, weight_decay or lr, betas, eps, weight_decay or lr, alpha, eps,
    weight_decay, momentum, centered. Cases with a scheduler or clipping start all at `plan.p0`, `plan.p1` with the
    gradients plan.g<step>_p0, plan.g<step>_p1 of eight steps; of each there are the learning rates `<case>.lrs` and the
    parameters at the end, `<case>.p0` and `<case>.p1`.
dcgan_f64.safetensors    ten steps of a narrow DCGAN (a step is written out in `dcgan` below): initial state
    `G.<name>`, `D.<name>` (names of nn.Sequential's state_dict), `z.<step>`, `loss_d.<step>`, `loss_g.<step>`,
    gradients of step 0 `grad0.*`, the state after step 0 `step0.*` and at the end `final.*`.
    Real images are a formula, not data: real[n, 0, h, w] = sin(0.1 * (784 n + 28 h + w) + step).
dcgan_f32.safetensors    the same net and its first step in float32: initial state, z.0, losses, grad0.*.
gp.safetensors           gradient penalties of a small critic at given eps, real, fake: WGAN-GP
    10 * mean_n (|d D(x_n) / d x_n| - 1)^2 with x = eps real + (1 - eps) fake, and R1, mean_n |d D(real_n) / d real_n|^2
    (without the usual factor gamma / 2), each with its gradient in every parameter.
"""
import json
import math
import os
import struct
import sys

import torch
import torch.nn.functional as F
from torch import nn

F64 = torch.float64


# ---- the file format -------------------------------------------------------------------------------------------------
def save(path, tensors):
    """Writes a safetensors file: header length, JSON header padded to 8 bytes, tensors in order."""
    names = {torch.float64: "F64", torch.float32: "F32", torch.int64: "I64"}
    header, blobs, offset = {}, [], 0
    for key, value in tensors.items():
        value = value.detach().contiguous()
        blob = value.numpy().tobytes()
        offsets = [offset, offset + len(blob)]
        header[key] = {"dtype": names[value.dtype], "shape": list(value.shape), "data_offsets": offsets}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))
    print(f"{os.path.basename(path)}: {len(tensors)} tensors, {8 + len(text) + offset} bytes")


def option(*values):
    return torch.tensor([float(v) for v in values], dtype=F64)


def pair(value):
    return value if isinstance(value, tuple) else (value, value)


# ---- layers ----------------------------------------------------------------------------------------------------------
class Layers:
    def __init__(self):
        self.out = {}
        self.rng = torch.Generator().manual_seed(20240501)

    def randn(self, *shape, scale=1.0):
        return scale * torch.randn(shape, dtype=F64, generator=self.rng)

    def case(self, name, fn, x, params=None, **options):
        """Records value, backward and double backward of y = fn(x, *params)."""
        params = params or {}
        leaves = {"x": x, **params}
        for key, value in leaves.items():
            self.out[f"{name}.{key}"] = value.clone()
        for key, value in options.items():
            self.out[f"{name}.{key}"] = value
        inputs = [value.clone().requires_grad_() for value in leaves.values()]
        y = fn(*inputs)
        gy = self.randn(*y.shape).requires_grad_()
        grads = torch.autograd.grad(y, inputs, gy, create_graph=True)
        directions = [self.randn(*g.shape) for g in grads]
        s = sum((g * u).sum() for g, u in zip(grads, directions))
        seconds = torch.autograd.grad(s, [*inputs, gy], allow_unused=True)
        seconds = [torch.zeros_like(i) if h is None else h for i, h in zip([*inputs, gy], seconds)]
        self.out[f"{name}.y"] = y
        self.out[f"{name}.gy"] = gy
        for key, g, u, h in zip(leaves, grads, directions, seconds):
            suffix = "" if key == "x" else f"_{key}"
            self.out[f"{name}.{'gx' if key == 'x' else 'g' + suffix}"] = g
            self.out[f"{name}.u{suffix}"] = u
            self.out[f"{name}.{'hx' if key == 'x' else 'h' + suffix}"] = h
        self.out[f"{name}.hgy"] = seconds[-1]

    def conv(self, name, x, out, kernel, stride=1, padding=(0, 0, 0, 0), dilation=1, groups=1, bias=True):
        kernel, stride, dilation = pair(kernel), pair(stride), pair(dilation)
        top, bottom, left, right = padding
        params = {"weight": self.randn(out, x.shape[1] // groups, *kernel, scale=0.5)}
        if bias:
            params["bias"] = self.randn(out)

        def fn(x, weight, bias=None):
            return F.conv2d(F.pad(x, (left, right, top, bottom)), weight, bias, stride, 0, dilation, groups)

        self.case(name, fn, x, params, stride=option(*stride), padding=option(*padding), dilation=option(*dilation),
                  groups=option(groups))

    def conv_transpose(self, name, x, out, kernel, stride=1, padding=0, output_padding=0, dilation=1, groups=1,
                       bias=True):
        kernel, stride, padding, dilation = pair(kernel), pair(stride), pair(padding), pair(dilation)
        output_padding = pair(output_padding)
        params = {"weight": self.randn(x.shape[1], out // groups, *kernel, scale=0.5)}
        if bias:
            params["bias"] = self.randn(out)

        def fn(x, weight, bias=None):
            return F.conv_transpose2d(x, weight, bias, stride, padding, output_padding, groups, dilation)

        self.case(name, fn, x, params, stride=option(*stride),
                  padding=option(padding[0], padding[0], padding[1], padding[1]), dilation=option(*dilation),
                  groups=option(groups), output_padding=option(*output_padding))

    def batch_norm(self, name, x, training, eps=1e-5, momentum=0.1):
        c = x.shape[1]
        params = {"weight": 1 + self.randn(c, scale=0.3), "bias": self.randn(c)}
        mean, var = self.randn(c), 0.5 + torch.rand(c, dtype=F64, generator=self.rng)
        after_mean, after_var = mean.clone(), var.clone()

        def fn(x, weight, bias):
            return F.batch_norm(x, after_mean, after_var, weight, bias, training, momentum, eps)

        self.case(name, fn, x, params, eps=option(eps), momentum=option(momentum), training=option(training))
        self.out[f"{name}.running_mean"], self.out[f"{name}.running_var"] = mean, var
        self.out[f"{name}.running_mean_after"], self.out[f"{name}.running_var_after"] = after_mean, after_var


def layers():
    m = Layers()
    linear = {"weight": m.randn(4, 5), "bias": m.randn(4)}
    m.case("linear", F.linear, m.randn(3, 5), linear)
    m.case("linear_nobias", F.linear, m.randn(3, 5), {"weight": m.randn(4, 5)})

    m.conv("conv2d_k3s1p1", m.randn(2, 3, 6, 5), 4, 3, 1, (1, 1, 1, 1))
    m.conv("conv2d_k4s2p1", m.randn(2, 3, 8, 6), 4, 4, 2, (1, 1, 1, 1))
    m.conv("conv2d_k4s2p1_nobias", m.randn(2, 3, 8, 6), 4, 4, 2, (1, 1, 1, 1), bias=False)
    m.conv("conv2d_k3s2p0", m.randn(2, 2, 7, 8), 3, 3, 2)
    m.conv("conv2d_dilation2", m.randn(2, 2, 6, 7), 3, 3, 1, (2, 2, 2, 2), dilation=2)
    m.conv("conv2d_groups2", m.randn(2, 4, 6, 6), 4, 3, 1, (1, 1, 1, 1), groups=2)
    m.conv("conv2d_same", m.randn(2, 2, 6, 8), 3, 3, 2, (0, 1, 0, 1))
    m.conv("conv2d_1channel", m.randn(3, 1, 8, 8), 4, 4, 2, (1, 1, 1, 1))
    m.conv("conv2d_uneven", m.randn(2, 2, 7, 6), 3, (3, 2), (2, 1), (1, 0, 0, 1))

    m.conv_transpose("conv_transpose_k4s2p1", m.randn(2, 3, 4, 5), 2, 4, 2, 1)
    m.conv_transpose("conv_transpose_k4s2p1_nobias", m.randn(2, 3, 4, 5), 2, 4, 2, 1, bias=False)
    m.conv_transpose("conv_transpose_k3s2p1_op1", m.randn(2, 3, 4, 3), 2, 3, 2, 1, output_padding=1)
    m.conv_transpose("conv_transpose_1x1_k4s1p0", m.randn(3, 4, 1, 1), 3, 4, 1, 0)
    m.conv_transpose("conv_transpose_k3s2p0", m.randn(2, 2, 3, 4), 3, 3, 2, 0)
    m.conv_transpose("conv_transpose_dilation2", m.randn(2, 2, 4, 4), 3, 3, 1, 1, dilation=2)
    m.conv_transpose("conv_transpose_groups2", m.randn(2, 4, 3, 3), 4, 4, 2, 1, groups=2)

    m.batch_norm("batch_norm2d_train", m.randn(3, 4, 3, 2, scale=2.0) + 0.5, True)
    m.batch_norm("batch_norm1d_train", m.randn(6, 5, scale=2.0) + 0.5, True)
    m.batch_norm("batch_norm2d_options", m.randn(2, 3, 4, 4), True, eps=1e-3, momentum=0.3)
    m.batch_norm("batch_norm2d_eval", m.randn(3, 4, 3, 2), False)
    m.batch_norm("batch_norm1d_eval", m.randn(6, 5), False)

    m.case("leaky_relu", lambda x: F.leaky_relu(x, 0.2), m.randn(2, 3, 4, 3), slope=option(0.2))
    m.case("relu", F.relu, m.randn(2, 3, 4, 3))
    m.case("tanh", torch.tanh, m.randn(2, 3, 4, 3))
    m.case("sigmoid", torch.sigmoid, m.randn(2, 3, 4, 3, scale=2.0))
    m.case("softplus", F.softplus, m.randn(2, 3, 4, 3, scale=3.0))
    m.case("softmax", lambda x: F.softmax(x, -1), m.randn(4, 6, scale=2.0))
    m.case("softmax_channels", lambda x: F.softmax(x, 1), m.randn(2, 4, 3, 2, scale=2.0))
    m.case("max_pool2d", lambda x: F.max_pool2d(x, 2, 2), m.randn(2, 3, 7, 5))
    m.case("upsample_nearest", lambda x: F.interpolate(x, scale_factor=2, mode="nearest"), m.randn(2, 3, 3, 4))

    for name, target in (("bce_ones", 1.0), ("bce_zeros", 0.0), ("bce_smooth", 0.9)):
        x = torch.cat([option(50, -50, 0, 30, -30), m.randn(7, scale=3.0)]).reshape(12, 1)
        m.case(name, lambda x, t=target: F.binary_cross_entropy_with_logits(x, torch.full_like(x, t)), x,
               target=option(target))
    more_layers(m)
    norms(m)
    return m.out


def count(module):
    return option(sum(p.numel() for p in module.parameters()))


def norms(m):
    m.rng = torch.Generator().manual_seed(20240503)  # the cases before these keep their numbers

    def case(name, groups, channels, *image, eps=1e-5, affine=True):
        params = {"weight": 1 + m.randn(channels, scale=0.3), "bias": m.randn(channels)} if affine else {}
        m.case(name, lambda x, w=None, b=None: F.group_norm(x, groups, w, b, eps), m.randn(3, channels, *image) + 0.5,
               params, groups=option(groups), eps=option(eps),
               count=count(nn.GroupNorm(groups, channels, affine=affine)))

    case("group_norm", 2, 6, 3, 4)
    case("group_norm_one", 1, 4, 2, 3, eps=1e-3)
    case("group_norm_each", 3, 3, 4, 2)
    case("group_norm_rows", 2, 8)
    case("group_norm_plain", 2, 4, 3, 2, affine=False)


def more_layers(m):
    m.rng = torch.Generator().manual_seed(20240502)  # the cases before these keep their numbers
    m.case("elu", F.elu, m.randn(2, 3, 4, 3, scale=2.0), alpha=option(1))
    m.case("elu_alpha", lambda x: F.elu(x, 0.7), m.randn(2, 3, 4, 3, scale=2.0), alpha=option(0.7))
    m.case("prelu", F.prelu, m.randn(2, 3, 4, 3), {"weight": m.randn(3)}, count=count(nn.PReLU(3)))
    m.case("prelu_shared", F.prelu, m.randn(4, 5), {"weight": m.randn(1)}, count=count(nn.PReLU()))

    def maxout(x, weight, bias):
        return F.linear(x, weight, bias).view(x.shape[0], -1, 3).max(-1)[0]

    m.case("maxout", maxout, m.randn(3, 5), {"weight": m.randn(12, 5), "bias": m.randn(12)},
           count=count(nn.Linear(5, 12)))

    def affine(*shape):
        return {"weight": 1 + m.randn(*shape, scale=0.3), "bias": m.randn(*shape)}

    def layer_norm(*shape, eps=1e-5):
        return lambda x, weight=None, bias=None: F.layer_norm(x, shape, weight, bias, eps)

    m.case("layer_norm", layer_norm(5), m.randn(4, 5, scale=2.0) + 0.5, affine(5), count=count(nn.LayerNorm(5)))
    m.case("layer_norm_plain", layer_norm(5, eps=1e-3), m.randn(2, 3, 5), eps=option(1e-3),
           count=count(nn.LayerNorm(5, elementwise_affine=False)))
    m.case("layer_norm_two", layer_norm(3, 5), m.randn(4, 3, 5), affine(3, 5), count=count(nn.LayerNorm((3, 5))))
    # The weight of an image's norm as (1, C, H, W), which the tests permute like an image.
    m.case("layer_norm_image", lambda x, w, b: F.layer_norm(x, x.shape[1:], w[0], b[0]), m.randn(2, 3, 4, 2) + 0.5,
           affine(1, 3, 4, 2), count=count(nn.LayerNorm((3, 4, 2))))
    m.case("layer_norm_per_channel", lambda x, w, b: F.layer_norm(x, x.shape[1:]) * w[:, None, None] + b[:, None, None],
           m.randn(2, 3, 4, 2) + 0.5, affine(3))
    m.case("instance_norm", F.instance_norm, m.randn(3, 4, 3, 2, scale=2.0) + 0.5, eps=option(1e-5),
           count=count(nn.InstanceNorm2d(4)))
    m.case("instance_norm_affine", lambda x, w, b: F.instance_norm(x, weight=w, bias=b, eps=1e-3),
           m.randn(2, 3, 4, 3) + 0.5, affine(3), eps=option(1e-3), count=count(nn.InstanceNorm2d(3, affine=True)))

    m.case("avg_pool2d", lambda x: F.avg_pool2d(x, 2), m.randn(2, 3, 5, 4))
    m.case("avg_pool2d_overlapping", lambda x: F.avg_pool2d(x, 3, 2, 1), m.randn(2, 3, 5, 6))
    m.case("global_average_pool", lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1), m.randn(2, 3, 5, 4))

    def bilinear(x, size):
        return F.interpolate(x, scale_factor=size, mode="bilinear", align_corners=False)

    m.case("upsample_bilinear", lambda x: bilinear(x, 2), m.randn(2, 3, 3, 4))
    m.case("upsample_bilinear_uneven", lambda x: bilinear(x, (2, 3)), m.randn(1, 2, 3, 2))
    m.case("pixel_shuffle", lambda x: F.pixel_shuffle(x, 2), m.randn(2, 8, 3, 2))
    m.case("pixel_shuffle3", lambda x: F.pixel_shuffle(x, 3), m.randn(1, 18, 2, 2))
    for name, mode in (("zero_pad", "constant"), ("reflection_pad", "reflect")):  # F.pad: left, right, top, bottom
        m.case(name, lambda x, mode=mode: F.pad(x, (0, 3, 1, 2), mode), m.randn(2, 3, 4, 5), padding=option(1, 2, 0, 3))

    labels = torch.tensor([2, 0, 3, 2])
    m.case("embedding", lambda table: F.embedding(labels, table), m.randn(4, 3), labels=option(*labels.tolist()),
           count=count(nn.Embedding(4, 3)))

    def body(x, w0, b0, w2, b2):
        return F.conv2d(F.relu(F.conv2d(x, w0, b0, padding=1)), w2, b2, padding=1)

    def filters(prefix, out, channels, kernel):
        return {f"{prefix}.weight": m.randn(out, channels, kernel, kernel, scale=0.5), f"{prefix}.bias": m.randn(out)}

    ways = {**filters("body.0", 4, 3, 3), **filters("body.2", 3, 4, 3)}
    m.case("residual", lambda x, *p: x + body(x, *p), m.randn(2, 3, 4, 3), ways)
    ways = {**filters("body.0", 4, 3, 3), **filters("body.2", 2, 4, 3), **filters("shortcut.0", 2, 3, 1)}
    m.case("residual_shortcut", lambda x, *p: F.relu(F.conv2d(x, *p[4:]) + body(x, *p[:4])), m.randn(2, 3, 4, 3), ways)


# ---- optimizers ------------------------------------------------------------------------------------------------------
def optimizers():
    out, rng = {}, torch.Generator().manual_seed(7)
    shapes, steps = [(5, 3), (7,)], 5
    sgd = dict(lr=0.1, momentum=0.0, dampening=0.0, nesterov=False, weight_decay=0.0)
    adam = dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
    rmsprop = dict(lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False)
    cases = {
        "sgd": (torch.optim.SGD, sgd),
        "sgd_momentum": (torch.optim.SGD, {**sgd, "momentum": 0.9}),
        "sgd_dampening": (torch.optim.SGD, {**sgd, "momentum": 0.9, "dampening": 0.1}),
        "sgd_nesterov": (torch.optim.SGD, {**sgd, "momentum": 0.9, "nesterov": True}),
        "sgd_weight_decay": (torch.optim.SGD, {**sgd, "momentum": 0.9, "weight_decay": 0.05}),
        "adam": (torch.optim.Adam, adam),
        "adam_gan": (torch.optim.Adam, {**adam, "lr": 2e-4, "betas": (0.5, 0.999)}),
        "adam_weight_decay": (torch.optim.Adam, {**adam, "lr": 0.01, "weight_decay": 0.05}),
        "adam_eps": (torch.optim.Adam, {**adam, "lr": 0.01, "eps": 1e-3}),
        "rmsprop": (torch.optim.RMSprop, rmsprop),
        "rmsprop_momentum": (torch.optim.RMSprop, {**rmsprop, "momentum": 0.9}),
        "rmsprop_centered": (torch.optim.RMSprop, {**rmsprop, "centered": True}),
        "rmsprop_weight_decay": (torch.optim.RMSprop, {**rmsprop, "weight_decay": 0.05, "alpha": 0.9}),
        "rmsprop_all": (torch.optim.RMSprop, {**rmsprop, "lr": 0.003, "alpha": 0.8, "eps": 1e-3, "weight_decay": 0.05,
                                              "momentum": 0.7, "centered": True}),
    }
    for name, (kind, options) in cases.items():
        for key, value in options.items():
            out[f"{name}.{key}"] = option(*value) if isinstance(value, tuple) else option(value)
        params = [torch.randn(*s, dtype=F64, generator=rng).requires_grad_() for s in shapes]
        for i, p in enumerate(params):
            out[f"{name}.p{i}"] = p.detach().clone()
        opt = kind(params, **options)
        for step in range(steps):
            for i, p in enumerate(params):
                p.grad = torch.randn(*p.shape, dtype=F64, generator=rng) * 10.0 ** (step - 2)
                out[f"{name}.g{step}_p{i}"] = p.grad.clone()
            opt.step()
            for i, p in enumerate(params):
                out[f"{name}.after{step}_p{i}"] = p.detach().clone()
    out.update(planned_optimizers(rng, shapes))
    return out


def planned_optimizers(rng, shapes):
    """Schedulers, scheduled momentum, clipped gradients and clipped weights."""
    lr, steps = torch.optim.lr_scheduler, 8
    start = [torch.randn(*s, dtype=F64, generator=rng) for s in shapes]
    grads = [[torch.randn(*s, dtype=F64, generator=rng) * 10.0 ** (step % 3 - 1) for s in shapes]
             for step in range(steps)]
    out = {f"plan.p{i}": p for i, p in enumerate(start)}
    out.update({f"plan.g{step}_p{i}": g for step, gs in enumerate(grads) for i, g in enumerate(gs)})
    kinds = {
        "sgd": lambda ps: torch.optim.SGD(ps, lr=0.1, momentum=0.9, nesterov=True),
        "adam": lambda ps: torch.optim.Adam(ps, lr=0.01, betas=(0.5, 0.999)),
        "rmsprop": lambda ps: torch.optim.RMSprop(ps, lr=0.01, momentum=0.5, centered=True),
    }
    schedulers = {
        "linear_to_zero": lambda opt: lr.LambdaLR(opt, lambda n: 1.0 if n < 3 else max(0.0, 1 - (n - 3) / 4)),
        "step": lambda opt: lr.StepLR(opt, step_size=3, gamma=0.3),
        "exponential": lambda opt: lr.ExponentialLR(opt, gamma=0.7),
        "cosine": lambda opt: lr.CosineAnnealingLR(opt, T_max=7, eta_min=0.1 * opt.param_groups[0]["lr"]),
        "warm_up": lambda opt: lr.SequentialLR(opt, [lr.LinearLR(opt, start_factor=0.25, total_iters=3),
                                                     lr.ExponentialLR(opt, gamma=0.7)], milestones=[4]),
        "ramp": lambda opt: lr.LinearLR(opt, start_factor=0.2, end_factor=0.8, total_iters=5),
    }

    def run(name, kind, scheduler=None, momentum=None, clip_norm=None, clip_weights=None):
        ps = [p.clone().requires_grad_() for p in start]
        opt = kinds[kind](ps)
        plan = schedulers[scheduler](opt) if scheduler else None
        rates = []
        for step in range(steps):
            for p, g in zip(ps, grads[step]):
                p.grad = g.clone()
            if momentum:
                opt.param_groups[0]["momentum"] = momentum(step)
            if clip_norm:
                torch.nn.utils.clip_grad_norm_(ps, clip_norm)
            rates.append(opt.param_groups[0]["lr"])
            opt.step()
            if clip_weights:
                for p in ps:
                    p.data.clamp_(-clip_weights, clip_weights)
            if plan:
                plan.step()
        out[f"{name}.lrs"] = option(*rates)
        for i, p in enumerate(ps):
            out[f"{name}.p{i}"] = p.detach()

    for kind in kinds:
        for scheduler in schedulers:
            run(f"{kind}_{scheduler}", kind, scheduler)
        run(f"{kind}_clip_norm", kind, clip_norm=2.0)
        run(f"{kind}_clip_weights", kind, clip_weights=0.3)
        run(f"{kind}_everything", kind, "exponential", clip_norm=2.0, clip_weights=0.3)
    for kind in ("sgd", "rmsprop"):
        run(f"{kind}_momentum_ramp", kind, momentum=lambda n: 0.5 + 0.4 * min(n, 5) / 5)
    return out


# ---- DCGAN -----------------------------------------------------------------------------------------------------------
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(x.shape[0], *self.shape)


def dcgan_nets(latent=8, width=4):
    g = nn.Sequential(
        nn.Linear(latent, 2 * width * 49), nn.BatchNorm1d(2 * width * 49), nn.ReLU(), Reshape(2 * width, 7, 7),
        nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
        nn.ConvTranspose2d(width, 1, 4, 2, 1), nn.Tanh())
    d = nn.Sequential(
        nn.Conv2d(1, width, 4, 2, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * width), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(2 * width * 49, 1))
    return g, d


def randomise(net, rng):
    """Uniform(+-1/sqrt(fan in)) weights and biases, batch-norm scales around 1: nothing left at a special value."""
    for module in net:
        for name, p in module.named_parameters():
            fan = p[0].numel() if p.dim() > 1 else 16
            noise = (2 * torch.rand(p.shape, dtype=F64, generator=rng) - 1) / math.sqrt(fan)
            is_scale = isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)) and name == "weight"
            p.data.copy_(noise + 1 if is_scale else noise)


def state(prefix, net):
    return {f"{prefix}{k}": v.clone() for k, v in net.state_dict().items() if "num_batches" not in k}


def gradients(prefix, net):
    return {f"{prefix}{k}": p.grad.clone() for k, p in net.named_parameters()}


def dcgan(dtype, steps, batch=8, latent=8):
    rng = torch.Generator().manual_seed(11)
    G, D = dcgan_nets(latent)
    G.double(), D.double()
    randomise(G, rng), randomise(D, rng)
    G.to(dtype), D.to(dtype)
    out = {**state("G.", G), **state("D.", D)}

    def bce(logits, target):
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))

    opt_d = torch.optim.Adam(D.parameters(), 2e-4, betas=(0.5, 0.999))
    opt_g = torch.optim.Adam(G.parameters(), 2e-4, betas=(0.5, 0.999))
    for step in range(steps):
        z = torch.randn(batch, latent, dtype=F64, generator=rng).to(dtype)
        real = torch.sin(0.1 * torch.arange(batch * 784, dtype=F64) + step).reshape(batch, 1, 28, 28).to(dtype)
        out[f"z.{step}"] = z

        fake = G(z)                                   # the discriminator's turn
        D.zero_grad()
        loss_d = bce(D(real), 1.0) + bce(D(fake.detach()), 0.0)
        loss_d.backward()
        if step == 0:
            out.update(gradients("grad0.D.", D))
        opt_d.step()

        G.zero_grad()                                 # the generator's turn: the same fakes, the discriminator's new weights
        for p in D.parameters():
            p.requires_grad_(False)
        loss_g = bce(D(fake), 1.0)
        loss_g.backward()
        for p in D.parameters():
            p.requires_grad_(True)
        if step == 0:
            out.update(gradients("grad0.G.", G))
        opt_g.step()

        out[f"loss_d.{step}"], out[f"loss_g.{step}"] = loss_d.detach(), loss_g.detach()
        if step == 0 and steps > 1:
            out.update({**state("step0.G.", G), **state("step0.D.", D)})
    if steps > 1:
        out.update({**state("final.G.", G), **state("final.D.", D)})
    return out


# ---- gradient penalties ----------------------------------------------------------------------------------------------
def penalties():
    rng = torch.Generator().manual_seed(13)
    D = nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(3, 4, 4, 2, 1), nn.LeakyReLU(0.2),
                      nn.Flatten(), nn.Linear(16, 1)).double()
    randomise(D, rng)
    batch = 4
    real = torch.randn(batch, 1, 8, 8, dtype=F64, generator=rng)
    fake = torch.randn(batch, 1, 8, 8, dtype=F64, generator=rng)
    eps = torch.rand(batch, 1, 1, 1, dtype=F64, generator=rng)
    out = {**state("D.", D), "real": real, "fake": fake, "eps": eps, "lambda": option(10)}

    def norms(x):
        x = x.clone().requires_grad_()
        return torch.autograd.grad(D(x).sum(), x, create_graph=True)[0].flatten(1)

    def record(name, value):
        out[f"{name}.value"] = value
        # The last bias does not reach the input's gradient: zero.
        grads = torch.autograd.grad(value, list(D.parameters()), allow_unused=True)
        for (key, p), g in zip(D.named_parameters(), grads):
            out[f"{name}.grad.{key}"] = torch.zeros_like(p) if g is None else g

    record("gp", 10 * (norms(eps * real + (1 - eps) * fake).norm(2, 1) - 1).pow(2).mean())
    record("r1", norms(real).pow(2).sum(1).mean())
    return out


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    save(os.path.join(folder, "layers.safetensors"), layers())
    save(os.path.join(folder, "optimizers.safetensors"), optimizers())
    save(os.path.join(folder, "dcgan_f64.safetensors"), dcgan(F64, 10))
    save(os.path.join(folder, "dcgan_f32.safetensors"), dcgan(torch.float32, 1))
    save(os.path.join(folder, "gp.safetensors"), penalties())


if __name__ == "__main__":
    main()

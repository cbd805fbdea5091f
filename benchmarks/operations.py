#!/usr/bin/env python3
"""How many operations a training step has at least, when every convolution is the sum that it is defined as, and how
many bytes it moves at least.

    operations.py             a table of both
    operations.py --header    the same for benchmarks/gpu.cpp

Its forward pass, its gradient in the input and its gradient in the weights have equally many multiply-adds, and each
touches the layer's inputs, outputs and weights once. "Direct" figures count the multiply-adds that see no padding.
"""
import sys
from typing import NamedTuple

ADAM_BYTES = 28  # a weight, its gradient and two moments are read, all but the gradient written


class Layer(NamedTuple):
    macs: int  # of one image, without those that see padding
    numbers: int  # in and out, of one image
    weights: int


def dense(inputs, outputs):
    return Layer(inputs * outputs, inputs + outputs, inputs * outputs)


def conv(inputs, outputs, size, kernel, stride, pad):
    """A square convolution of images `size` pixels wide."""
    out = (size + 2 * pad - kernel) // stride + 1
    along = sum(0 <= y * stride - pad + tap < size for y in range(out) for tap in range(kernel))
    return Layer(along * along * inputs * outputs, size * size * inputs + out * out * outputs,
                 kernel * kernel * inputs * outputs)


def up(inputs, outputs, size, kernel=4, stride=2, pad=1, extra=0):
    """A transposed convolution of images `size` wide: the adjoint of a convolution of its output."""
    return conv(outputs, inputs, (size - 1) * stride - 2 * pad + kernel + extra, kernel, stride, pad)


class Step(NamedTuple):
    """Which products a step has: (layer, how often), and all layers that learn."""
    products: list
    learnt: list


def pair(D, G):
    """G forward; D forward, weights and input of both batches, but for its first layer's input; for G's turn D forward
    and input, G's weights and input, but for its first layer's input."""
    products = [(layer, 1) for layer in G] + [(layer, 6 - 2 * (i == 0)) for i, layer in enumerate(D)]
    products += [(layer, 2) for layer in D] + [(layer, 2 - (i == 0)) for i, layer in enumerate(G)]
    return Step(products, D + G)


def mlp():
    return pair([dense(784, 512), dense(512, 256), dense(256, 128), dense(128, 1)],
                [dense(32, 128), dense(128, 256), dense(256, 512), dense(512, 784)])


def mnist():
    return pair([conv(1, 64, 28, 4, 2, 1), conv(64, 128, 14, 4, 2, 1), dense(6272, 1)],
                [dense(100, 6272), up(128, 64, 7), up(64, 1, 14)])


def dcgan():
    return pair([conv(3, 64, 64, 4, 2, 1), conv(64, 128, 32, 4, 2, 1), conv(128, 256, 16, 4, 2, 1),
                 conv(256, 512, 8, 4, 2, 1), dense(8192, 1)],
                [dense(100, 8192), up(512, 256, 4), up(256, 128, 8), up(128, 64, 16), up(64, 3, 32)])


def wgangp():
    """The penalty: D forward, its input, and the gradients of both in the weights and the input."""
    D = [conv(3, 64, 32, 4, 2, 1), conv(64, 128, 16, 4, 2, 1), conv(128, 256, 8, 4, 2, 1), dense(4096, 1)]
    G = [dense(128, 4096), up(256, 128, 4), up(128, 64, 8), up(64, 3, 16)]
    step = pair(D, G)
    return Step(step.products + [(layer, 1) for layer in G] + [(layer, 4) for layer in D], step.learnt)


def srgan():
    G = [conv(3, 64, 24, 9, 1, 4)] + 33 * [conv(64, 64, 24, 3, 1, 1)]
    G += [conv(64, 256, 24, 3, 1, 1), conv(64, 256, 48, 3, 1, 1), conv(64, 3, 96, 9, 1, 4)]
    D, channels, size = [], 3, 96
    for i, out in enumerate((64, 64, 128, 128, 256, 256, 512, 512)):
        D.append(conv(channels, out, size, 3, 1 + i % 2, 1))
        channels, size = out, size // (1 + i % 2)
    return pair(D + [dense(512 * 36, 1024), dense(1024, 1)], G)


def cyclegan(size=64, blocks=6):
    """Six passes of a generator, each three products; eight of a discriminator: forward and input in both generators'
    turn, and all three in its own, twice each."""
    half, quarter, eighth = size // 2, size // 4, size // 8
    G = [conv(3, 64, size + 6, 7, 1, 0), conv(64, 128, size, 3, 2, 1), conv(128, 256, half, 3, 2, 1)]
    G += 2 * blocks * [conv(256, 256, quarter + 2, 3, 1, 0)]
    G += [up(256, 128, quarter, 3, 2, 1, 1), up(128, 64, half, 3, 2, 1, 1), conv(64, 3, size + 6, 7, 1, 0)]
    D = [conv(3, 64, size, 4, 2, 1), conv(64, 128, half, 4, 2, 1), conv(128, 256, quarter, 4, 2, 1),
         conv(256, 512, eighth, 4, 1, 1), conv(512, 1, eighth - 1, 4, 1, 1)]
    return Step([(layer, 18) for layer in G] + [(layer, 16) for layer in D], 2 * G + 2 * D)


def cyclegan256():
    return cyclegan(256, 9)


def of_step(model, batch):
    """Operations of one step: two for each multiply-add."""
    return 2.0 * batch * sum(layer.macs * times for layer, times in globals()[model]().products)


def bytes_of_step(model, batch):
    """Bytes of one step in fp32, when activations, normalisation and losses cost none and nothing stays in a cache."""
    step = globals()[model]()
    products = sum(4.0 * (batch * layer.numbers + layer.weights) * times for layer, times in step.products)
    return products + ADAM_BYTES * sum(layer.weights for layer in step.learnt)


MODELS = {"mlp": 64, "mnist": 64, "dcgan": 64, "wgangp": 64, "srgan": 4, "cyclegan": 1, "cyclegan256": 1}


def header():
    """What does not depend on the batch, and what is proportional to it."""
    lines = ["// Made by benchmarks/operations.py --header.", "#pragma once", "",
             "/// A step's operations, and the bytes that it moves at least: some of them however large the batch is.",
             "struct StepFloor {", "  const char* model;", "  double operations_per_image, bytes, bytes_per_image;",
             "};", "inline constexpr StepFloor step_floors[] = {"]
    for model in MODELS:
        fixed = bytes_of_step(model, 0)
        lines.append(f'    {{"{model}", {of_step(model, 1):.17g}, {fixed:.17g}, {bytes_of_step(model, 1) - fixed:.17g}}},')
    return "\n".join([*lines, "};"])


if __name__ == "__main__":
    if sys.argv[1:] == ["--header"]:
        print(header())
    else:
        for name, images in MODELS.items():
            print(f"{name} {images}: {of_step(name, images) / 1e9:.3f} GFLOP, {bytes_of_step(name, images) / 1e6:.1f} MB")

"""How many operations a training step has at least, when every convolution is the sum that it is defined as.

A layer is a pair: the multiply-adds of its product, and how many of them see no padding. "Direct" figures count the
second. Its forward pass, its gradient in the input and its gradient in the weights have equally many.
"""


def dense(inputs, outputs):
    return inputs * outputs


def conv(inputs, outputs, size, kernel, stride, pad):
    """A square convolution of images `size` pixels wide."""
    out = (size + 2 * pad - kernel) // stride + 1
    along = sum(0 <= y * stride - pad + tap < size for y in range(out) for tap in range(kernel))
    return along * along * inputs * outputs


def up(inputs, outputs, size, kernel=4, stride=2, pad=1, extra=0):
    """A transposed convolution of images `size` wide: the adjoint of a convolution of its output."""
    return conv(outputs, inputs, (size - 1) * stride - 2 * pad + kernel + extra, kernel, stride, pad)


def pair(D, G):
    """G forward; D forward, weights and input of both batches, but for its first layer's input; for G's turn D forward
    and input, G's weights and input, but for its first layer's input."""
    d, g = sum(D), sum(G)
    return g + (6 * d - 2 * D[0]) + 2 * d + (2 * g - G[0])


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
    return pair(D, G) + sum(G) + 4 * sum(D)


def srgan():
    G = [conv(3, 64, 24, 9, 1, 4)] + 33 * [conv(64, 64, 24, 3, 1, 1)]
    G += [conv(64, 256, 24, 3, 1, 1), conv(64, 256, 48, 3, 1, 1), conv(64, 3, 96, 9, 1, 4)]
    D, channels, size = [], 3, 96
    for i, out in enumerate((64, 64, 128, 128, 256, 256, 512, 512)):
        D.append(conv(channels, out, size, 3, 1 + i % 2, 1))
        channels, size = out, size // (1 + i % 2)
    return pair(D + [dense(512 * 36, 1024), dense(1024, 1)], G)


def cyclegan():
    """Six passes of a generator, each three products; eight of a discriminator: forward and input in both generators'
    turn, and all three in its own, twice each."""
    G = [conv(3, 64, 70, 7, 1, 0), conv(64, 128, 64, 3, 2, 1), conv(128, 256, 32, 3, 2, 1)]
    G += 12 * [conv(256, 256, 18, 3, 1, 0)]
    G += [up(256, 128, 16, 3, 2, 1, 1), up(128, 64, 32, 3, 2, 1, 1), conv(64, 3, 70, 7, 1, 0)]
    D = [conv(3, 64, 64, 4, 2, 1), conv(64, 128, 32, 4, 2, 1), conv(128, 256, 16, 4, 2, 1),
         conv(256, 512, 8, 4, 1, 1), conv(512, 1, 7, 4, 1, 1)]
    return 18 * sum(G) + 16 * sum(D)


def of_step(model, batch):
    """Operations of one step: two for each multiply-add."""
    return 2.0 * batch * globals()[model]()


if __name__ == "__main__":
    for model, batch in (("mlp", 64), ("mnist", 64), ("dcgan", 64), ("wgangp", 64), ("srgan", 4), ("cyclegan", 1)):
        print(f"{model} {batch}: {of_step(model, batch) / 1e9:.3f} GFLOP")

#!/usr/bin/env python3
"""Training steps of GANs in PyTorch on a GPU, the peer of benchmarks/gpu.cpp: the same networks, step and conversation
(see there).

    pytorch_gpu_step.py MODEL BATCH fp32|tf32|bf16 [--variant eager] [--layout faster] [--device cuda] [--tiny]

MODEL: mlp, mnist, dcgan, wgangp, cyclegan (64 x 64, 6 blocks), cyclegan256 (256 x 256, 9 blocks). Variants:
  eager              as it is written
  compiled           torch.compile with mode="reduce-overhead", which records CUDA graphs
  captured           the whole step of eager recorded as one CUDA graph by hand
  compiled-captured  torch.compile without graphs of its own, the whole step recorded by hand
torch.compile refuses double backward, so that WGAN-GP's critic stays as it is written in all of them.

All have PyTorch's fast settings: channels last where that is faster (--layout tries both), cuDNN's own choice by timing,
the fused Adam, no gradient kept between turns, the discriminator's parameters without gradients in the generator's turn; real
and fake images go through a discriminator as one batch where no batch norm couples them, as in ours. A batch lies in page-locked
memory of the host and is copied in every step. bf16 is autocast. --tiny: few steps of small networks, as a test of the
code that runs with --device cpu, too.
"""
import argparse
import contextlib
import gc
import json
import sys
import time

import torch
import torch._dynamo
from torch.nn.functional import l1_loss

import pytorch_step as nets
from pytorch_step import bce, image, require_grad, squares


class Step:
    """One model's step on one device. A subclass has `networks` and `play()`, which returns a loss."""

    def __init__(self, args, layout):
        self.args, self.device = args, torch.device(args.device)
        nets.CHANNELS_LAST = layout == "last"
        torch.manual_seed(1)
        self.optimizers = []
        self.graph = self.loss = None

    def prepare(self, *networks):
        """Networks on the device, in the layout of images."""
        kept = []
        for net in networks:
            net = net.to(self.device)
            kept.append(net.to(memory_format=torch.channels_last) if nets.CHANNELS_LAST else net)
        return kept

    def batches(self, *shape):
        """The device's place for a batch; the host's copy of it stays in page-locked memory."""
        host = image(torch.rand(*shape) * 2 - 1)
        self.host = host.pin_memory() if self.device.type == "cuda" else host
        self.real = self.host.to(self.device)
        if self.args.variant == "compiled":
            torch._dynamo.mark_static_address(self.real)  # else its graphs copy it once more

    def adam(self, *networks):
        parameters = [p for net in networks for p in net.parameters()]
        optimizer = torch.optim.Adam(parameters, 2e-4, (0.5, 0.999), fused=True, capturable=self.device.type == "cuda")
        self.optimizers.append(optimizer)
        return optimizer, parameters

    def compiled(self, function):
        if self.args.variant == "compiled":
            return torch.compile(function, mode="reduce-overhead" if self.device.type == "cuda" else "default")
        return torch.compile(function) if self.args.variant == "compiled-captured" else function

    def math(self):
        """For one turn each: what autocast keeps of the weights must not outlive their update."""
        if self.args.math == "bf16":
            return torch.autocast(self.device.type, torch.bfloat16)
        return contextlib.nullcontext()

    @staticmethod
    def learn(optimizer, loss):
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    def parameters(self):
        return sum(p.numel() for o in self.optimizers for group in o.param_groups for p in group["params"])

    def capture(self):
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):  # what is made or compiled lazily, before the recording
            for _ in range(5):
                self.play()
        torch.cuda.current_stream().wait_stream(stream)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        torch.cuda.reset_peak_memory_stats()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.loss = self.play()
        self.graph = graph

    def __call__(self):
        self.real.copy_(self.host, non_blocking=True)
        if self.graph:
            self.graph.replay()
        else:
            if self.args.variant == "compiled":
                torch.compiler.cudagraph_mark_step_begin()
            self.loss = self.play()

    def wait(self):
        return self.loss.item()


class TwoPlayers(Step):
    """A critic's turn, then the generator's with the same fakes. WGAN-GP draws anew."""

    def __init__(self, args, layout):
        super().__init__(args, layout)
        self.D, self.G, self.latent, shape = getattr(nets, args.model)()
        self.D, self.G = self.prepare(self.D, self.G)
        self.batches(args.batch, *shape)
        (self.d_adam, self.d_parameters), (self.g_adam, _) = self.adam(self.D), self.adam(self.G)
        self.generate = self.compiled(self.G)
        self.discriminator_loss = self.compiled(self.joined_loss if args.model == "mlp" else self.separate_loss)
        self.generator_loss = self.compiled(lambda fake: bce(self.D(fake), 1))

    def noise(self):
        return torch.randn(self.args.batch, self.latent, device=self.device)

    def joined_loss(self, real, fake):
        on_real, on_fake = self.D(torch.cat([real, fake])).chunk(2)
        return bce(on_real, 1) + bce(on_fake, 0)

    def separate_loss(self, real, fake):
        return bce(self.D(real), 1) + bce(self.D(fake), 0)

    def play(self):
        with self.math():
            fake = self.generate(self.noise())
            loss = self.discriminator_loss(self.real, fake.detach())
        self.learn(self.d_adam, loss)
        require_grad(self.d_parameters, False)
        with self.math():
            loss = self.generator_loss(fake)
        self.learn(self.g_adam, loss)
        require_grad(self.d_parameters, True)
        return loss.detach()


class Wasserstein(TwoPlayers):
    def __init__(self, args, layout):
        super().__init__(args, layout)
        self.generator_loss = self.compiled(lambda noise: -self.D(self.G(noise)).mean())

    def play(self):
        with self.math():
            with torch.no_grad():
                fake = self.generate(self.noise()).float()
            on_fake, on_real = self.D(torch.cat([fake, self.real])).chunk(2)
            e = torch.rand(self.args.batch, 1, 1, 1, device=self.device)
            between = (e * self.real + (1 - e) * fake).requires_grad_(True)
            gradient = torch.autograd.grad(self.D(between).sum(), between, create_graph=True)[0]
            penalty = (gradient.flatten(1).norm(2, 1) - 1).pow(2).mean() * 10
            loss = on_fake.mean() - on_real.mean() + penalty
        self.learn(self.d_adam, loss)
        require_grad(self.d_parameters, False)
        with self.math():
            loss = self.generator_loss(self.noise())
        self.learn(self.g_adam, loss)
        require_grad(self.d_parameters, True)
        return loss.detach()


class Cycle(Step):
    def __init__(self, args, layout):
        super().__init__(args, layout)
        size, blocks = (256, 9) if args.model == "cyclegan256" else (64, 6)
        if args.tiny:
            size, blocks = 64, 1
        to_a, to_b = self.prepare(nets.cycle_generator(blocks), nets.cycle_generator(blocks))
        D_a, D_b = self.prepare(nets.cycle_discriminator(), nets.cycle_discriminator())
        self.batches(2 * args.batch, 3, size, size)
        self.g_adam, _ = self.adam(to_a, to_b)
        self.d_adam, self.d_parameters = self.adam(D_a, D_b)
        self.to_a, self.to_b, self.D_a, self.D_b = map(self.compiled, (to_a, to_b, D_a, D_b))

    def judged(self, D, real, fake):
        on_real, on_fake = D(torch.cat([real, fake])).chunk(2)
        return 0.5 * (squares(on_real, 1) + squares(on_fake, 0))

    def play(self):
        a, b = self.real.chunk(2)
        require_grad(self.d_parameters, False)
        with self.math():
            fake_b, same_b = self.to_b(torch.cat([a, b])).chunk(2)
            fake_a, same_a = self.to_a(torch.cat([b, a])).chunk(2)
            loss = squares(self.D_b(fake_b), 1) + squares(self.D_a(fake_a), 1)
            loss = loss + 10 * (l1_loss(self.to_a(fake_b), a) + l1_loss(self.to_b(fake_a), b))
            loss = loss + 5 * (l1_loss(same_a, a) + l1_loss(same_b, b))
        self.learn(self.g_adam, loss)
        require_grad(self.d_parameters, True)
        with self.math():
            loss = self.judged(self.D_a, a, fake_a.detach()) + self.judged(self.D_b, b, fake_b.detach())
        self.learn(self.d_adam, loss)
        return loss.detach()


KINDS = {"mlp": TwoPlayers, "mnist": TwoPlayers, "dcgan": TwoPlayers, "wgangp": Wasserstein, "cyclegan": Cycle,
         "cyclegan256": Cycle}


def milliseconds(run):
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def each_step(step, times):
    return [milliseconds(lambda: (step(), step.wait())) for _ in range(times)]


def queued(step, times):
    step.wait()
    return milliseconds(lambda: ([step() for _ in range(times)], step.wait())) / times


def faster_layout(args):
    """By the eager step."""
    if args.layout != "faster":
        return args.layout
    if args.model == "mlp":
        return "first"
    plain, took = argparse.Namespace(**{**vars(args), "variant": "eager"}), {}
    for layout in ("last", "first"):
        step = KINDS[args.model](plain, layout)
        each_step(step, 2 if args.tiny else 10)
        took[layout] = min(each_step(step, 2 if args.tiny else 10))
        del step
        gc.collect()  # it refers to itself
        if args.device == "cuda":
            torch.cuda.empty_cache()
    return min(took, key=took.get)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=KINDS)
    parser.add_argument("batch", type=int)
    parser.add_argument("math", choices=["fp32", "tf32", "bf16"])
    parser.add_argument("--variant", default="eager", choices=["eager", "compiled", "captured", "compiled-captured"])
    parser.add_argument("--layout", default="faster", choices=["faster", "last", "first"])
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--tiny", action="store_true")
    args = parser.parse_args()
    if args.device == "cuda" and not torch.cuda.is_available():
        print("pytorch_gpu_step: PyTorch finds no CUDA device", file=sys.stderr)
        sys.exit(77)
    if args.device == "cpu" and args.variant.endswith("captured"):
        parser.error("only a GPU records graphs")
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = args.math != "fp32"
    torch.backends.cudnn.benchmark = True

    layout = faster_layout(args)
    step = KINDS[args.model](args, layout)
    print("made", flush=True)
    if args.variant.endswith("captured"):
        step.capture()
    spent, steps = 0, 0
    while steps < (2 if args.tiny else 20) or (not args.tiny and spent < 1000 and steps < 2000):
        spent += each_step(step, 1)[0]
        steps += 1
        # What choosing kernels took does not count; what recordings hold is counted while they are made, which torch.compile
        # does in its second step.
        if args.device == "cuda" and (args.variant == "eager" or args.variant == "compiled" and steps == 1):
            torch.cuda.reset_peak_memory_stats()
    print("ready", flush=True)
    for line in sys.stdin:
        word, *times = line.split()
        if word == "steps":
            answer = each_step(step, int(times[0]))
        elif word == "queued":
            answer = queued(step, int(times[0]))
        elif word == "memory":
            answer = torch.cuda.max_memory_allocated() * 1e-6 if args.device == "cuda" else 0
        elif word == "reserved":
            answer = torch.cuda.max_memory_reserved() * 1e-6 if args.device == "cuda" else 0
        elif word == "parameters":
            answer = step.parameters()
        elif word == "layout":
            answer = f"channels {layout}"
        else:
            sys.exit(f"pytorch_gpu_step: '{word}' is not understood")
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

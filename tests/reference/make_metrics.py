#!/usr/bin/python3
"""Metrics by other people's programs, for tests/metrics/.

    sudo apt-get install python3-torch python3-torchvision          (Debian 12: 1.13.1, 0.14.1)
    pip install --no-deps torch-fidelity==0.4.0 pytorch-fid==0.3.0 torchmetrics==1.4.0 prdc==0.2 lpips==0.1.4
    pip install numpy==1.24.4 scipy==1.11.4 scikit-learn==1.4.2 scikit-image==0.22.0 lightning-utilities tqdm
    python3 tests/reference/make_metrics.py SQUEEZENET_DIRECTORY [OUTPUT_DIRECTORY]

SQUEEZENET_DIRECTORY holds squeezenet1_1.safetensors (torchvision's weights). The output directory defaults to this script's own. Seeds are fixed. Everything is float64.

metrics.safetensors
    a (60, 12), b (50, 12)      features; few_a, few_b (8, 12): fewer than they are wide
    fid.pytorch_fid             pytorch_fid.fid_score.calculate_frechet_distance (scipy.linalg.sqrtm)
    fid.torch_fidelity          torch_fidelity.metric_fid (square roots of eigenvalues of C1 C2)
    fid.few                     of few_a, few_b, by 60 digits of mpmath
    mean, covariance            of a: numpy.mean, numpy.cov
    kid.mean, kid.subsets       torch_fidelity.metric_kid: the mean over one subset of all of the first 50 of a and of b;
                                mmd2 of each pair of subsets listed in kid.rows_a, kid.rows_b (3, 20)
    prdc.<k>                    precision, recall, density, coverage by prdc.compute_prdc(a, b, k); torch_fidelity's
                                precision and recall follow as prc.<k>
    isc.logits (57, 6)          isc.mean, isc.deviation: torch_fidelity.metric_isc, 10 splits, not shuffled
    image.a, image.b            two images (2, 20, 26, 3) in [0, 1]
    psnr, ssim                  of each, skimage.metrics, and grey.psnr, grey.ssim of channel 0
    luma.psnr, luma.ssim        of each after skimage.color.rgb2ycbcr, 2 pixels of border cut, range 255
    msssim, msssim.grey         of two images (1, 3, 176, 192) made by `pattern` below: torchmetrics of channel 0, 1 and 2
                                (their mean is msssim), of channel 0
    parzen.samples (40, 9), parzen.validation (15, 9), parzen.test (25, 9)
    parzen.validation_means     mean log-likelihood of the validation images for 10 sigmas, scipy.special.logsumexp
    parzen.sigma, parzen.mean, parzen.error, parzen.test_values
    swd.image (2, 16, 32, 3)    swd.level0 .. swd.level2: the Laplacian pyramid, as Karras et al.'s code makes it with
                                scipy.ndimage.convolve
    swd.descriptors_a, _b (30, 12), swd.directions (12, 7), swd.distance: scipy.stats.wasserstein_distance
    near.index, near.distance   the 4 nearest of a of each row of b, sklearn.neighbors.NearestNeighbors
    lpips.{made,real}           of 2 image.a - 1 and 2 image.b - 1, lpips.LPIPS(net="squeeze", version="0.1"): with the
                                weights that `made` below makes, and with the real ones
    squeezenet.{made,real}      torchvision's squeezenet1_1 of 2 image.a - 1: the first 16 logits of each
"""
import contextlib
import io
import json
import os
import struct
import sys

import lpips
import mpmath
import numpy as np
import prdc
import scipy.ndimage
import scipy.special
import scipy.stats
import skimage.color
import skimage.metrics
import torch
import torchvision
from pytorch_fid.fid_score import calculate_frechet_distance
from sklearn.neighbors import NearestNeighbors
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import kernel_poly, kid_features_to_metric, mmd2
from torch_fidelity.metric_prc import calculate_precision_recall_full
from torchmetrics.functional.image import multiscale_structural_similarity_index_measure as ms_ssim

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from make_references import save  # noqa: E402

rng = np.random.default_rng(20240607)
out = {}


def features():
    mix = rng.standard_normal((12, 12))
    a = rng.standard_normal((60, 12)) @ mix + 2
    b = 1.2 * rng.standard_normal((50, 12)) @ mix + 0.3 * rng.standard_normal((50, 12)) + 2.1
    out.update(a=a, b=b, mean=a.mean(0), covariance=np.cov(a, rowvar=False))
    gaussian = [f(x) for x in (a, b) for f in (lambda x: x.mean(0), lambda x: np.cov(x, rowvar=False))]
    out["fid.pytorch_fid"] = calculate_frechet_distance(*gaussian)
    statistics = [fid_features_to_statistics(torch.from_numpy(x)) for x in (a, b)]
    out["fid.torch_fidelity"] = fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]

    few_a, few_b = rng.standard_normal((8, 12)), 1.5 * rng.standard_normal((8, 12)) + 0.5
    out.update(few_a=few_a, few_b=few_b)
    mpmath.mp.dps = 60

    def centred(x):
        m = mpmath.matrix(x.tolist())
        for k in range(m.cols):
            mean = sum(m[i, k] for i in range(m.rows)) / m.rows
            for i in range(m.rows):
                m[i, k] -= mean
        return m / mpmath.sqrt(m.rows - 1)
    fa, fb = centred(few_a), centred(few_b)
    squares = mpmath.eigsy(fa * fb.T * fb * fa.T, eigvals_only=True)  # of (C1 C2), without its zeros
    means = mpmath.matrix(few_a.tolist()), mpmath.matrix(few_b.tolist())
    apart = [sum(means[0][i, k] for i in range(8)) / 8 - sum(means[1][i, k] for i in range(8)) / 8 for k in range(12)]
    trace = sum(v * v for m in (fa, fb) for v in m)
    out["fid.few"] = float(sum(v * v for v in apart) + trace - 2 * sum(mpmath.sqrt(abs(v)) for v in squares))

    with contextlib.redirect_stderr(io.StringIO()):
        kid = kid_features_to_metric(torch.from_numpy(a[:50]), torch.from_numpy(b), kid_subsets=1, kid_subset_size=50,
                                     verbose=False)
    out["kid.mean"] = kid["kernel_inception_distance_mean"]
    rows = [np.stack([rng.choice(len(x), 20, replace=False) for _ in range(3)]) for x in (a, b)]
    out["kid.rows_a"], out["kid.rows_b"] = (r.astype(float) for r in rows)
    poly = dict(kid_kernel_poly_degree=3, kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1)
    out["kid.subsets"] = np.array([mmd2(kernel_poly(a[i], a[i], **poly), kernel_poly(a[i], b[j], **poly),
                                        kernel_poly(b[j], b[j], **poly)) for i, j in zip(*rows)])

    for k in (1, 3, 5):
        with contextlib.redirect_stdout(io.StringIO()):
            p = prdc.compute_prdc(a, b, k)
        out[f"prdc.{k}"] = np.array([p[name] for name in ("precision", "recall", "density", "coverage")])
        out[f"prc.{k}"] = np.array(calculate_precision_recall_full(torch.from_numpy(b), torch.from_numpy(a), k))

    nearest = NearestNeighbors(n_neighbors=4, algorithm="brute").fit(a).kneighbors(b)
    out["near.distance"], out["near.index"] = nearest[0], nearest[1].astype(float)

    logits = 2 * rng.standard_normal((57, 6))
    score = isc_features_to_metric(torch.from_numpy(logits), splits=10, shuffle=False)
    out["isc.logits"] = logits
    out["isc.mean"], out["isc.deviation"] = score["inception_score_mean"], score["inception_score_std"]


def pattern(channels, height, width, seed):
    """Smooth waves of integers and noise from a hash: the same numbers in any language."""
    c, y, x = np.meshgrid(*map(np.arange, (channels, height, width)), indexing="ij")
    noise = ((((c * height + y) * width + x) * 2654435761 + seed) % 2**32 >> 13) % 64
    waves = (x * (3 + c) + y * 2) % 97 + (y * y // 16) % 61
    return (waves + noise) / 256


def images():
    a = scipy.ndimage.gaussian_filter(rng.random((2, 20, 26, 3)), (0, 1.5, 1.5, 0))
    a = (a - a.min()) / (a.max() - a.min())
    b = np.clip(a * [[[[0.9]]], [[[1.0]]]] + 0.08 * rng.standard_normal(a.shape), 0, 1)
    out["image.a"], out["image.b"] = a, b
    gaussian = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
    out["psnr"] = np.array([skimage.metrics.peak_signal_noise_ratio(x, y, data_range=1) for x, y in zip(a, b)])
    out["ssim"] = np.array([skimage.metrics.structural_similarity(x, y, data_range=1, channel_axis=-1, **gaussian)
                            for x, y in zip(a, b)])
    grey = [(x[..., 0], y[..., 0]) for x, y in zip(a, b)]
    out["grey.psnr"] = np.array([skimage.metrics.peak_signal_noise_ratio(*g, data_range=1) for g in grey])
    out["grey.ssim"] = np.array([skimage.metrics.structural_similarity(*g, data_range=1, **gaussian) for g in grey])
    luma = [[skimage.color.rgb2ycbcr(i)[2:-2, 2:-2, 0] for i in pair] for pair in zip(a, b)]
    out["luma.psnr"] = np.array([skimage.metrics.peak_signal_noise_ratio(*g, data_range=255) for g in luma])
    out["luma.ssim"] = np.array([skimage.metrics.structural_similarity(*g, data_range=255, **gaussian) for g in luma])

    x = pattern(3, 176, 192, 1)
    y = (x + pattern(3, 176, 192, 2)[:, ::-1]) / 2
    x, y = torch.from_numpy(x.copy())[None], torch.from_numpy(y.copy())[None]
    scales = [ms_ssim(x[:, k:k + 1], y[:, k:k + 1], data_range=1.0).item() for k in range(3)]
    out["msssim"], out["msssim.grey"] = np.mean(scales), scales[0]


def parzen():
    samples, validation, test = (rng.random((n, 9)) for n in (40, 15, 25))

    def values(x, sigma):
        squared = ((x[:, None, :] - samples[None]) ** 2).sum(-1)
        return (scipy.special.logsumexp(-squared / (2 * sigma**2), axis=1) - np.log(len(samples))
                - 9 * np.log(sigma * np.sqrt(2 * np.pi)))
    sigmas = np.logspace(-1, 0, 10)
    means = np.array([values(validation, s).mean() for s in sigmas])
    best = sigmas[means.argmax()]
    final = values(test, best)
    out.update({"parzen.samples": samples, "parzen.validation": validation, "parzen.test": test,
                "parzen.validation_means": means, "parzen.sigma": best, "parzen.mean": final.mean(),
                "parzen.error": final.std() / np.sqrt(len(final)), "parzen.test_values": final})


def swd():
    x = rng.random((2, 3, 16, 32))  # channels first, as in the authors' code
    weights = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1])[None, None] / 256.0
    out["swd.image"] = x
    pyramid = [x]
    for _ in range(2):
        top = pyramid[-1]
        down = scipy.ndimage.convolve(top, weights, mode="mirror")[:, :, ::2, ::2]
        up = np.zeros_like(top)
        up[:, :, ::2, ::2] = down
        pyramid[-1] = top - scipy.ndimage.convolve(up, weights * 4, mode="mirror")
        pyramid.append(down)
    for k, level in enumerate(pyramid):
        out[f"swd.level{k}"] = level
    a, b = rng.standard_normal((30, 12)), 1.3 * rng.standard_normal((30, 12)) + 0.2
    directions = rng.standard_normal((12, 7))
    directions /= np.linalg.norm(directions, axis=0)
    distances = [scipy.stats.wasserstein_distance(a @ d, b @ d) for d in directions.T]
    out.update({"swd.descriptors_a": a, "swd.descriptors_b": b, "swd.directions": directions,
                "swd.distance": np.mean(distances)})


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    return {k: torch.from_numpy(np.frombuffer(data[slice(*v["data_offsets"])], np.float32).reshape(v["shape"]).copy())
            for k, v in header.items() if k != "__metadata__"}


def made(number, shape, least=-1):
    """Parameter `number` of a net: `least` to 1 times (6 / fan-in)^(1/2) from a hash, the same in any language."""
    x = np.arange(np.prod(shape), dtype=np.uint64) + np.uint64(1000003 * number)
    for _ in range(2):
        x = (x ^ (x >> np.uint64(16))) * np.uint64(0x45D9F3B) % np.uint64(2**32)
    unit = (x >> np.uint64(8)).astype(np.float64) / 2**24
    return torch.from_numpy((least + (1 - least) * unit).reshape(shape) * np.sqrt(6 / np.prod(shape[1:])))


def perceptual():
    net = lpips.LPIPS(net="squeeze", version="0.1", pnet_rand=True, verbose=False).double()
    whole = torchvision.models.squeezenet1_1().double().eval()
    a, b = (torch.from_numpy(2 * out[k] - 1).permute(0, 3, 1, 2) for k in ("image.a", "image.b"))
    linear = {k: v for k, v in net.state_dict().items() if k.startswith("lin") and not k.startswith("lins")}
    weights = {"real": read_safetensors(os.path.join(sys.argv[1], "squeezenet1_1.safetensors")),
               "made": {k: made(i, v.shape) for i, (k, v) in enumerate(whole.state_dict().items())}}
    for name, values in weights.items():
        whole.load_state_dict(values)
        lins = linear if name == "real" else {k: made(100 + i, v.shape, 0) for i, (k, v) in enumerate(linear.items())}
        state = dict(net.state_dict())
        for key in state:
            part = key.split(".")
            if part[0] == "net":  # net.slice2.3.squeeze.weight
                state[key] = values[".".join(["features", *part[2:]])]
            elif part[0] == "lins":  # a second name of lin0, lin1, ...
                state[key] = lins[".".join([f"lin{part[1]}", *part[2:]])]
            elif part[0].startswith("lin"):
                state[key] = lins[key]
        net.load_state_dict(state)
        with torch.no_grad():
            out[f"lpips.{name}"] = net(a, b).flatten().numpy()
            out[f"squeezenet.{name}"] = whole(net.scaling_layer(a))[:, :16].numpy()


def main():
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    for part in (features, images, parzen, swd, perceptual):
        part()
    save(os.path.join(folder, "metrics.safetensors"),
         {k: torch.from_numpy(np.atleast_1d(np.asarray(v, dtype=np.float64)).copy()) for k, v in out.items()})


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""FID's Inception-v3 by other people's programs, for tests/backbones/inception_test.cpp.

    sudo apt-get install python3-torch python3-torchvision          (Debian 12: 1.13.1, 0.14.1)
    pip install --no-deps torch-fidelity==0.4.0 pytorch-fid==0.3.0 tqdm
    python3 tests/reference/make_inception.py [OUTPUT_DIRECTORY]

The real weights (91 MB) are nobody's to commit: every parameter comes from a hash of its
place, as `made` below says, and the images from a formula, `made_bytes`; the test makes the same. Everything is float64, but that torch-fidelity rounds what it gives to float.

inception.safetensors
    pytorch_fid (2, 128)            every 16th of the 2048 features by pytorch_fid.inception.InceptionV3
    torch_fidelity (2, 128)         the same by torch_fidelity's FeatureExtractorInceptionV3
    torch_fidelity.logits (2, 63)   every 16th of its 1008 unbiased logits
    resize (2, 13, 13, 3)           torch_fidelity's interpolate_bilinear_2d_like_tensorflow1x of the bytes
"""
import os
import sys
import tempfile

import numpy as np
import pytorch_fid.inception
import torch
from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
from torch_fidelity.interpolate_compat_tensorflow import interpolate_bilinear_2d_like_tensorflow1x

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from make_references import save  # noqa: E402


def made(names_and_shapes):
    """Uniform numbers from a hash of place and parameter, parameters numbered in the order of their names: weights of
    mean square 2 / fan-in, gains 0.5 to 1.5, biases and means -0.1 to 0.1, variances 0.5 to 1.5."""
    values = {}
    for number, (name, shape) in enumerate(sorted(names_and_shapes.items())):
        x = np.arange(np.prod(shape), dtype=np.uint64) + np.uint64(1000003 * number)
        for _ in range(2):
            x = (x ^ (x >> np.uint64(16))) * np.uint64(0x45D9F3B) % np.uint64(2**32)
        unit = 2 * (x >> np.uint64(8)).astype(np.float64) / 2**24 - 1  # -1 to 1
        if len(shape) > 1:
            unit *= np.sqrt(6 / np.prod(shape[1:]))
        elif name.endswith(("bn.weight", "running_var")):
            unit = 1 + unit / 2
        else:
            unit /= 10
        values[name] = torch.from_numpy(unit.reshape(shape))
    return values


def made_bytes(shape):
    n, h, w, c = (np.arange(s) for s in shape)
    n, h, w, c = np.meshgrid(n, h, w, c, indexing="ij")
    return ((h * (3 + c) + w * (5 - c) + (h * w // 7) * (1 + n) + 40 * n) % 256).astype(np.uint8)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    images = made_bytes((2, 40, 52, 3))
    planes = torch.from_numpy(images).permute(0, 3, 1, 2)

    bare = pytorch_fid.inception._inception_v3(num_classes=1008, aux_logits=False, weights=None)
    # pytorch_fid replaces blocks by others with the same parameters and loads a file of these names.
    shapes = {k: tuple(v.shape) for k, v in bare.state_dict().items() if not k.endswith("num_batches_tracked")}
    values = made(shapes)
    torch.set_default_dtype(torch.float64)
    pytorch_fid.inception.load_state_dict_from_url = lambda *a, **k: values
    theirs = pytorch_fid.inception.InceptionV3().double().eval()
    out = {"pytorch_fid": theirs(planes.double() / 255)[0].flatten(1)[:, ::16].numpy()}

    with tempfile.TemporaryDirectory() as temporary:
        path = os.path.join(temporary, "weights.pth")
        torch.save(values, path)
        net = FeatureExtractorInceptionV3("inception", ["2048", "logits_unbiased"], feature_extractor_weights_path=path,
                                          feature_extractor_internal_dtype="float64").eval()
    features, logits = net(planes)
    out["torch_fidelity"], out["torch_fidelity.logits"] = features[:, ::16].numpy(), logits[:, ::16].numpy()
    small = interpolate_bilinear_2d_like_tensorflow1x(planes.double(), size=(13, 13), align_corners=False)
    out["resize"] = small.permute(0, 2, 3, 1).numpy()

    save(os.path.join(folder, "inception.safetensors"),
         {k: torch.from_numpy(np.asarray(v, dtype=np.float64).copy()) for k, v in out.items()})


if __name__ == "__main__":
    main()

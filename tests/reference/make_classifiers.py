#!/usr/bin/env python3
"""Linear classifiers by scikit-learn, for linear_svm_test.cpp and logistic_test.cpp of tests/analysis.

    pip install numpy==1.24.4 scipy==1.11.4 scikit-learn==1.4.2
    python3 tests/reference/make_classifiers.py [OUTPUT_DIRECTORY]

The output directory defaults to this script's own. The seed is fixed. Everything is float64.

classifiers.safetensors
    x (90, 7), labels (90)      features of 3 classes that overlap; test (25, 7): more of them
    svm.<c>.weight, .bias       sklearn.svm.LinearSVC: squared hinge, L2, c in 0.05, 1 and 20. The first by its
                                dual solver, which comes nowhere near for the others: those are right to about 4e-8
    svm.<c>.scores              its decision_function of test
    svm.free.weight             c = 1 without a bias
    logistic.<c>.weight, .bias  sklearn.linear_model.LogisticRegression of class 0 against the others
"""
import json
import os
import struct
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC


def save(path, tensors):
    """Writes a safetensors file: header length, JSON header padded to 8 bytes, tensors in order."""
    header, blobs, offset = {}, [], 0
    for key, value in tensors.items():
        blob = np.ascontiguousarray(np.atleast_1d(value), dtype="<f8").tobytes()
        header[key] = {"dtype": "F64", "shape": list(np.atleast_1d(value).shape),
                       "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    rng = np.random.default_rng(20261125)
    labels = np.arange(90) % 3
    centres = 0.9 * rng.standard_normal((3, 7))
    x = centres[labels] + rng.standard_normal((90, 7)) * rng.uniform(0.3, 2, 7)
    test = centres[np.arange(25) % 3] + rng.standard_normal((25, 7))
    out = {"x": x, "labels": labels.astype(float), "test": test}
    for c in (0.05, 1, 20):
        svm = LinearSVC(C=c, tol=1e-13, max_iter=1_000_000, dual=c < 0.1, random_state=0).fit(x, labels)
        out.update({f"svm.{c}.weight": svm.coef_, f"svm.{c}.bias": svm.intercept_,
                    f"svm.{c}.scores": svm.decision_function(test)})
        logistic = LogisticRegression(C=c, solver="newton-cholesky", tol=1e-13, max_iter=1000).fit(x, labels == 0)
        out.update({f"logistic.{c}.weight": logistic.coef_[0], f"logistic.{c}.bias": logistic.intercept_})
    out["svm.free.weight"] = LinearSVC(C=1, tol=1e-13, max_iter=10_000, dual=False, fit_intercept=False).fit(x, labels).coef_
    save(os.path.join(folder, "classifiers.safetensors"), out)


if __name__ == "__main__":
    main()

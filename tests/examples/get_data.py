#!/usr/bin/env python3
"""examples/get_data.sh against a server on this machine: good, cut, changed and missing files, and what is left behind.

Usage: get_data.py SCRIPT
"""
import hashlib
import http.server
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading

SCRIPT = pathlib.Path(sys.argv[1]).resolve()
MNIST = [f"{split}-{kind}-ubyte.gz" for split in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")]
BINS = [f"data_batch_{i}.bin" for i in range(1, 6)] + ["test_batch.bin"]
ARCHIVE = "cifar-10-binary.tar.gz"


def cifar(extra=()):
    """A small archive of the original's layout."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for name, data in [(n, n.encode() * 9) for n in BINS] + [("batches.meta.txt", b"airplane\n"), *extra]:
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return raw.getvalue()


GOOD = {name: name.encode() * 50 for name in MNIST}
GOOD[ARCHIVE] = cifar([("readme.html", b"<html>"), ("../../outside", b"out")])
served = {}
asked = []


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.lstrip("/")
        asked.append(name)
        status, data, declared = served.get(name, (404, b"<html>none</html>", None))
        self.send_response(status)
        self.send_header("Content-Length", str(len(data) if declared is None else declared))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def check(condition, what):
    if not condition:
        sys.exit(f"FAULT: {what}")


def run(name, folder, code=0, says="", path=None):
    """Runs the script; returns what it asked the server for."""
    asked.clear()
    env = dict(os.environ, GAN_MIRROR=mirror, GAN_DIGESTS=str(digests))
    if path:
        env["PATH"] = path
    done = subprocess.run(["bash", str(SCRIPT), name, str(folder)], env=env, capture_output=True, text=True, timeout=300)
    text = done.stdout + done.stderr
    check(done.returncode == code, f"{name} exits with {done.returncode}, not {code}: {text}")
    check(says in text, f"{name} does not say '{says}' but: {text}")
    return list(asked)


def files(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
mirror = f"http://127.0.0.1:{server.server_port}"
work = pathlib.Path(tempfile.mkdtemp())
digests = work / "digests"
try:
    digests.write_text("".join(f"{hashlib.sha256(GOOD[n]).hexdigest()}  {n}\n" for n in MNIST))
    for name, data in GOOD.items():
        served[name] = (200, data, None)

    # Good files, then nothing to do, then one that has changed.
    mnist = work / "data" / "mnist"
    check(run("mnist", mnist, says="mnist is in") == MNIST, "mnist is not four files")
    check(files(mnist) == sorted(MNIST), f"mnist left {files(mnist)}")
    check(all((mnist / n).read_bytes() == GOOD[n] for n in MNIST), "mnist's files are not those served")
    check(run("mnist", mnist) == [], "right files are fetched again")
    (mnist / MNIST[2]).write_bytes(b"cut")
    check(run("mnist", mnist) == [MNIST[2]], "a wrong file is not fetched again, or others are")
    check((mnist / MNIST[2]).read_bytes() == GOOD[MNIST[2]], "a wrong file is not replaced")
    check(run("fashion-mnist", work / "fashion") == MNIST, "fashion-mnist is not four files")

    # Files that are not right: named, and none left behind.
    bad = work / "bad"
    faults = {
        "could not be fetched": [(503, b"<html>busy</html>", None), (200, GOOD[MNIST[0]][:100], len(GOOD[MNIST[0]]))],
        "cut or changed": [(200, GOOD[MNIST[0]][:100], None), (200, b"", None), (200, b"\0" * 9, None)],
        "gave a web page": [(200, b"<!DOCTYPE html><html>hello</html>", None)],
    }
    for says, answers in faults.items():
        for answer in answers:
            served[MNIST[0]] = answer
            run("mnist", bad, code=1, says=says)
            check(not bad.exists(), f"{answer[0]} left {files(bad) if bad.exists() else ''}")
    served[MNIST[0]] = (200, GOOD[MNIST[0]], None)
    served[MNIST[1]] = (503, b"", None)
    run("mnist", bad, code=1, says=MNIST[1])
    check(files(bad) == [MNIST[0]], f"a later fault left {files(bad)}")

    # Without curl, wget does it; without both it is said.
    tools = work / "tools"
    tools.mkdir()
    for tool in ("bash", "awk", "cut", "head", "tr", "wc", "mkdir", "mv", "rm", "rmdir", "sha256sum", "tar", "gzip"):
        (tools / tool).symlink_to(shutil.which(tool))
    run("mnist", bad, code=1, says="neither curl nor wget", path=str(tools))
    if shutil.which("wget"):
        (tools / "wget").symlink_to(shutil.which("wget"))
        served[MNIST[1]] = (200, GOOD[MNIST[1]], None)
        check(run("mnist", bad, path=str(tools)) == MNIST[1:], "wget does not fetch what is missing")

    # CIFAR-10: only its own files leave the archive.
    lines = f"{hashlib.sha256(GOOD[ARCHIVE]).hexdigest()}  {ARCHIVE}\n"
    lines += "".join(f"{hashlib.sha256(n.encode() * 9).hexdigest()}  {n}\n" for n in BINS)
    digests.write_text(lines)
    colour = work / "cifar"
    colour.mkdir()
    check(run("cifar10", colour) == [ARCHIVE], "cifar10 is not one archive")
    check(files(colour) == sorted([*BINS, "batches.meta.txt"]), f"cifar10 left {files(colour)}")
    check((colour / BINS[0]).read_bytes() == BINS[0].encode() * 9, "cifar10's files are not the archive's")
    check(run("cifar10", colour) == [], "right files are fetched again")
    (colour / BINS[3]).write_bytes(b"x")
    check(run("cifar10", colour) == [ARCHIVE], "a wrong file is kept")
    digests.write_text(lines.replace(hashlib.sha256(BINS[5].encode() * 9).hexdigest(), "0" * 64))
    run("cifar10", work / "other", code=1, says=f"{BINS[5]} in {ARCHIVE} has another SHA-256")
    check(not (work / "other").exists(), "an archive with a wrong file leaves something")
    served[ARCHIVE] = (200, GOOD[ARCHIVE][:300], None)
    run("cifar10", work / "other", code=1, says="cut or changed")
    check(not (work / "other").exists(), "a cut archive leaves something")
    check(not (work.parent / "outside").exists() and not (work / "outside").exists(), "a member left the folder")

    run("mnits", work / "other", code=2, says="unknown data set 'mnits'")
    run("mnist", "", code=2, says="usage:")
    check(not (work / "other").exists(), "wrong arguments leave something")
finally:
    server.shutdown()
    shutil.rmtree(work)
print("get_data.sh is in order")

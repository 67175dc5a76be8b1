"""Convolutional tickets: LeNet-5 end to end, and a network of ResNet-18's size, with seconds,
memory and certificates.

python -m benchmarks.convolutions [--device cuda]
"""

import argparse
import tempfile
import time
from pathlib import Path

import torch

from slt_course import datasets, describe_device, models, tickets, training

from .memory import peak_of


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default=None, help="cpu or cuda")
    parser.add_argument(
        "--resnet-only",
        action="store_true",
        help="build, save, load, verify and run ResNet-18 once",
    )
    options = parser.parse_args()
    if options.resnet_only:
        resnet(options.device)
        return
    print(describe_device())
    lenet(options.device)
    peak = peak_of(
        "-m",
        "benchmarks.convolutions",
        "--resnet-only",
        *(["--device", options.device] if options.device else []),
    )
    print(f"  peak memory of the process: {peak:.0f} MiB, libraries included")


class Stopwatch:
    """Prints what took how long."""

    def __init__(self):
        self.start = time.perf_counter()

    def lap(self, what):
        print(f"  {time.perf_counter() - self.start:6.2f} s  {what}", flush=True)
        self.start = time.perf_counter()


def lenet(device):
    print("LeNet-5 on MNIST, width 60, tolerance 1e-4:", flush=True)
    target, watch = models.lenet5(), Stopwatch()
    training.train(target, *datasets.mnist("train"), epochs=3, learning_rate=3e-3, progress=False)
    images, labels = datasets.mnist("test")
    watch.lap(f"trained: {training.accuracy(target, images, labels):.2%}")
    ticket = tickets.build(target, width=60, tolerance=1e-4, signed_input=False, device=device)
    watch.lap(
        f"built: {ticket.report().kept_parameters.sum():,} of "
        f"{ticket.report().random_parameters.sum():,} weights kept"
    )
    watch.lap(f"ticket's accuracy: {training.accuracy(ticket, images, labels):.2%}")
    watch.lap(
        "predictions proved to be the target's: "
        f"{ticket.proves_prediction(images).double().mean():.2%}"
    )
    found = tickets.measure(ticket, target, images[:1000], labels[:1000])
    assert found.bound_holds
    watch.lap(
        f"max |f - g| on 1,000 images in float64: {found.max_difference:.2g}, certified "
        f"{found.max_bound:.2g}"
    )


def resnet(device):
    print(
        "ResNet-18, random weights of He scale, BatchNorm folded, width 32, tolerance 0.01:",
        flush=True,
    )
    target, watch = tickets.fold_batchnorm(models.resnet18().eval()), Stopwatch()
    ticket = tickets.build(target, width=32, tolerance=0.01, device=device)
    report = ticket.report()
    watch.lap(
        f"built: {report.target_parameters.sum():,} weights from {report.random_parameters.sum():,}"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = ticket.save(Path(folder) / "ticket.safetensors")
        loaded = tickets.load(path)
        watch.lap(f"saved and loaded: {path.stat().st_size / 2**20:.0f} MiB")
    loaded.verify(target)
    watch.lap("verified against the target")
    images = torch.rand(32, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        found, wanted = loaded(images), target(images)
    difference = (found - wanted).abs()
    watch.lap(
        f"run on 32 images of 32×32: max |f - g| {difference.max():.2g}, max |f| "
        f"{wanted.abs().max():.2g}"
    )
    bound = loaded.certificate(inputs=images)
    assert (difference <= bound).all()
    watch.lap(f"certificate, which holds: {bound.max():.2g}")


if __name__ == "__main__":
    main()

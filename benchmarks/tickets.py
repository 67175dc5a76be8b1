"""The whole MNIST ticket: seconds, memory, accuracy and proof for a ladder of tolerances.

python -m benchmarks.tickets [--signed] [--device cuda]
"""

import argparse
import time

import pandas as pd

from slt_course import datasets, describe_device, models, tickets, training

from .memory import peak_of

TOLERANCES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--signed",
        action="store_true",
        help="inputs 2·pixel - 1 in [-1, 1], and a target trained on them",
    )
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument(
        "--build-only",
        type=float,
        metavar="TOLERANCE",
        help="build for an untrained target, print nothing",
    )
    options = parser.parse_args()
    if options.build_only:
        tickets.build(
            models.mnist_mlp().eval(),
            60,
            options.build_only,
            signed_input=options.signed,
            device=options.device,
        )
        return
    (train_images, train_labels), (images, labels) = datasets.mnist("train"), datasets.mnist("test")
    if options.signed:
        train_images, images = 2 * train_images - 1, 2 * images - 1
    target = models.mnist_mlp()
    start = time.perf_counter()
    training.train(target, train_images, train_labels, epochs=10, progress=False)
    accuracy = training.accuracy(target, images, labels)
    seconds = time.perf_counter() - start
    print(
        f"784-500-10 trained in {seconds:.1f} s: {accuracy:.2%}; inputs "
        f"{'signed' if options.signed else '>= 0'}"
    )
    print(describe_device())
    rows = {}
    for tolerance in TOLERANCES:
        start = time.perf_counter()
        built = tickets.build(
            target, tolerance=tolerance, signed_input=options.signed, device=options.device
        )
        seconds = time.perf_counter() - start
        found, report = tickets.measure(built, target, images, labels), built.report()
        rows[f"{tolerance:g}"] = {
            "build, s": seconds,
            "peak MiB": peak_in_new_process(options, tolerance),
            "reached": (report.reached * report.target_parameters).sum()
            / report.target_parameters.sum(),
            "kept per weight": report.kept_per_weight.iloc[0],
            "accuracy change, points": 100 * (found.accuracy - found.target_accuracy),
            "max |f - g|": found.max_difference,
            "max bound": found.max_bound,
            "bound holds": found.bound_holds,
            "same class": found.same_prediction,
            "proved same": found.proved_prediction,
        }
    print(pd.DataFrame(rows).T.rename_axis("tolerance").to_string(float_format="{:.5g}".format))


def peak_in_new_process(options, tolerance):
    command = [
        "-m",
        "benchmarks.tickets",
        "--build-only",
        str(tolerance),
        "--device",
        options.device,
    ]
    return peak_of(*command, *["--signed"] * options.signed)


if __name__ == "__main__":
    main()

"""How often what a lesson says about training holds.

python -m benchmarks.training_claims 01 --seeds 20
ATEN_CPU_CAPABILITY=avx2 python -m benchmarks.training_claims 01 --seeds 20

The second line takes PyTorch's code for processors without AVX-512: other roundings, after some
steps another training. A seed draws initial weights, order of the images and masks. "Triples" are
all sets of three seeds, of whose values the median counts. An interrupted run goes on where it
stopped.
"""

import argparse
import importlib

import torch

from .report import print_claims


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lesson", help="01, 02, …: a lesson with claims about training")
    parser.add_argument("--seeds", type=int, default=20, help="how many, from 0 on")
    parser.add_argument(
        "--threads", type=int, default=1, help="of PyTorch; their number changes roundings, too"
    )
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    lesson = importlib.import_module(f".lesson_{options.lesson}", __package__)
    instructions = torch.backends.cpu.get_cpu_capability()
    title = f"lesson {options.lesson}, {options.seeds} seeds, {instructions} instructions"
    print_claims(title, lesson.claims(range(options.seeds)))


if __name__ == "__main__":
    main()

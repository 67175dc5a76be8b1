"""Which paths through the random units a ticket keeps: a file per theorem.

`pensia.py` and `malach.py` choose the paths of a single weight, `da_cunha.py` carries this over to
convolutions, `paths.py` does for all weights of a layer what every construction shares.

To add a construction, write an object as `Construction` describes it and put it into CONSTRUCTIONS;
`build`, `verify`, ticket files and their tests then know it by its name.
"""

from typing import Protocol

from torch import Tensor

from . import malach, pensia


class Construction(Protocol):
    """Chooses, for every weight and sign of its input, which paths x -> unit -> output to keep."""

    @property
    def MOST_UNITS(self) -> int:
        """How many units per coordinate and sign it looks at, in the order drawn."""

    @property
    def MOST_PATHS(self) -> int | None:
        """How many paths per weight and sign it may keep; None for any number."""

    def choose(
        self, first: Tensor, second: Tensor, usable: Tensor, weight: Tensor, tolerance: Tensor, /
    ) -> Tensor:
        """The paths to keep.

        A path is worth the product of its two random weights; those that are kept should add up to
        the weight within the tolerance, where they can. All rows and columns are independent.

        Args:
            first: (columns, m) float64, weights into m units of each column.
            second: (rows, columns, m) float64, weights out of them. usable: (columns, m) bool;
                others are padding.
            weight: (rows, columns) float64, what to represent. tolerance: (columns,) float64.

        Returns:
            bool (rows, columns, m).
        """


CONSTRUCTIONS: dict[str, Construction] = {
    "pensia": pensia.SUBSET_SUM,
    "malach": malach.BOTH,
    "malach_product": malach.PRODUCT,
}

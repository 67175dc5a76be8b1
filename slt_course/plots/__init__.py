"""Figures of the course: `style` has the look, the other files one subject each."""

from .animation import filling
from .constructions import gadget_functions, hit_regions, width_needed
from .convolutions import construction, errors_against_items, feature_maps, kernels
from .integer_programs import columns_plane, exponents, gap_laws, repairs, tree_nodes
from .pruning import accuracy_curves, hump, mask_maps, width_curve
from .solvers import errors_by_method, timings, two_lists
from .story import story
from .style import KEPT, PRUNED, RANDOM, SERIES, TARGET, canvas, show
from .subset_sums import growing_set, one_or_many, phase_transition, threshold_line, walk_to_target
from .tickets import paths_of_a_weight, proved_predictions, receptive_fields
from .volume import failure_tail, volume_growth, volume_paths_figure, volume_steps

__all__ = [
    "KEPT", "PRUNED", "RANDOM", "SERIES", "TARGET", "accuracy_curves", "canvas", "columns_plane",
    "construction",
    "errors_against_items", "errors_by_method", "exponents", "failure_tail", "feature_maps",
    "filling",
    "gadget_functions", "gap_laws", "growing_set", "hit_regions", "hump", "kernels", "mask_maps",
    "one_or_many",
    "paths_of_a_weight", "phase_transition", "proved_predictions", "receptive_fields", "repairs",
    "show", "story",
    "threshold_line", "timings", "tree_nodes", "two_lists", "volume_growth", "volume_paths_figure",
    "volume_steps",
    "walk_to_target", "width_curve", "width_needed",
]  # fmt: skip

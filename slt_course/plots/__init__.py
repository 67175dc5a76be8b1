"""Figures of the course: `style` has the look, the other files one subject each."""

from .animation import animate_coverage
from .constructions import gadget_functions, hit_regions, width_needed
from .convolutions import construction
from .gaps import exponents, gap_laws
from .images import feature_maps, kernels, mask_maps, receptive_fields
from .integer_programs import columns_plane, repairs, tree_nodes
from .items_per_weight import errors_against_items
from .pruning import accuracy_curves, hump, width_curve
from .solvers import errors_by_method, meet_in_the_middle, single_item_or_subset, timings
from .story import story
from .style import KEPT, PRUNED, RANDOM, SERIES, TARGET, canvas, show
from .subset_sums import growing_set, walk_to_target
from .thresholds import failure_tail, phase_transition, threshold_line
from .tickets import paths_of_a_weight, proved_predictions
from .volume import volume_growth, volume_paths_figure, volume_steps

__all__ = [
    "KEPT",
    "PRUNED",
    "RANDOM",
    "SERIES",
    "TARGET",
    "accuracy_curves",
    "animate_coverage",
    "canvas",
    "columns_plane",
    "construction",
    "errors_against_items",
    "errors_by_method",
    "exponents",
    "failure_tail",
    "feature_maps",
    "gadget_functions",
    "gap_laws",
    "growing_set",
    "hit_regions",
    "hump",
    "kernels",
    "mask_maps",
    "meet_in_the_middle",
    "paths_of_a_weight",
    "phase_transition",
    "proved_predictions",
    "receptive_fields",
    "repairs",
    "show",
    "single_item_or_subset",
    "story",
    "threshold_line",
    "timings",
    "tree_nodes",
    "volume_growth",
    "volume_paths_figure",
    "volume_steps",
    "walk_to_target",
    "width_curve",
    "width_needed",
]

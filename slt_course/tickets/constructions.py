"""The constructions by name: which paths through the random units a ticket keeps."""

from . import malach, pensia

CONSTRUCTIONS = {"pensia": pensia, "malach": malach.Both, "malach_product": malach.Product}

"""Saving, loading and tampering: nothing is lost, nothing half-written, nothing changed goes
unnoticed.
"""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import safetensors
import safetensors.torch
import torch
from safetensors.numpy import load_file, save_file
from torch import nn
from torch.nn.utils import prune

from slt_course import models, tickets
from slt_course.tickets import TicketError
from slt_course.tickets.steps import Steps


@pytest.fixture(scope="module")
def target():
    return models.mlp(6, 5, 3, seed=1).eval()


@pytest.fixture
def ticket(target):
    return tickets.build(target, width=30, tolerance=1e-3, seed=11)


@pytest.fixture
def path(ticket, tmp_path):
    return ticket.save(tmp_path / "ticket.safetensors")


def rewrite(path, change):
    """Apply `change(masks, metadata)` to a ticket file."""
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    masks = {name: mask.copy() for name, mask in load_file(path).items()}
    change(masks, metadata)
    save_file(masks, path, metadata=metadata)


def test_round_trip(ticket, path, target):
    loaded = tickets.load(path)
    x = torch.randn(20, 6)
    assert torch.equal(loaded(x), ticket(x))
    assert loaded.report().equals(ticket.report()) and repr(loaded) == repr(ticket)
    assert all(torch.equal(loaded.masks[name], mask) for name, mask in ticket.masks.items())
    with pytest.raises(TicketError, match=r"verify\(target\) first"):
        loaded.certificate(radius=1.0)
    assert loaded.verify(target)
    assert loaded.certificate(radius=1.0) == ticket.certificate(radius=1.0)
    assert torch.equal(loaded.certificate(inputs=x), ticket.certificate(inputs=x))


def test_file_holds_mask_bits_and_no_weights(path, ticket):
    arrays = load_file(path)
    assert {a.dtype for a in arrays.values()} == {np.dtype(np.uint8)}
    second = [mask for name, mask in ticket.masks.items() if name.endswith("_second")]
    assert sum(a.nbytes for a in arrays.values()) == sum(
        -(-m.shape[1] // 8) * len(m) for m in second
    )


def test_one_flipped_bit_is_noticed_on_loading(path):
    rewrite(
        path,
        lambda masks, _: np.bitwise_xor(masks["pair_1"][:1, :1], 1, out=masks["pair_1"][:1, :1]),
    )
    with pytest.raises(TicketError, match="checksum"):
        tickets.load(path)


def test_one_flipped_bit_is_noticed_by_verify(ticket, target):
    ticket.pairs[0].packed[0, 0] ^= 1
    with pytest.raises(TicketError, match="changed"):
        ticket.verify(target)


def test_flipped_bit_with_a_forged_checksum_is_noticed_by_verify(ticket, target):
    """Whoever recomputes the checksum must also make every count and error agree."""
    ticket.pairs[0].packed[0, 0] ^= 1
    forged = tickets.Ticket(ticket.steps, ticket.rows, ticket.tolerances, ticket.signed_input)
    with pytest.raises(TicketError, match="layer 1: the ticket reports"):
        forged.verify(target)


def test_wrong_seed_is_noticed(path, target):
    def other_seed(masks, metadata):
        metadata["ticket"] = metadata["ticket"].replace('"seed": 11', '"seed": 12')

    rewrite(path, other_seed)
    with pytest.raises(TicketError, match="checksum"):
        tickets.load(path)


def test_other_targets_are_refused(ticket):
    with pytest.raises(TicketError, match="the ticket reports"):
        ticket.verify(models.mlp(6, 5, 3, seed=2).eval())
    with pytest.raises(TicketError, match="stands for layers"):
        ticket.verify(models.mlp(6, 4, 3).eval())


@pytest.mark.parametrize("name, change, words", [
    ("weight_orig", lambda t: t.view(-1)[3:4].add_(1e-3), "random weights"),
    ("weight_mask", lambda t: t.view(-1)[3:4].fill_(0.5), "not binary"),
    ("weight_mask", lambda t: t.view(-1)[3:4].sub_(1).abs_(), "not the ticket's"),
    ("bias_orig", lambda t: t.view(-1)[3:4].add_(1e-3), "random weights"),
])  # fmt: skip
def test_tampering_with_the_network_is_noticed(ticket, target, name, change, words):
    layer = next(m for m in ticket.network if isinstance(m, nn.Linear))
    assert ticket.verify(target)
    with torch.no_grad():
        change(getattr(layer, name))
    with pytest.raises(TicketError, match=words):
        ticket.verify(target)


@pytest.mark.parametrize("change, words", [
    (lambda n: setattr(n.rescale, "factor", 3.0), "other outputs"),
    (lambda n: n.append(nn.Linear(3, 3)), "other outputs"),
    (lambda n: n.append(nn.Linear(5, 3)), "does not run"),
    (lambda n: n.register_forward_hook(lambda m, x, y: y + 1), "other outputs"),
    (lambda n: prune.remove(n[1], "weight"), "not pruned any more"),
    (lambda n: setattr(n, "1_first", nn.ReLU()), "not pruned"),
    (lambda n: n[1]._forward_pre_hooks.clear() or setattr(n[1], "weight", 2 * n[1].weight),
    "other outputs"),
])  # fmt: skip
def test_every_other_change_of_the_network_is_noticed(change, words):
    target = models.mlp(6, 5, 3).eval()
    with torch.no_grad():
        target[1].weight.mul_(8)
    ticket = tickets.build(target, width=30, tolerance=1e-3)
    assert ticket.network is ticket.network and ticket.verify(target)
    change(ticket.network)
    with pytest.raises(TicketError, match=words):
        ticket.verify(target)


def forge(ticket, **changes):
    """The ticket with other steps, pairs, rows or tolerances."""
    steps = changes.pop("steps", ticket.steps).with_weighted(changes.pop("pairs", ticket.pairs))
    parts = dict(rows=ticket.rows, tolerances=ticket.tolerances, signed_input=True)
    return tickets.Ticket(steps, **(parts | changes))


@pytest.mark.parametrize("change", [
    lambda t: dict(steps=t.steps.map(lambda pair: pair, lambda layer: nn.Identity())),
    lambda t: dict(steps=Steps(t.steps.items[:-2] + t.steps.items[-1:])),
    lambda t: dict(pairs=[replace(p, outer_scale=2.0) for p in t.pairs]),
    lambda t: dict(pairs=[replace(t.pairs[0], seed=12), t.pairs[1]]),
    lambda t: dict(pairs=[t.pairs[0], replace(t.pairs[1], layer=0)]),
    lambda t: dict(rows=[{"layer": "1"}, t.rows[1]]),
    lambda t: dict(rows=[row | {"max_weight_error": 0.0} for row in t.rows]),
])  # fmt: skip
def test_forged_tickets_are_noticed(ticket, target, change):
    assert forge(ticket).verify(target)
    with pytest.raises(TicketError):
        forge(ticket, **change(ticket)).verify(target)


def test_a_slightly_different_target_is_noticed(ticket, target):
    other = models.mlp(6, 5, 3, seed=1).eval()
    with torch.no_grad():
        other[1].weight[2, 3] += 1e-5
    with pytest.raises(TicketError, match="the ticket reports"):
        ticket.verify(other)


def test_changed_tickets_are_not_saved(ticket, tmp_path):
    ticket.pairs[0].packed[0, 0] ^= 1
    with pytest.raises(TicketError, match="changed"):
        ticket.save(tmp_path / "ticket.safetensors")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("keep", [0, 7, 100, -1])
def test_truncated_files_are_refused(path, keep):
    content = path.read_bytes()
    path.write_bytes(content[:keep])
    with pytest.raises(TicketError, match="not a whole safetensors file"):
        tickets.load(path)


def test_missing_and_foreign_files(tmp_path, path):
    with pytest.raises(FileNotFoundError, match="there is no ticket file"):
        tickets.load(tmp_path / "nothing.safetensors")
    save_file({"a": np.zeros(3)}, tmp_path / "foreign.safetensors")
    with pytest.raises(TicketError, match="not a ticket"):
        tickets.load(tmp_path / "foreign.safetensors")
    safetensors.torch.save_file(
        {"a": torch.zeros(3, dtype=torch.bfloat16)}, tmp_path / "foreign.safetensors"
    )
    with pytest.raises(TicketError, match="not a ticket"):
        tickets.load(tmp_path / "foreign.safetensors")
    (tmp_path / "text.safetensors").write_text("hello, this is no ticket at all")
    with pytest.raises(TicketError, match="not a whole safetensors file"):
        tickets.load(tmp_path / "text.safetensors")
    rewrite(path, lambda masks, metadata: metadata.update(version="4"))
    with pytest.raises(TicketError, match="format 4"):
        tickets.load(path)


@pytest.mark.parametrize("change", [
    lambda masks, metadata: metadata.update(ticket="{}"),
    lambda masks, metadata: metadata.update(ticket="not json"),
    lambda masks, metadata: metadata.pop("ticket"),
    lambda masks, metadata: masks.pop("pair_0"),
    lambda masks, metadata: metadata.update(ticket=metadata["ticket"].replace('"Flatten"',
    '"Bilinear"')),
])  # fmt: skip
def test_incomplete_files_are_refused(path, change):
    rewrite(path, change)
    with pytest.raises(TicketError, match="does not hold a complete ticket"):
        tickets.load(path)


def test_masks_of_the_wrong_shape_are_refused(path):
    rewrite(path, lambda masks, _: masks.update(pair_0=masks["pair_0"][:, :-1].copy()))
    with pytest.raises(TicketError, match="mask 0 has shape"):
        tickets.load(path)


def test_nothing_half_written_is_left(ticket, tmp_path, monkeypatch):
    path = tmp_path / "ticket.safetensors"
    ticket.save(path)
    before = path.read_bytes()

    def fails_midway(descriptor):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fails_midway)
    with pytest.raises(OSError, match="disk full"):
        ticket.save(path)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == [
        "ticket.safetensors"
    ]
    with pytest.raises(IsADirectoryError, match="is a folder"):
        ticket.save(tmp_path)
    with pytest.raises(FileNotFoundError, match="create it first"):
        ticket.save(tmp_path / "no" / "such" / "folder.safetensors")


def test_metadata_is_plain_json(path):
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    assert json.loads(metadata["ticket"])["pairs"][0]["seed"] == 11


def test_permissions_follow_the_umask_and_the_file_that_is_replaced(ticket, tmp_path):
    path, before = tmp_path / "ticket.safetensors", os.umask(0o027)
    try:
        assert ticket.save(path).stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)
    path.chmod(0o604)
    assert ticket.save(path).stat().st_mode & 0o777 == 0o604


def test_a_symlink_stays_and_its_file_changes(ticket, tmp_path):
    (tmp_path / "store").mkdir()
    link, kept = tmp_path / "ticket.safetensors", tmp_path / "store" / "real.safetensors"
    link.symlink_to(kept)
    for _ in range(2):  # the first time it leads to nothing
        assert ticket.save(link) == link
        assert link.is_symlink() and kept.is_file() and len(list(tmp_path.iterdir())) == 2
    assert repr(tickets.load(link)) == repr(ticket)


def test_a_read_only_file_is_not_replaced(ticket, path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # as root may write everything
    with pytest.raises(PermissionError, match="read-only"):
        ticket.save(path)


def test_names_as_long_as_the_file_system_takes(ticket, tmp_path):
    assert ticket.save(tmp_path / ("t" * 250)).is_file()


def test_threads_that_save_to_one_path_and_a_reader(target, tmp_path):
    """Every save succeeds, and every load sees one whole ticket, though their masks have different
    shapes.
    """
    path = tmp_path / "ticket.safetensors"
    made = [tickets.build(target, width=width, tolerance=1e-1) for width in (8, 12, 16, 20)]
    made[0].save(path)
    with ThreadPoolExecutor(8) as pool:
        saves = [pool.submit(made[k % 4].save, path) for k in range(200)]
        loads = [pool.submit(tickets.load, path) for _ in range(200)]
        assert all(save.result() == path for save in saves)
        assert {load.result().width for load in loads} <= {8, 12, 16, 20}
    assert [p.name for p in tmp_path.iterdir()] == ["ticket.safetensors"]


def forge_file(path, change):
    """Apply `change(masks, description)` to a ticket file and make its checksum fit, as a forger
    would.
    """
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    masks, described = dict(load_file(path)), json.loads(metadata["ticket"])
    change(masks, described)
    state = hashlib.sha256(json.dumps(described, sort_keys=True).encode())
    for pair in described["pairs"]:
        state.update(masks[f"pair_{pair['layer']}"])
    save_file(
        masks,
        path,
        metadata=metadata | {"ticket": json.dumps(described), "sha256": state.hexdigest()},
    )


def deep(described, levels=300):
    module = ["ReLU"]
    for _ in range(levels):
        module = ["Residual", [["0", module]], [], [1.0, 1.0]]
    described["modules"].insert(0, ["0", module])


@pytest.mark.parametrize("change", [
    lambda masks, d: d["pairs"][0].update(outputs=0,
    inputs=2**35) or masks.update(pair_0=np.zeros((0, 2**37), np.uint8)),
    lambda masks, d: d["pairs"][0].update(seed=2**70),
    lambda masks, d: d["pairs"][0].update(seed=12),
    lambda masks, d: d["pairs"][1].update(width=0),
    lambda masks, d: d["pairs"][1].update(layer=0),
    lambda masks, d: d["modules"].append(["9", ["Flatten", True, -1]]),
    lambda masks, d: d["modules"].append(["9", ["Flatten", "1", -1]]),
    lambda masks, d: d["modules"].append(["9", ["Flatten", 1]]),
    lambda masks, d: d["modules"].append(["9", ["MaxPool2d", 2.0, 2, 0, 1, False]]),
    lambda masks, d: d["modules"].append(["9", ["MaxPool2d", 2, 2, 0, 1, 0]]),
    lambda masks, d: d["modules"].append(["9", ["AdaptiveAvgPool2d", [40000, 40000]]]),
    lambda masks, d: d["modules"].append(["9", ["Residual", [], [], [1.0, 2**80]]]),
    lambda masks, d: deep(d),
    lambda masks, d: d.update(signed_input=1),
    lambda masks, d: d.update(tolerances=[1e-3]),
    lambda masks, d: d["rows"].pop(),
])  # fmt: skip
def test_forged_values_are_refused_on_loading(path, change):
    forge_file(path, lambda masks, described: None)
    assert tickets.load(path)
    forge_file(path, change)
    with pytest.raises(TicketError, match="does not hold a complete ticket"):
        tickets.load(path)


@pytest.mark.parametrize("change, words", [
    (lambda masks, d: d.update(construction="malach"), "more than one path"),
    (lambda masks, d: d["rows"][0].update(note="trust me"), "other columns"),
    (lambda masks, d: d["rows"][0].pop("reached"), "other columns"),
    (lambda masks, d: d["rows"][0].update(reached=None), "reports reached"),
    (lambda masks, d: d["rows"][0].update(median_weight_error="0.0"), "reports median"),
    (lambda masks, d: d["rows"][0].update(max_weight_error=True), "reports max"),
])  # fmt: skip
def test_forged_claims_are_refused_by_verify(path, target, change, words):
    forge_file(path, change)
    with pytest.raises(TicketError, match=words):
        tickets.load(path).verify(target)


def test_an_enormous_forgery_costs_nothing_before_it_is_verified(tmp_path):
    """A small file that asks for terabytes: refused in words by every call, and by `verify` before
    anything is made.
    """
    images = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1)).eval()
    path = tickets.build(images, width=8, tolerance=0.1).save(tmp_path / "images")
    forge_file(path, lambda masks, d: d["pairs"][0]["convolution"].update(padding=[2**14] * 4))
    forged = tickets.load(path)
    for call in (forged, forged.activations):
        with pytest.raises(TicketError, match=r"verify\(target\) first"):
            call(torch.ones(1, 1, 4, 4))
    with pytest.raises(TicketError, match="stands for layers"):
        forged.verify(images)

    wide = nn.Sequential(nn.Linear(30_000, 1, bias=False)).eval()
    path = tickets.build(wide, width=1, tolerance=1.0).save(tmp_path / "wide")
    loaded = tickets.load(path)
    for make in (lambda: loaded.network, lambda: loaded.masks):  # 900 million weights, honestly so
        with pytest.raises(TicketError, match=r"verify\(target\) first"):
            make()
    assert loaded(torch.ones(1, 30_000)).shape == (1, 1) and loaded.verify(wide)


def test_a_loaded_ticket_runs_as_before_on_usual_networks(tmp_path):
    target = models.lenet5().eval()
    ticket = tickets.build(target, width=30, tolerance=0.1)
    loaded, x = tickets.load(ticket.save(tmp_path / "lenet")), torch.rand(5, 1, 28, 28)
    assert (
        torch.equal(loaded(x), ticket(x))
        and list(loaded.masks) == list(ticket.masks)
        and len(loaded.network)
    )

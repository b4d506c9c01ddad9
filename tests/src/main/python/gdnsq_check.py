#!/usr/bin/env python3
"""Whether the step of gdnsq_step.py is the step of narrowband, which recorded some in a file (RecordedSteps).

    gdnsq_check.py FILE [--device cuda|cpu] [--compile [MODE]]

Each recorded step is taken here from the same numbers, once in double precision and once as it is timed; losses, and the ways
that all parameters and statistics moved, have to agree. It ends with 0 if they do, with 1 if not.
"""

import argparse
import json
import struct
import sys

import torch

from gdnsq_step import Costs, Penalty, ResNet, ToGrid, Trainer, depth_of, straight_through, to_grid
from torch_device import add_device_options, device_name, set_up

# Single precision errs by less in what batch norm yields. A number so near to a bound may pass, with its gradient, on one side
# only.
NEAR = 1e-6
# Of the way that a kind of numbers moves in a step: what sums of single precision differ by, here up to 4e-5; and what a number
# does that passes on one side only, 3e-3 where it happened.
TOLERANCE = 2e-4
TOLERANCE_UNDECIDED = 1e-2
# In steps: how far from a threshold a number may be that is rounded otherwise.
THRESHOLD_TOLERANCE = 2e-3
LOSS_TOLERANCE = 1e-5
COST_TOLERANCE = 1e-6


def numbers(net):
    """All learned numbers and statistics by narrowband's names, as views in its order."""
    views = {}
    for name, layer in net.layers.items():
        w = layer.weight.detach()
        views[name + ".weight"] = w.permute(0, 2, 3, 1) if w.dim() == 4 else w
        if layer.bias is not None:
            views[name + ".bias"] = layer.bias.detach()
    for name, norm in net.norms.items():
        views[name + ".scale"] = norm.weight.detach()
        views[name + ".shift"] = norm.bias.detach()
        views[name + ".mean"] = norm.running_mean
        views[name + ".variance"] = norm.running_var
    for grids in (net.weight_grids, net.activation_grids):
        if grids:
            bits = grids.bits.detach()
            for i, (owner, range_) in enumerate(zip(grids.owners, grids.range.detach().split(grids.sizes))):
                views[owner + ".range"] = range_
                views[owner + ".bits"] = bits[i : i + 1]
    return views


def read_record(path):
    """Tensors and notes of a file in the format safetensors."""
    types = {"F32": torch.float32, "U8": torch.uint8, "I16": torch.int16, "I32": torch.int32, "F64": torch.float64}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    notes = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data[begin:end], dtype=types[entry["dtype"]]).reshape(entry["shape"])
    return tensors, notes


class Replay(ResNet):
    """Rounds as was recorded.

    The least difference between two sums moves some numbers across rounding thresholds, and with them all that follows. Whether
    it would have rounded likewise is noted instead.
    """

    def __init__(self, depth, codes, watched):
        super().__init__(depth, True)
        self.codes = codes
        self.watched = watched
        self.numbers = 0
        self.otherwise = 0
        self.farthest = 0.0
        self.undecided = 0

    def rounded(self, x, lower, upper, step, offset, place):
        code = self.codes[place].to(x.dtype)
        if x.dim() == 4:
            n, channels, height, width = x.shape
            code = code.view(n, height, width, channels).permute(0, 3, 1, 2)
        rounded = code.view_as(x) + offset if x.dim() == 2 else code + offset
        clamped = torch.clamp(x, lower, upper)
        steps = (clamped / step).detach()
        if self.watched:
            other = torch.floor(steps + (0.5 - offset)) + offset != rounded
            self.numbers += x.numel()
            self.otherwise += other.sum().item()
            # A number belongs to its code up to half a step away.
            self.farthest = max(self.farthest, ((steps - rounded).abs() - 0.5).max().item())
            near = ((x - upper).abs() < NEAR) | ((x - lower).abs() < NEAR)
            self.undecided += (near & (x != lower) & (x != upper)).sum().item()
        return straight_through(clamped, steps, rounded, step)


def load(net, tensors, prefix):
    """Fills a network with what the record has of it."""
    for name, view in numbers(net).items():
        view.copy_(tensors.get(prefix + name, view).reshape(view.shape))
    return net


def part(name):
    """What is compared together: all numbers of a kind, those of weights and of activations apart."""
    owner, kind = name.rsplit(".", 1)
    if kind in ("range", "bits"):
        of_weights = owner in ("conv1", "dense") or owner.endswith(("_conv1", "_conv2"))
        return "weights' " + kind if of_weights else "activations' " + kind
    return kind


def movement(after, before):
    """How all numbers of a kind moved, as a vector in double precision."""
    kinds = {}
    for name, values in after.items():
        way = values.double().cpu().flatten() - before[name].double().flatten()
        kinds.setdefault(part(name), []).append(way)
    return {kind: torch.cat(ways) for kind, ways in kinds.items()}


def replay(depth, number, of, teacher_of, notes, device, dtype, mode):
    """Takes the recorded step in a precision; the network behind it, the loss, the images told right and the cost before it."""
    codes = {name[6:]: code.to(device) for name, code in of.items() if name.startswith("codes.")}
    student = load(Replay(depth, codes, watched=mode is None), of, "before.")
    teacher = load(ResNet(depth, False), teacher_of, "teacher.")
    penalty = Penalty(student, float(notes["limit"]), float(notes["meanWeightBits"]), float(notes["cap"]))
    moments = [load(ResNet(depth, True), of, moment) for moment in ("first.", "second.")]
    for module in (student, teacher, penalty, *moments):
        module.to(device, dtype)
    rate, multiplier = float(notes["rate"]), float(notes["multiplier"])
    trainer = Trainer(student, teacher, penalty, mode, rate=rate, multiplier=multiplier)
    if number > 1:
        for p, first, second in zip(student.parameters(), *(moment.parameters() for moment in moments)):
            state = {"exp_avg": first.detach().clone(), "exp_avg_sq": second.detach().clone()}
            trainer.optimiser.state[p] = {"step": torch.tensor(number - 1.0), **state}
    cost = penalty.cost(student).item()
    labels = of["labels"].long().to(device)
    images = of["images"].view(len(labels), 32, 32, 3).permute(0, 3, 1, 2).to(device)
    loss, correct = trainer.step(images, labels)
    return student, loss.item(), correct.item(), cost


def check_step(number, tensors, notes, options):
    """Holds one recorded step against the same here, in double precision and as it is timed; whether they agree."""
    depth = depth_of(notes["model"])
    of = {name.split(".", 1)[1]: t for name, t in tensors.items() if name.startswith("%d." % number)}
    before = {name[7:]: t for name, t in of.items() if name.startswith("before.")}
    recorded = movement({name: of["after." + name] for name in before}, before)
    agrees = True
    tolerance = TOLERANCE
    for dtype, mode in ((torch.float64, None), (torch.float32, options.compile)):
        net, loss, correct, cost = replay(depth, number, of, tensors, notes, options.device, dtype, mode)
        if dtype == torch.float64:
            tolerance = TOLERANCE_UNDECIDED if net.undecided else TOLERANCE
            print(
                "step %d: %d of %d numbers rounded otherwise, at most %.1e steps from the threshold; %d undecided at a bound"
                % (number, net.otherwise, net.numbers, max(net.farthest, 0), net.undecided)
            )
            agrees &= net.farthest < THRESHOLD_TOLERANCE
        apart = {
            kind: ((recorded[kind] - way).norm() / way.norm()).item()
            for kind, way in movement(numbers(net), before).items()
        }
        print(
            "  %s, %s: loss %.7f, recorded %.7f; right %d, recorded %d; apart, as parts of what moved, at most %.0e: %s"
            % (
                str(dtype).split(".")[1],
                mode or "eager",
                loss,
                of["loss"].item(),
                correct,
                of["correct"].item(),
                tolerance,
                ", ".join("%s %.1e" % pair for pair in apart.items()),
            )
        )
        agrees &= abs(loss / of["loss"].item() - 1) < LOSS_TOLERANCE and correct == of["correct"].item()
        agrees &= abs(cost / of["cost"].item() - 1) < COST_TOLERANCE
        # Not greater would let pass what is not a number.
        agrees &= all(distance < tolerance for distance in apart.values())
    return agrees


def check_written_gradient():
    """Whether ToGrid has the gradient that autograd finds for to_grid, numbers at the bounds among them."""
    torch.manual_seed(1)
    agrees = True
    for shape, offset, signed in (((1,), 0.0, False), ((1,), 0.0, True), ((5, 1, 1, 1), 0.5, True)):
        step = 0.1 + torch.rand(shape, dtype=torch.float64)
        upper = step * (6 + offset + torch.rand(shape, dtype=torch.float64))
        lower = -upper if signed else torch.zeros(shape, dtype=torch.float64)
        x = 4 * torch.randn(5, 7, 6, 6, dtype=torch.float64)
        x[:, 0], x[:, 1] = lower.view(-1, 1, 1), upper.view(-1, 1, 1)
        g = torch.randn_like(x)
        inputs = [t.detach().clone().requires_grad_(i != 1 or signed) for i, t in enumerate((x, lower, upper, step))]
        wanted = [t for t in inputs if t.requires_grad]
        values = [round_to_grid(*inputs, offset) for round_to_grid in (to_grid, ToGrid.apply)]
        gradients = [torch.autograd.grad(value, wanted, g) for value in values]
        agrees &= torch.equal(*values) and all(torch.allclose(a, b, 1e-12, 1e-12) for a, b in zip(*gradients))
    print("the gradient that is written out is %sautograd's" % ("" if agrees else "NOT "))
    return agrees


def main():
    parser = argparse.ArgumentParser(description="Whether a recorded step of GDNSQ is that of PyTorch.")
    parser.add_argument("file")
    add_device_options(parser)
    options = parser.parse_args()
    set_up(options)
    tensors, notes = read_record(options.file)
    agrees = check_written_gradient()
    costs = Costs(ResNet(depth_of(notes["model"]), False))
    agrees &= costs.total == int(notes["multiplyAccumulates"]) and costs.elements == int(notes["elements"])
    for number in notes["steps"].split():
        agrees &= check_step(int(number), tensors, notes, options)
    verdict = "the same step" if agrees else "NOT the same step"
    print("%s, torch %s: %s" % (device_name(options), torch.__version__, verdict))
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())

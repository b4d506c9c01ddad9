#!/usr/bin/env python3
"""A training step of GDNSQ (arXiv 2508.14004) in plain PyTorch, the peer of narrowband's own on the same device.

The step is that of narrowband.training: a ResNet for CIFAR with all weights and activations on learned grids runs forwards
and backwards, its teacher, the same network in floating point, forwards; the loss is the Jeffreys divergence between their
scores plus a penalty on widths in bits; RAdam moves all parameters, ranges and widths among them. Images come from the host
as bytes in every step.

    gdnsq_step.py [--device cuda|cpu] [--model resnet20] [--batch N] [--seconds S] [--compile [MODE]] [--tf32]
    gdnsq_step.py --ceilings [--device cuda|cpu]     what matrix products and copies of memory reach on the device

That it is the same step is checked by gdnsq_check.py. It needs PyTorch 1.13 or newer and nothing else; --compile needs PyTorch 2.
"""

import argparse
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from torch_device import add_device_options, ceilings, device_name, set_up, wait

RATE = 1e-3
MULTIPLIER = 0.5
BITS = 4.0
WARM_UP = 5
# A multiply-accumulate is two operations; the student runs forwards and twice backwards, the teacher forwards.
OPERATIONS = 2 * (3 + 1)
# The least that goes through memory if inputs and results of convolutions lie there and all that comes between two of them is
# one pass: student forwards 2, backwards 3, teacher 2, of 4 bytes each.
BYTES = 4 * (2 + 3 + 2)


def to_grid(x, lower, upper, step, offset):
    """The nearest of step * (k + offset), k whole, to x within lower..upper."""
    clamped = torch.clamp(x, lower, upper)
    steps = (clamped * (1 / step)).detach()
    return straight_through(clamped, steps, torch.floor(steps + (0.5 - offset)) + offset, step)


def straight_through(clamped, steps, rounded, step):
    """The value step * rounded with the method's gradient: that of clamped + step * error, the rounding error held still.

    The difference of a number and itself is 0, so that the value is the grid's own to the last bit: sums of grid values that
    are at a bound, 0 above all, have to be found there.
    """
    surrogate = clamped + step * (rounded - steps)
    return (surrogate - surrogate.detach()) + step.detach() * rounded


class ToGrid(torch.autograd.Function):
    """The same with its gradient written out, which takes half as many passes over memory where nothing fuses them."""

    @staticmethod
    def forward(ctx, x, lower, upper, step, offset):
        out = torch.clamp(x, lower, upper).mul_(1 / step).add_(0.5 - offset).floor_()
        out = out.add_(offset).mul_(step) if offset else out.mul_(step)
        ctx.save_for_backward(x, out, lower, upper, step)
        return out

    @staticmethod
    def backward(ctx, g):
        x, out, lower, upper, step = ctx.saved_tensors
        clamped = torch.clamp(x, lower, upper)
        for_x = g * (clamped == x)
        for_step = (out - clamped).mul_(g).sum_to_size(step.shape) / step
        for_upper = (g * (x > upper)).sum_to_size(upper.shape)
        for_lower = (g * (x < lower)).sum_to_size(lower.shape) if ctx.needs_input_grad[1] else None
        return for_x, for_lower, for_upper, for_step, None


class Grids(nn.Module):
    """Learned grids, all in one tensor each: log2 of ranges, so many for each owner, and each owner's width in bits."""

    def __init__(self, owners, sizes):
        super().__init__()
        self.owners = owners
        self.sizes = sizes
        self.range = nn.Parameter(torch.zeros(sum(sizes)))
        self.bits = nn.Parameter(torch.full((len(owners),), BITS))
        owner = [i for i, size in enumerate(sizes) for _ in range(size)]
        self.register_buffer("owner", torch.tensor(owner), persistent=False)

    def forward(self, symmetric):
        """For each owner lower and upper bound and step: -+(q - s) / 2, or -q to q - s.

        In double precision up to the last rounding: a step that is off by its last bit moves numbers across thresholds.
        """
        q = torch.exp2(self.range.double())
        step = (q * torch.exp2(-self.bits.double()).index_select(0, self.owner)).float()
        upper = (q - step) / 2 if symmetric else q - step
        lower = -upper if symmetric else -q
        parts = [t.to(self.range.dtype).split(self.sizes) for t in (lower, upper, step)]
        return dict(zip(self.owners, zip(*parts)))


class ResNet(nn.Module):
    """The residual networks for CIFAR (He et al. 2016, section 4.2) with shortcuts without parameters (option A).

    Quantised, a grid stands for each ReLU, one behind the image and one behind the mean; a branch is rounded to the grid of
    the stream that it joins. Each convolution has a grid for each of its outputs, the dense layer one.
    """

    def __init__(self, depth, quantised, round_to_grid=to_grid, classes=10):
        super().__init__()
        self.round_to_grid = round_to_grid
        self.blocks = []
        self.layers = nn.ModuleDict()
        self.norms = nn.ModuleDict()
        places = ["image", "conv1_relu"]
        self._add_convolution("conv1", 3, 16, 1)
        channels = 16
        for stage in (1, 2, 3):
            for i in range(1, (depth - 2) // 6 + 1):
                name = "stage%d_block%d" % (stage, i)
                stride = 2 if stage > 1 and i == 1 else 1
                outputs = 8 << stage
                self._add_convolution(name + "_conv1", channels, outputs, stride)
                self._add_convolution(name + "_conv2", outputs, outputs, 1)
                self.blocks.append((name, stride, outputs - channels))
                places += [name + "_conv1_relu", name]
                channels = outputs
        self.layers["dense"] = nn.Linear(channels, classes)
        places.append("mean")
        self.weight_grids = None
        self.activation_grids = None
        if quantised:
            self.weight_grids = Grids(
                list(self.layers), [1 if name == "dense" else layer.out_channels for name, layer in self.layers.items()]
            )
            self.activation_grids = Grids(places, [1] * len(places))
        self.register_buffer("zero", torch.zeros(1), persistent=False)

    def _add_convolution(self, name, inputs, outputs, stride):
        self.layers[name] = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norms[name + "_norm"] = nn.BatchNorm2d(outputs)

    def forward(self, images):
        """Class scores [N, classes] of images [N, 3, H, W], bytes that are worth 1/256 each."""
        weights = self.weight_grids(symmetric=True) if self.weight_grids else None
        grids = self.activation_grids(symmetric=False) if self.activation_grids else None

        def convolve(x, name):
            layer = self.layers[name]
            w = layer.weight
            if weights:
                lower, upper, step = (t.view(-1, 1, 1, 1) for t in weights[name])
                w = self.rounded(w, lower, upper, step, 0.5, name)
            return self.norms[name + "_norm"](F.conv2d(x, w, None, layer.stride, layer.padding))

        def activated(x, place, activation=F.relu):
            if not grids:
                return activation(x)
            _, upper, step = grids[place]
            return self.rounded(x, self.zero, upper, step, 0.0, place)

        x = activated(images.to(self.zero.dtype) * (1 / 256), "image", nn.Identity())
        x = activated(convolve(x, "conv1"), "conv1_relu")
        stream = "conv1_relu"
        for name, stride, more in self.blocks:
            y = activated(convolve(x, name + "_conv1"), name + "_conv1_relu")
            y = convolve(y, name + "_conv2")
            if grids:
                y = self.rounded(y, *grids[stream], 0.0, name + "_sum_branch")
            if stride > 1:
                x = F.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, more // 2, more // 2))
            x = activated(x + y, name)
            stream = name
        x = activated(x.mean((2, 3)), "mean", nn.Identity())
        return self._dense(x, weights["dense"], grids["mean"]) if weights else self.layers["dense"](x)

    def rounded(self, x, lower, upper, step, offset, place):
        return self.round_to_grid(x, lower, upper, step, offset)

    def _dense(self, x, grid, input_grid):
        """The bias is a whole number of half weight steps times input steps, as it will be in integers."""
        layer = self.layers["dense"]
        unit = (grid[2].double() * input_grid[2].double() / 2).detach()
        held = layer.bias.detach()
        bias = layer.bias + ((torch.floor(held / unit + 0.5) * unit).to(held.dtype) - held)
        return F.linear(x, self.rounded(layer.weight, *grid, 0.5, "dense"), bias)


class Costs:
    """Multiply-accumulates of each layer for one image of 32 x 32, and elements that go in and out of them."""

    def __init__(self, net, side=32):
        self.products = []
        self.elements = 0
        for name, layer in net.layers.items():
            if name == "dense":
                self.products.append(layer.in_features * layer.out_features)
                self.elements += layer.in_features + layer.out_features
                continue
            before = side
            side //= layer.stride[0]
            self.products.append(side * side * layer.out_channels * layer.in_channels * 9)
            self.elements += before * before * layer.in_channels + side * side * layer.out_channels
        self.pooled = side * side * layer.in_features
        self.total = sum(self.products)


class Penalty(nn.Module):
    """The exterior-point penalty on bit operations, the mean width of weights and the widest of all."""

    def __init__(self, net, limit, mean_weight_bits=16.0, cap=16.0):
        super().__init__()
        self.limit = limit
        self.mean_weight_bits = mean_weight_bits
        self.cap = cap
        costs = Costs(net)
        places = net.activation_grids.owners
        # Each layer takes in what the one before it left behind its activation; of the last block only the mean goes on.
        before = places[:-2] + places[-1:]
        self.register_buffer("before", torch.tensor([places.index(place) for place in before]), persistent=False)
        self.register_buffer("products", torch.tensor([float(p) for p in costs.products]), persistent=False)
        self.pooled = costs.pooled
        self.pooled_place = places.index(net.blocks[-1][0])

    def cost(self, net):
        """Bit operations of one image, the additions of the mean as if by weights of one bit."""
        w = net.weight_grids.bits
        a = net.activation_grids.bits
        return (self.products * w * a.index_select(0, self.before)).sum() + self.pooled * a[self.pooled_place]

    def forward(self, net):
        w = net.weight_grids.bits
        a = net.activation_grids.bits
        over = F.relu(w - self.cap).sum() + F.relu(a - self.cap).sum()
        return (
            F.relu(self.cost(net) / self.limit - 1)
            + F.relu(w.mean() / self.mean_weight_bits - 1)
            + over / (w.numel() + a.numel())
        )


def jeffreys(scores, target):
    """The sum of both Kullback-Leibler divergences, mean over the batch."""
    student = F.log_softmax(scores, 1)
    teacher = F.log_softmax(target, 1)
    return ((teacher.exp() - student.exp()) * (teacher - student)).sum(1).mean()


class Trainer:
    """Student, teacher and optimiser, all on one device, and the step."""

    def __init__(self, student, teacher, penalty, mode=None, compiles_update=False, rate=RATE, multiplier=MULTIPLIER):
        """mode is that of torch.compile, None to run operation by operation.

        Compiled, RAdam finds its rectification on the device in single precision, half a percent off in the first steps.
        """
        self.student = student.train()
        self.teacher = teacher.eval().requires_grad_(False)
        self.penalty = penalty
        self.multiplier = multiplier
        self.mode = mode
        # PyTorch 1 forgets epsilon in the form that takes all tensors at once.
        several = {"foreach": True} if hasattr(torch, "compile") else {}
        if compiles_update:
            several["capturable"] = True
        self.optimiser = torch.optim.RAdam(student.parameters(), lr=rate, **several)
        self.objective = torch.compile(self._objective, mode=mode) if mode is not None else self._objective
        self.update = torch.compile(self.optimiser.step) if compiles_update else self.optimiser.step

    def _objective(self, images, labels):
        with torch.no_grad():
            target = self.teacher(images)
        scores = self.student(images)
        loss = jeffreys(scores, target)
        correct = (scores.argmax(1) == labels).sum()
        return loss + self.multiplier * self.penalty(self.student), loss.detach(), correct

    def step(self, images, labels):
        """One step; the loss without the penalty and how many images were told right, both still on the device."""
        if self.mode is not None:
            torch.compiler.cudagraph_mark_step_begin()
        self.optimiser.zero_grad(set_to_none=True)
        objective, loss, correct = self.objective(images, labels)
        objective.backward()
        self.update()
        return loss, correct


def initialise(net, seed):
    """Fresh weights (He et al. 2015), ranges that hold them, and grids that hold what batch norm yields mostly."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, layer in net.layers.items():
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                layer.bias.zero_()
        if net.weight_grids:
            most = [
                layer.weight.abs().flatten(1).amax(1) if name != "dense" else layer.weight.abs().max().view(1)
                for name, layer in net.layers.items()
            ]
            net.weight_grids.range.copy_(torch.log2(2 * torch.cat(most) / (1 - 2**-BITS)))
            net.activation_grids.range.fill_(2.017)
            net.activation_grids.range[0] = 0.013
    return net


def depth_of(model):
    depth = int(model[6:]) if model.startswith("resnet") and model[6:].isdigit() else 0
    if depth < 8 or depth % 6 != 2:
        sys.exit("gdnsq_step: unknown model %s: expected resnet20, resnet32, resnet44 or resnet56" % model)
    return depth


class Feed:
    """Images of noise in the host's memory, which go to the same place on the device before every step."""

    def __init__(self, options, layout):
        generator = torch.Generator().manual_seed(1)
        images = torch.randint(0, 256, (options.batch, 3, 32, 32), dtype=torch.uint8, generator=generator)
        labels = torch.randint(0, 10, (options.batch,), generator=generator)
        self.host = [images.contiguous(memory_format=layout), labels]
        if options.device == "cuda":
            self.host = [t.pin_memory() for t in self.host]
        self.device = [torch.empty_like(t, device=options.device) for t in self.host]

    def next(self):
        for there, here in zip(self.device, self.host):
            there.copy_(here, non_blocking=True)
        return self.device


def prepare(options, layout, mode):
    """A trainer and its images, warm."""
    depth = depth_of(options.model)
    student = initialise(ResNet(depth, True, ToGrid.apply if mode is None else to_grid), 2)
    teacher = initialise(ResNet(depth, False), 1)
    penalty = Penalty(student, 9.0 * Costs(student).total)
    for module in (student, teacher, penalty):
        module.to(options.device, memory_format=layout)
    trainer = Trainer(student, teacher, penalty, mode, compiles_update=mode is not None)
    feed = Feed(options, layout)
    for _ in range(WARM_UP):
        try:
            trainer.step(*feed.next())
        except Exception as problem:  # whatever a compiler says
            if trainer.update == trainer.optimiser.step:
                raise
            print("the optimiser is not compiled: %s" % str(problem).strip().split("\n")[0])
            trainer.update = trainer.optimiser.step
    wait(options)
    return trainer, feed


def time_steps(trainer, feed, steps, options):
    """Seconds for so many steps; the host does not wait for one before it asks for the next."""
    start = time.perf_counter()
    for _ in range(steps):
        loss, _ = trainer.step(*feed.next())
    wait(options)
    elapsed = time.perf_counter() - start
    if not torch.isfinite(loss).item():
        sys.exit("gdnsq_step: the loss is not a number")
    return elapsed


def measure(options):
    """Prints the rate of steps."""
    begin = time.perf_counter()
    layouts = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}
    layout = options.layout
    if layout == "faster":
        seconds = {name: time_steps(*prepare(options, f, None), WARM_UP, options) for name, f in layouts.items()}
        layout = min(seconds, key=seconds.get)
    trainer, feed = prepare(options, layouts[layout], options.compile)
    how = "eager" if options.compile is None else "compiled (%s)" % options.compile
    precision = "TF32" if options.tf32 else "FP32"
    print(
        "%s, torch %s, %s, %s, %s, %s, batch %d: ready after %.1f s"
        % (
            device_name(options),
            torch.__version__,
            how,
            precision,
            layout,
            options.model,
            options.batch,
            time.perf_counter() - begin,
        )
    )
    few = time_steps(trainer, feed, 3, options) / 3
    steps = max(3, round(options.seconds / few))
    elapsed = time_steps(trainer, feed, steps, options)
    costs = Costs(trainer.student)
    images = steps * options.batch
    print(
        "%d steps in %.1f s: %.1f images/s, %.2f ms a step, %.1f GFLOP/s, %.1f GB/s"
        % (
            steps,
            elapsed,
            images / elapsed,
            1e3 * elapsed / steps,
            1e-9 * OPERATIONS * costs.total * images / elapsed,
            1e-9 * BYTES * costs.elements * images / elapsed,
        )
    )


def main():
    parser = argparse.ArgumentParser(description="A training step of GDNSQ in PyTorch.")
    add_device_options(parser)
    parser.add_argument("--model", default="resnet20", help="resnet20, resnet32, resnet44 or resnet56")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--layout", choices=("nchw", "nhwc", "faster"), default="faster", help="of images in memory")
    parser.add_argument("--ceilings", action="store_true", help="what the device reaches at all")
    options = parser.parse_args()
    set_up(options)
    if options.ceilings:
        ceilings(options)
    else:
        measure(options)


if __name__ == "__main__":
    main()

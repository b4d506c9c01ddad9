"""PyTorch's device: options for it, and what it reaches at all."""

import os
import sys
import time

import torch


def add_device_options(parser):
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--compile", nargs="?", const="default", metavar="MODE", help="with torch.compile, in a mode of its")
    parser.add_argument("--tf32", action="store_true", help="let convolutions round to TF32")


def set_up(options):
    """Makes PyTorch do as the options say, or ends with what is missing."""
    if options.device == "cuda" and not torch.cuda.is_available():
        sys.exit("PyTorch %s sees no CUDA device here" % torch.__version__)
    if options.compile is not None and not hasattr(torch, "compile"):
        sys.exit("PyTorch %s has no torch.compile; it came with PyTorch 2" % torch.__version__)
    torch.backends.cudnn.benchmark = True
    allow_tf32(options.tf32)
    if options.device == "cpu":
        torch.set_num_threads(len(os.sched_getaffinity(0)))


def allow_tf32(allowed):
    torch.backends.cuda.matmul.allow_tf32 = allowed
    torch.backends.cudnn.allow_tf32 = allowed


def device_name(options):
    return torch.cuda.get_device_name() if options.device == "cuda" else "%d threads" % torch.get_num_threads()


def wait(options):
    if options.device == "cuda":
        torch.cuda.synchronize()


def rate_of(work, amount, options, seconds=0.7):
    """Amount a second, in units of 1e9, of something done again and again."""
    for _ in range(3):
        work()
    wait(options)
    start = time.perf_counter()
    work()
    wait(options)
    times = max(3, int(seconds / max(time.perf_counter() - start, 1e-6)))
    start = time.perf_counter()
    for _ in range(times):
        work()
    wait(options)
    return 1e-9 * amount * times / (time.perf_counter() - start)


def ceilings(options):
    """Prints what the device reaches in products of large matrices and in copies of memory."""
    device = options.device
    side = 8192 if device == "cuda" else 1024
    print("%s, torch %s, matrices of %d x %d" % (device_name(options), torch.__version__, side, side))
    a, b = (torch.randn(side, side, device=device) for _ in range(2))
    out = torch.empty_like(a)

    def product(name, work):
        try:
            print("ceiling, %s products: %.0f GFLOP/s" % (name, rate_of(work, 2.0 * side**3, options)))
        except (AttributeError, NotImplementedError, RuntimeError) as problem:
            print("no %s products here: %s" % (name, str(problem).strip().split("\n")[0]))

    allow_tf32(False)
    product("FP32", lambda: torch.mm(a, b, out=out))
    if device == "cuda":
        allow_tf32(True)
        product("TF32", lambda: torch.mm(a, b, out=out))
    half = [t.bfloat16() for t in (a, b)]
    product("BF16", lambda: torch.mm(*half))
    whole = [t.mul(30).clamp(-128, 127).to(torch.int8) for t in (a, b)]
    # The library wants the second one column by column.
    whole[1] = whole[1].t().contiguous().t()
    product("INT8", lambda: torch._int_mm(*whole))
    count = (1 << 28) if device == "cuda" else (1 << 25)
    source = torch.ones(count, device=device)
    copy = torch.empty_like(source)
    print("ceiling, copies: %.0f GB/s, read and written" % rate_of(lambda: copy.copy_(source), 2.0 * 4 * count, options))
    if device == "cuda":
        host = torch.ones(1 << 26).pin_memory()
        there = copy[: 1 << 26]
        rate = rate_of(lambda: there.copy_(host, non_blocking=True), 4.0 * (1 << 26), options)
        print("ceiling, from the host: %.1f GB/s" % rate)

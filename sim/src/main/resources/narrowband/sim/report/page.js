"use strict";
(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  if (!report.training || report.training.epochs.length === 0) {
    return;
  }
  const epochs = report.training.epochs;
  const layers = [...new Set(epochs.flatMap((epoch) => Object.keys(epoch.bits)))];
  const x = epochs.map((epoch) => epoch.epoch);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /* Layers lie in order, so that their colours do too. */
  function layerColor(index) {
    const share = layers.length === 1 ? 0 : index / (layers.length - 1);
    return `hsl(${210 + 290 * share} ${dark.matches ? "70% 66%" : "68% 43%"})`;
  }

  /* Phases of training as bands behind the curves, named at the top. */
  function bands(plot) {
    const { ctx, bbox } = plot;
    let from = 0;
    let shaded = false;
    ctx.save();
    ctx.beginPath();
    // The names of the phases stand above the plot, where no line crosses them.
    const above = 16 * devicePixelRatio;
    ctx.rect(bbox.left, bbox.top - above, bbox.width, bbox.height + above);
    ctx.clip();
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textBaseline = "top";
    while (from < epochs.length) {
      let to = from;
      while (to < epochs.length && epochs[to].phase === epochs[from].phase) {
        to++;
      }
      const left = plot.valToPos(from === 0 ? x[0] : (x[from - 1] + x[from]) / 2, "x", true);
      const right = to === epochs.length
        ? bbox.left + bbox.width
        : plot.valToPos((x[to - 1] + x[to]) / 2, "x", true);
      if (shaded) {
        ctx.fillStyle = color("--note-soft");
        ctx.fillRect(left, bbox.top, right - left, bbox.height);
      }
      const label = epochs[from].phase;
      if (ctx.measureText(label).width + 10 * devicePixelRatio < right - left) {
        ctx.fillStyle = color("--soft");
        ctx.fillText(label, left + 5 * devicePixelRatio, bbox.top - above + 2 * devicePixelRatio);
      }
      shaded = !shaded;
      from = to;
    }
    ctx.restore();
  }

  function axis(label, scale, side, values) {
    return {
      scale,
      side,
      label,
      values,
      labelSize: 20,
      labelFont: "12px system-ui, sans-serif",
      font: "11px system-ui, sans-serif",
      size: side === 2 ? 34 : 46,
      stroke: color("--soft"),
      grid: { stroke: color("--grid"), width: 1, show: side !== 1 },
      ticks: { stroke: color("--grid"), width: 1 },
    };
  }

  const whole = (plot, splits) => splits.map((value) => (Number.isInteger(value) ? value : ""));
  // Large numbers shortened to fit beside an axis: 12.5M.
  const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });
  const compact = (plot, splits) => splits.map((value) => short.format(value));
  const points = { show: epochs.length < 40, size: 4 };
  const line = (label, stroke, scale, value, dash) =>
    ({ label, stroke, scale, value: (plot, v) => (v == null ? "-" : value(v)), width: 1.75, dash, points, spanGaps: false });
  const epochSeries = { label: "epoch" };

  function draw(id, series, axes, scales, data) {
    const host = document.getElementById(id);
    if (!host) {
      return;
    }
    host.replaceChildren();
    const options = {
      width: host.clientWidth,
      height: 240,
      padding: [18, 10, 0, 0],
      scales: { x: { time: false, range: (plot, min, max) => (min === max ? [min - 0.5, max + 0.5] : [min, max]) }, ...scales },
      series: [epochSeries, ...series],
      axes: [axis("epoch", "x", 2, whole), ...axes],
      hooks: { drawClear: [bands] },
      cursor: { points: { size: 7 } },
    };
    const plot = new uPlot(options, [x, ...data], host);
    new ResizeObserver(() => {
      if (host.clientWidth !== plot.width) {
        plot.setSize({ width: host.clientWidth, height: 240 });
      }
    }).observe(host);
  }

  function drawAll() {
    draw(
      "plot-learning",
      [
        line("loss", color("--output"), "loss", (v) => v.toFixed(3)),
        line("accuracy", color("--busy"), "accuracy", (v) => `${v.toFixed(1)} %`),
      ],
      [axis("loss", "loss", 3), axis("accuracy, %", "accuracy", 1)],
      { loss: { range: (plot, min, max) => [0, max > 0 ? max * 1.08 : 1] }, accuracy: { range: (plot, min) => [Math.min(min - 2, 90), 101] } },
      [epochs.map((epoch) => epoch.loss), epochs.map((epoch) => 100 * epoch.accuracy)],
    );
    for (const kind of ["weights", "activations"]) {
      draw(
        `plot-${kind}`,
        layers.map((layer, index) => line(layer, layerColor(index), "y", (v) => v.toFixed(2))),
        [axis("bits", "y", 3)],
        { y: { range: (plot, min, max) => [0, Math.max(1, max) * 1.08] } },
        layers.map((layer) => epochs.map((epoch) => epoch.bits[layer]?.[kind] ?? null)),
      );
    }
    draw(
      "plot-information",
      layers.map((layer, index) => line(layer, layerColor(index), "y", (v) => v.toFixed(2))),
      [axis("bits per value", "y", 3)],
      { y: { range: (plot, min, max) => [0, Math.max(1, max) * 1.08] } },
      layers.map((layer) => epochs.map((epoch) => epoch.information[layer] ?? null)),
    );
    draw(
      "plot-cost",
      [
        line("cost", color("--energy"), "y", (v) => short.format(v)),
        line("budget", color("--bad"), "y", (v) => short.format(v), [6, 4]),
      ],
      [axis(report.training.costName, "y", 3, compact)],
      { y: { range: (plot, min, max) => [0, Math.max(max, 1e-9) * 1.1] } },
      [epochs.map((epoch) => epoch.cost), epochs.map((epoch) => epoch.budget)],
    );
  }

  drawAll();
  dark.addEventListener("change", drawAll);
})();

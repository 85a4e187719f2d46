/** A trained network goes on beyond its data: where its next kink is, and how it bends there, no sample can tell. */

import { at as lineAt, type Line } from "../arithmetic/line.ts";
import { between, written } from "../vocabulary/address.ts";
import { scores } from "../vocabulary/controls.ts";
import { Curve, sampled } from "../vocabulary/curve.ts";
import { Figure, fixed, movable, say } from "../vocabulary/figure.ts";
import { Handles } from "../vocabulary/handle.ts";
import { Dots } from "../vocabulary/kink.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  /** The network on the interval of its data. */
  readonly trained: Line;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Where the error is watched; the first is in the picture. */
  readonly watched: readonly [number, number];
}

const [FAR, TOP] = [30, 1000];
const square = (x: number) => x * x;

movable<Data>("beyond-the-data", ({ trained, x, y, watched }) => {
  const last = trained.knots.length - 1;
  const edge = trained.knots[last];
  const slope = (trained.values[last] - trained.values[last - 1]) / (edge - trained.knots[last - 1]);
  /** The network's last piece, wherever it leads. */
  const straight = (at: number) => trained.values[last] + slope * (at - edge);
  const own = { kink: 15, end: straight(FAR) };
  let { kink, end } = own;

  const plot = new Plot({ x: [-12, FAR], y: [-40, TOP], height: 320, label: "Beyond the data", xLabel: "x" });
  const curve = new Curve(plot, "target");
  const before = new Curve(plot, "faint", "guide");
  const line = new Curve(plot, "network", "bold");
  const gap = new Curve(plot, "error");
  const samples = new Dots(plot, "target", 3, "hollow");
  const names = [new Label(plot, "target", "x²"), new Label(plot, "network", "network")];
  const error = new Label(plot, "error", "");
  const handles = new Handles(plot);
  handles.add({
    role: "network",
    label: () => "A kink beyond the data",
    spoken: () => `at ${fixed(kink, 1)}`,
    at: () => [kink, straight(kink)],
    ways: () => ({ across: { min: edge, max: FAR - 2, step: 0.5 } }),
    moveTo: (to) => {
      kink = to;
      figure.moved();
    },
  });
  handles.add({
    role: "network",
    label: () => `The network at ${FAR}`,
    spoken: () => `at the height ${fixed(end, 0)}`,
    at: () => [FAR, end],
    ways: () => ({ up: { min: -40, max: TOP, step: 10 } }),
    moveTo: (_, to) => {
      end = to;
      figure.moved();
    },
  });

  const bent = (at: number) =>
    at <= kink ? straight(at) : straight(kink) + ((end - straight(kink)) * (at - kink)) / (FAR - kink);
  const network = (at: number) => (at <= edge ? lineAt(trained, at) : bent(at));
  const loss = () => x.reduce((sum, at, k) => sum + (network(at) - y[k]) ** 2 / x.length, 0);
  const errors = () => watched.map((at) => network(at) - square(at));
  const table = scores([
    ["Loss on the data", ""],
    [`Error at ${watched[0]}`, "error"],
    [`Error at ${watched[1]}`, "error"],
  ]);
  const numbers = () => [say(loss()), ...errors().map((value) => fixed(value, 0))];

  const figure = new Figure({
    name: "beyond-the-data",
    task: "Drag the kink and the end: make the error at 20 vanish, and watch the loss.",
    reset: () => {
      ({ kink, end } = own);
      figure.moved();
    },
    state: () => ({ kink: written([kink]), end: written([end]) }),
    draw: () => {
      curve.draw(sampled(square, [-12, FAR], 121));
      before.draw([
        [edge, straight(edge)],
        [FAR, straight(FAR)],
      ]);
      line.draw([
        ...trained.knots.map((knot, i) => [knot, trained.values[i]] as const),
        [kink, straight(kink)],
        [FAR, end],
      ]);
      samples.draw(x.map((at, k) => [at, y[k]] as const));
      const [place] = watched;
      gap.draw([
        [place, square(place)],
        [place, network(place)],
      ]);
      error.say(`error ${fixed(errors()[0], 0)}`);
      error.put(place, (square(place) + network(place)) / 2, "beside");
      names[0].put(26, square(26), "beside");
      names[1].put(-12, trained.values[0], "beside");
      handles.draw();
      table.show(numbers());
    },
    said: () => {
      const [lost, at20, at40] = numbers();
      return `Kink at ${fixed(kink, 1)}. Loss ${lost}, error at 20 ${at20}, at 40 ${at40}.`;
    },
    measured: () => ({ kink, end, loss: loss(), errorAt20: errors()[0], errorAt40: errors()[1] }),
  });
  figure.add(plot);
  figure.read(table.element);
  figure.restore((said) => {
    const now = { kink: between(said.get("kink"), edge, FAR - 2), end: between(said.get("end"), -40, TOP) };
    ({ kink, end } = now);
  });
  return figure;
});

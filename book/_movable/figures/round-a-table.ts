/** A table for a chip: its pieces and its bits, and what rounding costs of the best error. */

import { lookedUp, rounded } from "../arithmetic/table.ts";
import { between, oneOf } from "../vocabulary/address.ts";
import { choice, named, range, scores } from "../vocabulary/controls.ts";
import { Curve, sampled } from "../vocabulary/curve.ts";
import { Figure, fixed, movable, say } from "../vocabulary/figure.ts";
import { Ticks } from "../vocabulary/kink.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

/** The best lines of 1, 2, … pieces: their knots, their heights, their errors. */
interface Lines {
  readonly knots: readonly (readonly number[])[];
  readonly values: readonly (readonly number[])[];
  readonly errors: readonly number[];
}

interface Data {
  readonly curves: Readonly<Record<string, Lines>>;
  readonly pieces: number;
  readonly bits: number;
}

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  exponential: Math.exp,
};
const BITS = { min: 3, max: 16 };
const SAMPLES = 1600;

movable<Data>("round-a-table", (data) => {
  const names = Object.keys(data.curves);
  let name = names[0];
  let { pieces, bits } = data;

  const plot = new Plot({
    x: [0, 1],
    y: [-1, 1],
    height: 260,
    label: "The table's error, in units of the best possible",
    ticks: 5,
    xLabel: "x",
  });
  const zero = new Curve(plot, "faint");
  const bounds = [new Curve(plot, "best"), new Curve(plot, "best")];
  const curve = new Curve(plot, "error");
  const ticks = new Ticks(plot, "hinge");
  const [bestName, errorName] = [
    new Label(plot, "best", "best possible"),
    new Label(plot, "error", "the table’s error, best = 1"),
  ];

  const lines = () => data.curves[name];
  const most = () => lines().errors.length;
  const found = () => {
    const [knots, values] = [lines().knots[pieces - 1], lines().values[pieces - 1]];
    const rows = rounded({ knots, values }, bits);
    const domain = [knots[0], knots[knots.length - 1]] as const;
    const error = (x: number) => lookedUp(rows, x) - FUNCTIONS[name](x);
    const points = sampled(error, domain, SAMPLES + 1);
    const largest = points.reduce((worst, [, value]) => Math.max(worst, Math.abs(value)), 0);
    return { rows, domain, points, largest, best: lines().errors[pieces - 1] };
  };
  /** How many ideal pieces have the same error: interpolated in 1/√error, as the package does. */
  const worth = (error: number) => {
    const { errors } = lines();
    if (error >= errors[0]) return Math.sqrt(errors[0] / error);
    const next = errors.findIndex((best) => best <= error);
    if (next < 0) return errors.length;
    const [before, after] = [errors[next - 1] ** -0.5, errors[next] ** -0.5];
    return next + (error ** -0.5 - before) / (after - before);
  };
  const numbers = (now = found()) => [
    say(now.largest, 2),
    say(now.best, 2),
    `${fixed(worth(now.largest), 1)} of ${pieces}`,
  ];
  const change = (act: () => void) => {
    act();
    figure.moved();
  };

  const curves = choice("Curve", Object.fromEntries(names.map((one) => [one, one])), (chosen) =>
    change(() => (name = chosen)),
  );
  const many = range("Pieces", { min: 1, max: most(), step: 1 }, (value) => change(() => (pieces = value)));
  const fine = range("Bits after the point", { ...BITS, step: 1 }, (value) => change(() => (bits = value)));
  const table = scores([
    ["Largest error", "error"],
    ["Best possible", "best"],
    ["Worth in pieces", ""],
  ]);

  const figure = new Figure({
    name: "round-a-table",
    task: "Trade pieces for bits: when do more pieces stop helping unless you add bits?",
    reset: () => change(() => ([name, pieces, bits] = [names[0], data.pieces, data.bits])),
    state: () => ({ curve: name, pieces: String(pieces), bits: String(bits) }),
    draw: () => {
      const now = found();
      const [from, to] = now.domain;
      // In units of the best possible error, whose own digits would not fit beside the axis.
      const tall = Math.max(now.largest / now.best, 1) * 1.4;
      plot.showAcross(now.domain);
      plot.show([-tall, tall]);
      zero.draw([
        [from, 0],
        [to, 0],
      ]);
      bounds.forEach((bound, i) =>
        bound.draw([
          [from, i ? 1 : -1],
          [to, i ? 1 : -1],
        ]),
      );
      const scaled = now.points.map(([x, error]) => [x, error / now.best] as const);
      curve.draw(scaled);
      ticks.draw(now.rows.map(({ left }) => left));
      bestName.put(to, 1);
      errorName.put(from, tall, "below");
      table.show(numbers(now));
      many.show(pieces, String(pieces), most());
      fine.show(bits, String(bits));
      curves.value = name;
    },
    said: () => {
      const [largest, best, worth] = numbers();
      return `${pieces} pieces, ${bits} bits: error ${largest}, best possible ${best}, worth ${worth}.`;
    },
    measured: () => {
      const { largest, best } = found();
      return { pieces, bits, error: largest, best, lost: largest / best };
    },
  });
  figure.add(plot);
  figure.read(table.element);
  figure.row(named("pieces", many.element), named("bits", fine.element));
  figure.more(named("curve", curves.element));
  figure.restore((said) => {
    const curve = oneOf(said.get("curve"), names);
    const now = {
      pieces: Math.round(between(said.get("pieces"), 1, data.curves[curve].errors.length)),
      bits: Math.round(between(said.get("bits"), BITS.min, BITS.max)),
    };
    name = curve;
    ({ pieces, bits } = now);
  });
  return figure;
});

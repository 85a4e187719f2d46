/** The theorem's construction: a hinge for each piece, added one after the other; and the number of pieces dragged. */

import { worstPoint } from "../arithmetic/errors.ts";
import { type Interval, type Line } from "../arithmetic/line.ts";
import { TARGETS } from "../arithmetic/targets.ts";
import { between, oneOf } from "../vocabulary/address.ts";
import { button, choice, named, range, scores } from "../vocabulary/controls.ts";
import { Curve, sampled } from "../vocabulary/curve.ts";
import { Figure, fixed, movable, say } from "../vocabulary/figure.ts";
import { Dots, Gap } from "../vocabulary/kink.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  readonly curves: Readonly<Record<string, string>>;
  readonly pieces: number;
}

const MOST = 64;

/** The sum of the first hinges: the curve's own points up to the knot after the last of them, then straight on. */
function partialSum(f: (x: number) => number, [from, to]: Interval, pieces: number, hinges: number): Line {
  const knots = Array.from({ length: hinges + 1 }, (_, i) => from + ((to - from) * i) / pieces);
  const values = knots.map(f);
  if (hinges === pieces) return { knots, values };
  const slope = (values[hinges] - values[hinges - 1]) / (knots[hinges] - knots[hinges - 1]);
  return { knots: [...knots, to], values: [...values, values[hinges] + slope * (to - knots[hinges])] };
}

/** The line up to where it leaves the picture for good. */
function inside({ knots, values }: Line, [low, high]: Interval): Line {
  const end = knots.length - 1;
  const edge = values[end] > high ? high : values[end] < low ? low : values[end];
  if (edge === values[end]) return { knots, values };
  const share = (edge - values[end - 1]) / (values[end] - values[end - 1]);
  const x = knots[end - 1] + share * (knots[end] - knots[end - 1]);
  return { knots: [...knots.slice(0, end), x], values: [...values.slice(0, end), edge] };
}

movable<Data>("hinge-by-hinge", (data) => {
  const names = Object.keys(data.curves);
  let name = names[0];
  let pieces = data.pieces;
  let hinges = 1;

  const plot = new Plot({
    x: [0, 1],
    y: [0, 1],
    height: 280,
    label: "The curve and the sum of the hinges",
    xLabel: "x",
  });
  const curve = new Curve(plot, "target");
  const line = new Curve(plot, "network", "bold");
  const gap = new Gap(plot, "error");
  const knots = new Dots(plot, "network");
  const [curveName, lineName] = [new Label(plot, "target", ""), new Label(plot, "network", "sum of the hinges")];

  const target = () => TARGETS[name];
  const sum = () => partialSum(target().f, target().domain, pieces, hinges);
  const heights = (): Interval => {
    const values = sampled(target().f, target().domain).map(([, y]) => y);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return [low - (high - low) * 0.2, high + (high - low) * 0.2];
  };
  const change = (act: () => void) => {
    act();
    hinges = Math.min(hinges, pieces);
    figure.moved();
  };

  const adding = button("Add the next hinge", () => change(() => hinges++));
  const all = button("All of them", () => change(() => (hinges = pieces)));
  const many = range("Pieces, N", { min: 1, max: MOST, step: 1 }, (value) =>
    change(() => {
      // Whoever drags N wants to see the whole line, once it was there.
      hinges = hinges === pieces ? value : hinges;
      pieces = value;
    }),
  );
  const curves = choice("Curve", data.curves, (chosen) => change(() => (name = chosen)));
  const table = scores([
    ["Hinges", ""],
    ["Sup error", "error"],
    ["Error × N²", ""],
  ]);
  const numbers = (point = worstPoint(sum(), target())) => {
    const sup = Math.abs(point.error);
    return [`${hinges} of ${pieces}`, say(sup), hinges === pieces ? fixed(sup * pieces ** 2, 2) : "–"];
  };

  const figure = new Figure({
    name: "hinge-by-hinge",
    task: "Add hinges until the line is whole; then drag N, and watch what the error does.",
    reset: () => change(() => ([name, pieces, hinges] = [names[0], data.pieces, 1])),
    state: () => ({ curve: name, pieces: String(pieces), hinges: String(hinges) }),
    draw: () => {
      const [now, tall] = [sum(), heights()];
      const point = worstPoint(now, target());
      plot.showAcross(target().domain);
      plot.show(tall);
      curve.draw(sampled(target().f, target().domain));
      const seen = inside(now, tall);
      line.line(seen);
      knots.draw(now.knots.slice(0, hinges).map((x, i) => [x, now.values[i]] as const));
      const ends = [target().f(point.x), target().f(point.x) + point.error];
      gap.draw(point.x, ...(ends.map((y) => Math.min(Math.max(y, tall[0]), tall[1])) as [number, number]));
      const [from, to] = target().domain;
      const place = from + 0.8 * (to - from);
      curveName.say(data.curves[name]);
      curveName.put(place, target().f(place), "beside");
      lineName.put(seen.knots[seen.knots.length - 1], seen.values[seen.values.length - 1]);
      table.show(numbers(point));
      many.show(pieces, String(pieces));
      curves.value = name;
      adding.disabled = hinges === pieces;
    },
    said: () => {
      const [count, sup] = numbers();
      return `${count} hinges, sup error ${sup}.`;
    },
  });
  figure.add(plot);
  figure.read(table.element);
  figure.row(named("hinges", adding), named("hinges", all));
  figure.row(named("pieces", many.element));
  figure.more(named("curve", curves.element));
  figure.restore((said) => {
    const now = {
      name: oneOf(said.get("curve"), names),
      pieces: Math.round(between(said.get("pieces"), 1, MOST)),
      hinges: Math.round(between(said.get("hinges"), 1, MOST)),
    };
    if (now.hinges > now.pieces) throw new Error("there are not more hinges than pieces");
    ({ name, pieces, hinges } = now);
  });
  return figure;
});

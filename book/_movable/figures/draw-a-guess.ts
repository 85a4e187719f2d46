/** A curve to be guessed: drawn by the reader first, then shown, with the distance between the two. */

import { numbers } from "../vocabulary/address.ts";
import { button, element, named } from "../vocabulary/controls.ts";
import type { Line } from "../arithmetic/line.ts";
import { Curve } from "../vocabulary/curve.ts";
import { Figure, fixed, movable } from "../vocabulary/figure.ts";
import { Dots } from "../vocabulary/kink.ts";
import { Pen } from "../vocabulary/pen.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  /** The figure that this one takes the place of, less "fig-". */
  readonly place: string;
  /** What is to be drawn, in a few words, and where: a height at each of some places, and how high they may be. */
  readonly what: string;
  readonly columns: readonly number[];
  readonly heights: readonly [number, number];
  /** The truth at many places. */
  readonly truth: readonly (readonly [number, number])[];
  /** Places that are marked on it. */
  readonly marked: readonly number[];
  /** How large it could have been. */
  readonly best: number;
}

movable<Data>("draw-a-guess", (data) => {
  const { columns, heights, truth } = data;
  const [from, to] = [columns[0], columns[columns.length - 1]];
  let guess: Line = { knots: columns, values: columns.map(() => 0) };
  let isDrawn = false;
  let isShown = false;

  const plot = new Plot({ x: [from, to], y: heights, height: 300, label: `Your guess: ${data.what}`, xLabel: "x" });
  const zero = new Curve(plot, "faint");
  const samples = new Dots(plot, "target", 3.5, "hollow");
  const floors = [new Curve(plot, "best"), new Curve(plot, "best")];
  const real = new Curve(plot, "error", "bold");
  const drawn = new Curve(plot, "hinge", "bold dash-1");
  const pen = new Pen(plot, {
    columns,
    heights,
    get: () => guess,
    set: (now) => {
      [guess, isDrawn] = [now, true];
      figure.moved();
    },
  });
  pen.show(true);

  const names = {
    guess: new Label(plot, "hinge", "your guess"),
    truth: new Label(plot, "error", "the truth"),
    best: new Label(plot, "best", "best possible"),
  };

  const facts = element("p", "facts");
  const show = button("Show the truth", () => {
    isShown = true;
    figure.moved();
  });

  /** The drawn curve between its columns. */
  function guessed(x: number): number {
    const place = ((x - from) / (to - from)) * (columns.length - 1);
    const i = Math.min(Math.floor(place), columns.length - 2);
    return guess.values[i] + (guess.values[i + 1] - guess.values[i]) * (place - i);
  }

  const said = () => {
    if (!isShown) return "";
    if (!isDrawn) return "This is it.";
    const apart = truth.map(([x, y]) => Math.abs(guessed(x) - y));
    const [theirs, yours] = [truth.map(([, y]) => y), guess.values].map(turns);
    const mean = apart.reduce((sum, one) => sum + one, 0) / apart.length;
    return `Your curve is ${fixed(mean, 2)} away on average, ${fixed(Math.max(...apart), 2)} at most; it changes its sign ${yours} times, the truth ${theirs} times.`;
  };

  const figure = new Figure({
    name: data.place,
    task: `Draw ${data.what}, by mouse, finger or arrow keys, before you see it.`,
    reset: () => {
      guess = { knots: columns, values: columns.map(() => 0) };
      isDrawn = isShown = false;
      figure.moved();
    },
    state: () => ({ heights: guess.values.map((y) => fixed(y, 1).replace("−", "-")).join(",") }),
    draw: () => {
      const level = (y: number) => [from, to].map((x) => [x, y] as const);
      zero.draw(level(0));
      drawn.draw(isDrawn ? columns.map((x, i) => [x, guess.values[i]] as const) : []);
      real.draw(isShown ? truth : []);
      floors.forEach((floor, i) => floor.draw(isShown ? level(i ? data.best : -data.best) : []));
      const heightOf = (x: number) =>
        truth.reduce((one, two) => (Math.abs(two[0] - x) < Math.abs(one[0] - x) ? two : one));
      samples.draw(isShown ? data.marked.map((x) => [x, heightOf(x)[1]] as const) : []);
      pen.draw();
      const highest = (points: readonly (readonly [number, number])[]) =>
        points.reduce((one, two) => (two[1] > one[1] ? two : one));
      names.guess.show(isDrawn);
      names.guess.put(...highest(columns.map((x, i) => [x, guess.values[i]] as const)));
      names.truth.show(isShown);
      names.truth.put(...highest(truth));
      names.best.show(isShown);
      names.best.put(from + (to - from) / 4, -data.best, "below");
      facts.textContent = said();
      show.disabled = isShown;
    },
    said,
  });
  figure.add(plot);
  figure.read(facts);
  figure.row(named("best", show));
  figure.restore((said) => {
    guess = { knots: columns, values: numbers(said.get("heights"), columns.length) };
    isDrawn = true;
  });
  return figure;
});

/** How often values change their sign. */
function turns(values: readonly number[]): number {
  const signs = values.map(Math.sign).filter((sign) => sign !== 0);
  return signs.filter((sign, i) => i > 0 && sign !== signs[i - 1]).length;
}

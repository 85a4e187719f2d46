/** The straight way from one picture to another: all of the network's outputs on it are exact broken lines. */

import { at } from "../arithmetic/line.ts";
import { between } from "../vocabulary/address.ts";
import { element, scores } from "../vocabulary/controls.ts";
import { Curve } from "../vocabulary/curve.ts";
import { Figure, fixed, movable } from "../vocabulary/figure.ts";
import { Handles } from "../vocabulary/handle.ts";
import { Ticks } from "../vocabulary/kink.ts";
import { Label } from "../vocabulary/label.ts";
import { Picture } from "../vocabulary/picture.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  /** The two pictures, row by row. */
  readonly start: readonly number[];
  readonly end: readonly number[];
  /** What they are of. */
  readonly digits: readonly [number, number];
  /** Where any output bends, from 0 to 1; and every output there. */
  readonly knots: readonly number[];
  readonly outputs: readonly (readonly number[])[];
  /** Where the difference of the two outputs bends. */
  readonly kinks: readonly number[];
}

movable<Data>("walk-between-digits", ({ start, end, digits, knots, outputs, kinks }) => {
  const [from, to] = digits;
  let here = 0;

  const all = outputs.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = 0.12 * (high - low);
  const plot = new Plot({
    x: [0, 1],
    y: [low - room, high + room],
    height: 250,
    label: "The outputs on the way",
    xLabel: "how far",
  });
  const curves = outputs.map((_, digit) => {
    return digit === from ? new Curve(plot, "best", "solid") : new Curve(plot, digit === to ? "network" : "faint");
  });
  const bends = new Ticks(plot, "hinge");
  const now = new Curve(plot, "ink", "guide");
  const names = [new Label(plot, "best", `output “${from}”`), new Label(plot, "network", `output “${to}”`)];
  const bendNames = new Label(plot, "hinge", "kinks of the difference");
  const handles = new Handles(plot);
  handles.add({
    role: "ink",
    label: () => `How far from the ${from} to the ${to}`,
    spoken: () => `${fixed(100 * here, 0)} percent`,
    at: () => [here, high + room / 2],
    ways: () => ({ across: { min: 0, max: 1, step: 0.01 } }),
    moveTo: (x) => {
      here = x;
      figure.moved();
    },
  });
  const picture = new Picture(Math.sqrt(start.length), "The picture here");

  const values = () => outputs.map((heights) => at({ knots, values: heights }, here));
  const table = scores([
    ["The network says", "network"],
    ["with probability", ""],
    ["Kinks passed", ""],
  ]);
  const numbers = () => {
    const said = values();
    const top = Math.max(...said);
    const chance = 1 / said.reduce((sum, value) => sum + Math.exp(value - top), 0);
    const passed = kinks.filter((kink) => kink <= here).length;
    return [String(said.indexOf(top)), `${fixed(100 * chance, 1)} %`, `${passed} of ${kinks.length}`];
  };

  const figure = new Figure({
    name: "walk-between-digits",
    task: `Walk from the ${from} to the ${to}: where does the network change its mind?`,
    reset: () => {
      here = 0;
      figure.moved();
    },
    state: () => ({ at: String(Number(here.toFixed(6))) }),
    draw: () => {
      curves.forEach((curve, digit) => curve.line({ knots, values: outputs[digit] }));
      bends.draw(kinks);
      now.draw([
        [here, low - room],
        [here, high + room],
      ]);
      names[0].put(0.04, at({ knots, values: outputs[from] }, 0.04));
      names[1].put(0.96, at({ knots, values: outputs[to] }, 0.96));
      bendNames.put(kinks[0], low - room / 2);
      handles.draw();
      picture.draw(start.map((value, i) => value + here * (end[i] - value)));
      table.show(numbers());
    },
    said: () => {
      const [digit, probability, passed] = numbers();
      return `${fixed(100 * here, 0)} percent of the way the network says ${digit}, with probability ${probability}; ${passed} kinks are passed.`;
    },
  });
  figure.add(plot);
  figure.read(element("div", "beside", picture.element, table.element));
  figure.restore((said) => {
    here = between(said.get("at"), 0, 1);
  });
  return figure;
});

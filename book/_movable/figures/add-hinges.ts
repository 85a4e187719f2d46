/** Weighted hinges, one below the other, and above them their sum. */

import { evaluate, hingeOf, lineOf, neuronOf, type Hinge, type Neuron } from "../arithmetic/network.ts";
import { slope } from "../arithmetic/line.ts";
import { numbers, written } from "../vocabulary/address.ts";
import { button, element, named } from "../vocabulary/controls.ts";
import { Curve } from "../vocabulary/curve.ts";
import { Figure, movable, say } from "../vocabulary/figure.ts";
import { formula } from "../vocabulary/formula.ts";
import { Handles } from "../vocabulary/handle.ts";
import { HingeHandles } from "../vocabulary/hinge.ts";
import { Dots } from "../vocabulary/kink.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  readonly neurons: readonly Neuron[];
  readonly domain: readonly [number, number];
}

const MOST = 8;
const STEEPEST = 6;
const HEIGHT = 20;

movable<Data>("add-hinges", ({ neurons, domain }) => {
  const start = neurons.map(hingeOf);
  let hinges: readonly Hinge[] = start;
  let chosen = start.length - 1;
  const [from, to] = [domain[0] + 0.5, domain[1] - 0.5];

  const upper = new Plot({ x: domain, y: [-HEIGHT, HEIGHT], height: 210, label: "The sum", xLabel: "x" });
  const lower = new Plot({ x: domain, y: [-HEIGHT, HEIGHT], height: 250, label: "The weighted hinges", xLabel: "x" });
  const axes = [new Curve(upper, "faint"), new Curve(lower, "faint")];
  const guides = [new Curve(upper, "faint", "guide"), new Curve(lower, "faint", "guide")];
  const sum = new Curve(upper, "network", "bold");
  const kinks = new Dots(upper, "network");
  const terms = Array.from({ length: MOST }, (_, i) => new Curve(lower, "hinge", `dash-${i % 4}`));
  const names = Array.from({ length: MOST }, (_, i) => new Label(lower, "hinge", String(i + 1)));
  const name = new Label(upper, "network", "sum");
  const handles = new Handles(lower);
  const grips: HingeHandles[] = [];

  const [formulaText, facts] = [element("p", "formula"), element("p", "facts")];

  function change(now: readonly Hinge[]): void {
    hinges = now;
    figure.moved();
  }

  /** As many grips as hinges. */
  function hold(): void {
    while (grips.length > hinges.length) grips.pop()!.remove();
    while (grips.length < hinges.length) {
      const i = grips.length;
      grips.push(
        new HingeHandles(handles, {
          name: () => `Hinge ${i + 1} of ${hinges.length}`,
          get: () => hinges[i],
          set: (hinge) => change(hinges.map((other, j) => (j === i ? hinge : other))),
          onFocus: () => {
            chosen = i;
            figure.redraw();
          },
          kinks: [from, to],
          steepest: STEEPEST,
        }),
      );
    }
    chosen = Math.min(chosen, hinges.length - 1);
  }

  const add = button("Add a hinge", () => {
    if (hinges.length === MOST) return;
    // In the middle of the widest gap.
    const places = [from, ...hinges.map(({ kink }) => kink).sort((one, other) => one - other), to];
    const gaps = places.slice(1).map((place, i) => place - places[i]);
    const widest = gaps.indexOf(Math.max(...gaps));
    const kink = Math.round(places[widest] + gaps[widest] / 2);
    chosen = hinges.length;
    change([...hinges, { kink, jump: 1, face: 1 }]);
    hold();
  });
  const remove = button("Remove it", () => {
    if (hinges.length === 1) return;
    change(hinges.filter((_, i) => i !== chosen));
    hold();
  });

  const line = () => lineOf({ neurons: hinges.map(neuronOf), offset: 0 }, domain);
  const said = () => {
    const now = line();
    const slopes = now.values.slice(1).map((_, i) => say(slope(now, i)));
    const bends = now.knots.slice(1, -1).map((knot) => say(knot));
    return `Kinks at ${bends.join(", ") || "none"}; slopes from left to right ${slopes.join(", ")}.`;
  };

  const figure = new Figure({
    name: "add-hinges",
    task: "Move a hinge: the sum above bends where the hinges do, and nowhere else.",
    reset: () => {
      change(start);
      hold();
    },
    state: () => ({
      kinks: written(hinges.map(({ kink }) => kink)),
      weights: written(hinges.map(({ jump }) => jump)),
      faces: written(hinges.map(({ face }) => face)),
    }),
    draw: () => {
      const now = line();
      const level = [
        [domain[0], 0],
        [domain[1], 0],
      ] as const;
      for (const axis of axes) axis.draw(level);
      const at = hinges[chosen].kink;
      for (const guide of guides) {
        guide.draw([
          [at, -2 * HEIGHT],
          [at, 2 * HEIGHT],
        ]);
      }
      sum.line(now);
      kinks.draw(now.knots.slice(1, -1).map((knot, i) => [knot, now.values[i + 1]] as const));
      terms.forEach((term, i) => {
        const isThere = i < hinges.length;
        for (const part of [term, names[i]]) part.show(isThere);
        if (!isThere) return;
        term.line(lineOf({ neurons: [neuronOf(hinges[i])], offset: 0 }, domain));
        names[i].put(hinges[i].kink, 0, "below");
      });
      name.put(domain[0], now.values[0]);
      handles.draw();
      formulaText.textContent = `y = ${formula(hinges.map(neuronOf))}`;
      facts.textContent = said();
      add.disabled = hinges.length === MOST;
      remove.disabled = hinges.length === 1;
      remove.textContent = `Remove hinge ${chosen + 1}`;
    },
    said: () => `${hinges.length} hinges. ${said()}`,
    // The height of the sum at each whole number, as at_3 and at_minus_3.
    measured: () => {
      const places = Array.from({ length: Math.floor(to) - Math.ceil(from) + 1 }, (_, i) => Math.ceil(from) + i);
      const name = (x: number) => `at_${String(x).replace("-", "minus_")}`;
      return Object.fromEntries(
        places.map((x) => [name(x), evaluate({ neurons: hinges.map(neuronOf), offset: 0 }, x)]),
      );
    },
  });
  figure.add(upper, lower);
  figure.read(formulaText, facts);
  figure.row(named("add", add), named("add", remove));
  figure.restore((said) => {
    const places = numbers(said.get("kinks"));
    if (places.length > MOST) throw new Error(`${places.length} hinges are more than ${MOST}`);
    const [jumps, faces] = [numbers(said.get("weights"), places.length), numbers(said.get("faces"), places.length)];
    hinges = places.map((kink, i) => {
      if (kink < from || kink > to || Math.abs(jumps[i]) > STEEPEST) throw new Error(`hinge ${i + 1} is out of reach`);
      return { kink, jump: jumps[i], face: faces[i] < 0 ? -1 : 1 };
    });
    chosen = hinges.length - 1;
  });
  hold();
  return figure;
});

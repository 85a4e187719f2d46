/** One neuron: its kink and its arm are taken hold of, and w, b and a follow. */

import { hingeOf, lineOf, type Neuron } from "../arithmetic/network.ts";
import { between, written } from "../vocabulary/address.ts";
import { element, range, named } from "../vocabulary/controls.ts";
import { Curve } from "../vocabulary/curve.ts";
import { Figure, fixed, movable } from "../vocabulary/figure.ts";
import { formula } from "../vocabulary/formula.ts";
import { Handles } from "../vocabulary/handle.ts";
import { HingeHandles } from "../vocabulary/hinge.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  readonly neuron: Neuron;
  readonly domain: readonly [number, number];
}

const MOST = { w: 3, b: 30, a: 3 };
const KINDS = [
  { face: 1, up: 1, path: "M2,20H16L30,6" },
  { face: -1, up: 1, path: "M2,6L16,20H30" },
  { face: 1, up: -1, path: "M2,8H16L30,22" },
  { face: -1, up: -1, path: "M2,22L16,8H30" },
] as const;

movable<Data>("move-a-hinge", ({ neuron: start, domain }) => {
  let neuron = start;
  const plot = new Plot({ x: domain, y: [-10, 10], height: 300, label: "One neuron and its graph", xLabel: "x" });
  const axis = new Curve(plot, "faint");
  const curve = new Curve(plot, "hinge", "bold");
  const handles = new Handles(plot);
  const [place, bend] = [new Label(plot, "hinge", "kink −b/w"), new Label(plot, "hinge", "slope aw")];
  new HingeHandles(handles, {
    name: () => "The neuron",
    get: () => hingeOf(neuron),
    set: ({ kink, jump, face }) => {
      // The size of w cannot be seen, so it stays; b and a follow.
      const size = Math.abs(neuron.w);
      change({ w: face * size, b: -face * size * kink || 0, a: jump / size });
    },
    kinks: [domain[0] + 1, domain[1] - 1],
    steepest: 3,
  });

  const [formulaText, facts] = [element("p", "formula"), element("p", "facts")];
  const sliders = (["w", "b", "a"] as const).map((name) => ({
    name,
    range: range(name, { min: -MOST[name], max: MOST[name], step: 0.1 }, (value) => {
      // Without a weight there is no kink: w steps over 0.
      change({ ...neuron, [name]: name === "w" && value === 0 ? -Math.sign(neuron.w) * 0.1 : value });
    }),
  }));
  const kinds = KINDS.map(({ face, up, path }) => {
    const name = `a ${up > 0 ? ">" : "<"} 0, w ${face > 0 ? ">" : "<"} 0`;
    const made = element("button", "kind");
    made.type = "button";
    made.innerHTML = `<svg viewBox="0 0 32 28" width="32" height="28" aria-hidden="true"><path d="${path}"/></svg>`;
    made.append(element("span", "", name));
    made.addEventListener("click", () => {
      const { kink } = hingeOf(neuron);
      const w = face * Math.abs(neuron.w);
      change({ w, b: -w * kink || 0, a: up * (Math.abs(neuron.a) || 1) });
    });
    return made;
  });

  const said = () => {
    const { kink, jump, face } = hingeOf(neuron);
    const side = face > 0 ? "right" : "left";
    const bends =
      jump === 0
        ? "It does nothing: a = 0."
        : `It bends ${jump > 0 ? "up" : "down"}, by ${fixed(Math.abs(jump), 2)} in slope.`;
    return `Kink at −b/w = ${fixed(kink, 2)}, active on its ${side}. ${bends}`;
  };

  function change(now: Neuron): void {
    neuron = now;
    figure.moved();
  }

  const figure = new Figure({
    name: "move-a-hinge",
    task: "Pull the ring or the dot: all that three numbers make is one bend.",
    reset: () => change(start),
    state: () => ({ w: written([neuron.w]), b: written([neuron.b]), a: written([neuron.a]) }),
    draw: () => {
      axis.draw([
        [domain[0], 0],
        [domain[1], 0],
      ]);
      curve.line(lineOf({ neurons: [neuron], offset: 0 }, domain));
      handles.draw();
      const { kink, jump, face } = hingeOf(neuron);
      place.put(kink, 0, jump > 0 ? "below" : "above");
      bend.put(kink + face * 4.5, jump * 4.5, "beside");
      formulaText.textContent = `y = ${formula([neuron])}`;
      facts.textContent = said();
      for (const { name, range } of sliders) range.show(neuron[name], fixed(neuron[name], 2));
      KINDS.forEach(({ face, up }, i) => {
        const is = face * neuron.w > 0 && up * neuron.a > 0;
        kinds[i].setAttribute("aria-pressed", String(is));
      });
    },
    said: () => `y = ${formula([neuron])}. ${said()}`,
    measured: () => ({ ...hingeOf(neuron) }),
  });
  figure.add(plot);
  figure.read(formulaText, facts);
  figure.row(...sliders.map(({ range }) => named("numbers", range.element)));
  figure.more(...kinds.map((kind) => named("kinds", kind)));
  figure.restore((said) => {
    const w = between(said.get("w"), -MOST.w, MOST.w);
    if (w === 0) throw new Error("w must not be 0");
    neuron = { w, b: between(said.get("b"), -MOST.b, MOST.b), a: between(said.get("a"), -MOST.a * 10, MOST.a * 10) };
  });
  return figure;
});

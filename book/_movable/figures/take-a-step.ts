/** One hinge and a handful of samples: which of them it sees, and what the next step does to its kink and its jump. */

import { hingeOf, lineOf, neuronOf, term, type Neuron } from "../arithmetic/network.ts";
import { pull, stepped, velocity } from "../arithmetic/step.ts";
import { between, numbers, written } from "../vocabulary/address.ts";
import { Arrow } from "../vocabulary/arrow.ts";
import { button, named, range, scores } from "../vocabulary/controls.ts";
import { Curve } from "../vocabulary/curve.ts";
import { Figure, fixed, movable, say } from "../vocabulary/figure.ts";
import { Handles } from "../vocabulary/handle.ts";
import { HingeHandles } from "../vocabulary/hinge.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly neuron: Neuron;
  readonly rate: number;
}

const DOMAIN = [-5, 5] as const;
const HEIGHTS = [-3, 5] as const;
const SIZES = { min: 0.25, max: 4 };
const RATES = { min: 0.02, max: 0.5 };
/** Milliseconds between two steps of a film. */
const PACE = 160;
/** No weight may get larger. */
const MOST = 1e6;

movable<Data>("take-a-step", (data) => {
  const { x } = data;
  let { neuron, rate } = data;
  let y = [...data.y];
  let playing = 0;

  const plot = new Plot({ x: DOMAIN, y: HEIGHTS, height: 300, label: "One neuron and the samples", xLabel: "x" });
  const axis = new Curve(plot, "faint");
  const next = new Curve(plot, "network");
  const curve = new Curve(plot, "hinge", "bold");
  const pulls = x.map(() => new Curve(plot, "error"));
  const arrows = [new Arrow(plot, "error"), new Arrow(plot, "error")];
  const [now, then] = [new Label(plot, "hinge", "the hinge"), new Label(plot, "network", "after the step")];
  const handles = new Handles(plot);
  new HingeHandles(handles, {
    name: () => "The hinge",
    get: () => hingeOf(neuron),
    set: (hinge) => {
      // The size of w cannot be seen, so it stays.
      const plain = neuronOf(hinge);
      const size = Math.abs(neuron.w);
      change({ w: plain.w * size, b: plain.b * size, a: plain.a / size });
    },
    kinks: [DOMAIN[0] + 0.2, DOMAIN[1] - 0.2],
    steepest: 3,
  });
  y.forEach((_, k) =>
    handles.add({
      role: "target",
      label: () => `Sample at x = ${say(x[k])}`,
      spoken: () => `at the height ${fixed(y[k], 1)}, ${neuron.w * x[k] + neuron.b > 0 ? "seen" : "not seen"}`,
      at: () => [x[k], y[k]],
      ways: () => ({ up: { min: HEIGHTS[0], max: HEIGHTS[1], step: 0.1 } }),
      moveTo: (_, height) => {
        y[k] = height;
        figure.moved();
      },
    }),
  );

  const step = () => {
    const after = stepped(neuron, pull(neuron, x, y), rate);
    const isSmall = Object.values(after).every((number) => Math.abs(number) < MOST) && after.w !== 0;
    if (isSmall) neuron = after;
    else figure.announce("The steps have become larger and larger: the learning rate is too large.");
    return isSmall;
  };
  const stop = () => {
    clearInterval(playing);
    playing = 0;
    play.textContent = "Play";
  };
  const stepping = button("One step", () => {
    stop();
    step();
    figure.moved();
  });
  const play = button("Play", () => {
    if (playing) return stop();
    play.textContent = "Pause";
    playing = window.setInterval(() => {
      const { gradient } = pull(neuron, x, y);
      const rests = Math.hypot(gradient.w, gradient.b, gradient.a) < 1e-3;
      if (rests || !step()) stop();
      figure.moved();
    }, PACE);
  });
  const rates = range("Learning rate", { ...RATES, step: 0.02 }, (value) => {
    rate = value;
    figure.moved();
  });
  const sizes = range("|w|, the hinge unchanged", { ...SIZES, step: 0.25 }, (size) => {
    const factor = size / Math.abs(neuron.w);
    change({ w: neuron.w * factor, b: neuron.b * factor, a: neuron.a / factor });
  });
  const table = scores([
    ["Samples seen", ""],
    ["Kink moves by", "error"],
    ["Slope's jump changes by", "error"],
    ["Loss", ""],
  ]);

  /** What the step does, exactly; where it is dead, nothing. */
  const effect = () => {
    const pulled = pull(neuron, x, y);
    const [before, after] = [hingeOf(neuron), hingeOf(stepped(neuron, pulled, rate))];
    return { ...pulled, after, kink: after.kink - before.kink, jump: after.jump - before.jump };
  };
  const shown = () => {
    const { loss, sees, kink, jump } = effect();
    return [sees ? `${sees} of ${x.length}` : "none: dead", fixed(kink, 2), fixed(jump, 2), fixed(loss, 3)];
  };

  function change(to: Neuron): void {
    stop();
    neuron = to;
    figure.moved();
  }

  const figure = new Figure({
    name: "take-a-step",
    task: "Drag samples and hinge: only the samples on its active side pull at it. Then take steps.",
    reset: () => {
      y = [...data.y];
      rate = data.rate;
      change(data.neuron);
    },
    state: () => ({
      w: written([neuron.w]),
      b: written([neuron.b]),
      a: written([neuron.a]),
      y: written(y),
      rate: written([rate]),
    }),
    draw: () => {
      const { kink, jump, face } = hingeOf(neuron);
      const { after, sees } = effect();
      axis.draw([
        [DOMAIN[0], 0],
        [DOMAIN[1], 0],
      ]);
      curve.line(lineOf({ neurons: [neuron], offset: 0 }, DOMAIN));
      next.show(sees > 0);
      next.line(lineOf({ neurons: [neuronOf(after)], offset: 0 }, DOMAIN));
      pulls.forEach((bar, k) => {
        bar.show(neuron.w * x[k] + neuron.b > 0);
        bar.draw([
          [x[k], y[k]],
          [x[k], term(neuron, x[k])],
        ]);
      });
      // Below the handle, and beside the samples' bars.
      arrows[0].draw([kink, -0.6], [after.kink, -0.6]);
      const arm = kink + face * 2;
      arrows[1].draw([arm, jump * 2], [arm, after.jump * 2]);
      const end = face > 0 ? DOMAIN[1] : DOMAIN[0];
      now.put(end - face * 0.4, jump * Math.abs(end - face * 0.4 - kink), jump < after.jump ? "below" : "above");
      then.show(sees > 0);
      then.put(
        end - face * 0.4,
        after.jump * Math.max(0, face * (end - face * 0.4 - after.kink)),
        jump < after.jump ? "above" : "below",
      );
      handles.draw();
      table.show(shown());
      rates.show(rate, fixed(rate, 2));
      sizes.show(Math.abs(neuron.w), fixed(Math.abs(neuron.w), 2));
    },
    said: () => {
      const [sees, kink, jump, loss] = shown();
      return `It sees ${sees} samples. The next step moves the kink by ${kink} and the jump by ${jump}. Loss ${loss}.`;
    },
    measured: () => {
      const pulled = pull(neuron, x, y);
      const { kink, jump } = velocity(neuron, pulled);
      return { sees: pulled.sees, loss: pulled.loss, kinkVelocity: kink, jumpVelocity: jump };
    },
  });
  figure.add(plot);
  figure.read(table.element);
  figure.row(named("step", stepping), named("step", play));
  figure.row(named("rate", rates.element));
  figure.more(named("size", sizes.element));
  figure.restore((said) => {
    const size = (name: string) => between(said.get(name), -MOST, MOST);
    const found = { w: size("w"), b: size("b"), a: size("a") };
    if (found.w === 0) throw new Error("w must not be 0");
    const heights = numbers(said.get("y"), x.length);
    if (heights.some((height) => Math.abs(height) > MOST)) throw new Error("a height is too large");
    rate = between(said.get("rate"), RATES.min, RATES.max);
    neuron = found;
    y = heights;
  });
  return figure;
});

/** Hinges placed by hand to fit a curve; beside the error the best that was possible. */

import { rmsError, worstPoint } from "../arithmetic/errors.ts";
import { at, type Line } from "../arithmetic/line.ts";
import type { Hinge } from "../arithmetic/network.ts";
import { moved, networkOf, placed, pointsOf, type Faces, type Placing } from "../arithmetic/placing.ts";
import { drawn, TARGETS, type Target } from "../arithmetic/targets.ts";
import { bestFlat, leastError } from "../arithmetic/tube.ts";
import { numbers, oneOf, written } from "../vocabulary/address.ts";
import { button, choice, element, scores, named } from "../vocabulary/controls.ts";
import { Curve, sampled } from "../vocabulary/curve.ts";
import { Figure, fixed, movable, say, still } from "../vocabulary/figure.ts";
import { Handles, type Handle } from "../vocabulary/handle.ts";
import { Dots, Gap } from "../vocabulary/kink.ts";
import { Pen } from "../vocabulary/pen.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

/** The best that a number of neurons can do, as reluapprox.best_network found it; it may need fewer. */
interface Best extends Placing {
  readonly error: number;
  /** No network has a smaller error. */
  readonly bound: number;
  /** Whether error and bound agree. */
  readonly proved: boolean;
}

interface Data {
  readonly placing: Placing;
  readonly curves: Readonly<Record<string, { readonly label: string; readonly best: readonly Best[] }>>;
  readonly drawing: Line;
}

const MOST = 8;
const DRAWN = "drawn";
/** Two kinks come no nearer to each other than this share of the domain. */
const APART = 1 / 2000;
const GLIDE = 700;

movable<Data>("beat-the-best", (data) => {
  let name = "square";
  let drawing = data.drawing;
  let placing = data.placing;
  let chosen = 1;
  let best: Best = data.curves[name].best[placing.hinges.length - 1];
  let gliding = 0;
  /** What is shown while hinges glide to their places. */
  let shown: Line | null = null;
  /** Whether the best was asked for, and nothing moved by hand since. */
  let given = false;

  const upper = new Plot({ x: [-1, 1], y: [0, 1], height: 300, label: "The curve and the line of the hinges" });
  const lower = new Plot({ x: [-1, 1], y: [-1, 1], height: 150, label: "The error", ticks: 4, xLabel: "error" });
  const curve = new Curve(upper, "target");
  const line = new Curve(upper, "network", "bold");
  const gap = new Gap(upper, "error");
  const zero = new Curve(lower, "faint");
  const floors = [new Curve(lower, "best"), new Curve(lower, "best")];
  const error = new Curve(lower, "error");
  const worst = new Dots(lower, "error");
  const pen = new Pen(upper, {
    columns: data.drawing.knots,
    heights: [-1, 1],
    get: () => drawing,
    set: (now) => redraw(now),
  });
  const [itsName, lineName] = [new Label(upper, "target", ""), new Label(upper, "network", "your line")];
  const floorName = new Label(lower, "best", "");
  const handles = new Handles(upper);
  const held: Handle[] = [];

  const target = (): Target => (name === DRAWN ? drawn(drawing) : TARGETS[name]);
  const faces = (): Faces => placing.hinges.map(({ face }) => face);
  const points = (): Line => pointsOf(placing, target().domain);
  const ordered = ({ hinges, offset }: Placing): Placing => ({
    hinges: [...hinges].sort((one, other) => one.kink - other.kink),
    offset,
  });

  /** The heights that the picture shows: those of the curve, and some more. */
  function heights(): [number, number] {
    if (name === DRAWN) return [-1.2, 1.2];
    const values = sampled(target().f, target().domain).map(([, y]) => y);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return [low - (high - low) * 0.15, high + (high - low) * 0.15];
  }

  function change(now: Placing): void {
    cancelAnimationFrame(gliding);
    shown = null;
    placing = now;
    hold();
    figure.moved();
  }

  function redraw(now: Line): void {
    cancelAnimationFrame(gliding);
    shown = null;
    drawing = now;
    find();
    figure.moved();
  }

  /** The best for so many neurons: from the page's cell, or, for a drawn curve, found here. */
  function find(): void {
    const count = placing.hinges.length;
    if (name === DRAWN) {
      const error = leastError(drawing, count + 1);
      best = { error, bound: error, proved: false, hinges: [], offset: 0 };
    } else {
      best = data.curves[name].best[count - 1];
    }
  }

  function choose(now: string): void {
    name = now;
    const [from, to] = target().domain;
    const count = placing.hinges.length;
    // Level, in the middle of the picture, its kinks even.
    const hinges = Array.from({ length: count }, (_, i): Hinge => {
      return { kink: from + ((to - from) * (i + 1)) / (count + 1), jump: 0, face: i < count >> 1 ? -1 : 1 };
    });
    const [low, high] = heights();
    find();
    change({ hinges, offset: (low + high) / 2 });
    arrange();
  }

  function arrange(): void {
    upper.showAcross(target().domain);
    lower.showAcross(target().domain);
    upper.show(heights());
    pen.show(name === DRAWN);
    curves.value = name;
  }

  /** One hinge more, at the worst point, which changes nothing yet. */
  function add(): void {
    if (placing.hinges.length === MOST) return;
    const { x } = worstPoint(points(), target());
    const { knots } = points();
    const [from, to] = target().domain;
    const near = (place: number) => knots.every((knot) => Math.abs(knot - place) > (to - from) / 50);
    const middles = knots.slice(1).map((knot, i) => (knot + knots[i]) / 2);
    const longest = middles.reduce((one, other) => (room(other) > room(one) ? other : one));
    const kink = near(x) ? x : longest;
    const face = placing.hinges.some((hinge) => hinge.face < 0 && hinge.kink > kink) ? -1 : 1;
    const now = ordered({ hinges: [...placing.hinges, { kink, jump: 0, face }], offset: placing.offset });
    chosen = now.hinges.findIndex((hinge) => hinge.kink === kink) + 1;
    change(now);
    find();
  }

  /** Which hinge the buttons act on: the one that was held last, or the one beside the end that was. */
  function acted(): number {
    return Math.min(Math.max(chosen, 1), placing.hinges.length);
  }

  function room(x: number): number {
    return Math.min(...points().knots.map((knot) => Math.abs(knot - x)));
  }

  function remove(): void {
    if (placing.hinges.length === 1) return;
    const { knots, values } = points();
    const gone = acted();
    const rest = { knots: knots.filter((_, i) => i !== gone), values: values.filter((_, i) => i !== gone) };
    change(
      placed(
        rest,
        faces().filter((_, i) => i !== gone - 1),
      ),
    );
    find();
  }

  function turn(): void {
    const index = acted() - 1;
    change(
      placed(
        points(),
        faces().map((face, i) => (i === index ? (-face as 1 | -1) : face)),
      ),
    );
  }

  /** The placing of the best, with hinges that do nothing where it needs fewer than there are. */
  function optimum(): Placing {
    const count = placing.hinges.length;
    let goal: Placing = best;
    if (name === DRAWN) {
      const { line, left } = bestFlat(drawing, count);
      const inner = line.knots.length - 2;
      // Of as many pieces as neurons there is none outside: one more hinge stands at the left end.
      const outside = left === 0 && inner < count;
      const knots = outside ? [line.knots[0], ...line.knots] : line.knots;
      const values = outside ? [line.values[0], ...line.values] : line.values;
      goal = placed(
        { knots, values },
        Array.from({ length: knots.length - 2 }, (_, i) => (i < left ? -1 : 1)),
      );
    }
    const hinges = [...goal.hinges];
    while (hinges.length < count) {
      const knots = pointsOf(ordered({ hinges, offset: 0 }), target().domain).knots;
      const lengths = knots.slice(1).map((knot, i) => knot - knots[i]);
      const longest = lengths.indexOf(Math.max(...lengths));
      hinges.push({ kink: knots[longest] + lengths[longest] / 2, jump: 0, face: 1 });
    }
    return ordered({ hinges, offset: goal.offset });
  }

  /** Moves the hinges to the optimum, smoothly where that is liked. */
  function show(): void {
    const goal = optimum();
    given = true;
    if (still()) return change(goal);
    const [before, after] = [shown ?? points(), pointsOf(goal, target().domain)];
    const start = performance.now();
    cancelAnimationFrame(gliding);
    const glide = (now: number) => {
      const share = Math.min((now - start) / GLIDE, 1);
      if (share === 1) return change(goal);
      const eased = share * share * (3 - 2 * share);
      const mix = (one: readonly number[], other: readonly number[]) => one.map((a, i) => a + (other[i] - a) * eased);
      shown = { knots: mix(before.knots, after.knots), values: mix(before.values, after.values) };
      figure.redraw();
      gliding = requestAnimationFrame(glide);
    };
    gliding = requestAnimationFrame(glide);
  }

  /** As many handles as points. */
  function hold(): void {
    while (held.length > placing.hinges.length + 2) handles.remove(held.pop()!);
    while (held.length < placing.hinges.length + 2) {
      const i = held.length;
      const last = () => i === placing.hinges.length + 1;
      held.push(
        handles.add({
          role: "network",
          label: () => (i === 0 ? "Left end" : last() ? "Right end" : `Hinge ${i} of ${placing.hinges.length}`),
          spoken: () => {
            const { knots, values } = points();
            const height = `height ${say(values[i])}`;
            if (i === 0 || last()) return height;
            return `kink at ${say(knots[i])}, ${height}, faces ${placing.hinges[i - 1].face < 0 ? "left" : "right"}`;
          },
          at: () => [(shown ?? points()).knots[i], (shown ?? points()).values[i]],
          ways: () => {
            const { knots } = points();
            const [low, high] = heights();
            const [from, to] = target().domain;
            const up = { min: low, max: high, step: (high - low) / 260 };
            if (i === 0 || last()) return { up };
            const apart = (to - from) * APART;
            const min = Math.min(knots[i - 1] + apart, knots[i]);
            const max = Math.max(knots[i + 1] - apart, knots[i]);
            return { up, across: { min, max, step: (to - from) / 200 } };
          },
          moveTo: (x, y) => {
            given = false;
            change(moved(points(), faces(), i, x, y));
          },
          onFocus: () => {
            chosen = i;
            figure.redraw();
          },
        }),
      );
    }
  }

  const table = scores([
    ["Sup error", "error"],
    ["Best", "best"],
    ["Score", "best"],
  ]);
  const others = scores([["RMS error", ""]]);
  const facts = element("p", "facts");
  const code = element("code", "");
  const details = element("details", "", element("summary", "", "The network, in Python"), element("pre", "", code));

  const curves = choice(
    "Curve",
    { ...Object.fromEntries(Object.entries(data.curves).map(([key, { label }]) => [key, label])), [DRAWN]: "your own" },
    choose,
  );
  const [adding, removing, turning] = [button("Add a hinge", add), button("Remove", remove), button("Turn", turn)];

  /** Whether nothing can come below what the error is compared with. */
  const certain = () => best.proved || name === DRAWN;
  const measure = () => {
    const line = shown ?? points();
    const point = worstPoint(line, target());
    const sup = Math.abs(point.error);
    // Where nothing but rounding is left, nothing is left.
    const [low, high] = heights();
    const rounding = 1e-12 * (high - low);
    const reached = certain() && sup <= best.error * (1 + 1e-9) + rounding;
    const score = reached ? 100 : (100 * best.error) / sup;
    return { line, point, sup, rms: rmsError(line, target()), score };
  };
  const digits = (value: number) => (value < 1e-12 ? "0" : value.toPrecision(4));
  const percent = (score: number) =>
    Math.abs(score - 100) < 0.05 ? "100 %" : `${fixed(score, score < 10 || score > 99 ? 1 : 0)} %`;
  /** What the error is compared with: an optimum, the best that was found, or, for a drawn curve, a bound. */
  const yardstick = () => (best.proved ? "Best possible" : name === DRAWN ? "No less than" : "Best found");
  const verdict = (score: number) => {
    if (score < 99.95) return "";
    if (certain()) return " Nothing better is possible.";
    const below = ` Nothing below ${digits(best.bound)} is possible.`;
    return (score > 100.05 ? " Better than the best that we found: send us the address of this page." : "") + below;
  };
  const said = ({ point, sup, score }: ReturnType<typeof measure>) =>
    `Worst at x = ${say(point.x)}, where the line is too ${point.error > 0 ? "high" : "low"} by ${digits(sup)}.` +
    verdict(score);

  const figure = new Figure({
    name: "beat-the-best",
    task: "Move the rings to bring the error between the dashed lines, the best that is known.",
    reset: () => {
      name = "square";
      drawing = data.drawing;
      placing = data.placing;
      find();
      change(ordered(data.placing));
      arrange();
    },
    measured: () => ({
      error: measure().sup,
      shown: Number(given),
      hinges: placing.hinges.length,
      square: Number(name === "square"),
    }),
    state: () => ({
      curve: name,
      kinks: written(placing.hinges.map(({ kink }) => kink)),
      jumps: written(placing.hinges.map(({ jump }) => jump)),
      faces: written(placing.hinges.map(({ face }) => face)),
      offset: written([placing.offset]),
      ...(name === DRAWN ? { heights: drawing.values.map((y) => String(Math.round(y * 100))).join(",") } : {}),
    }),
    draw: () => {
      const now = measure();
      const it = target();
      curve.draw(it.line ? it.line.knots.map((x, i) => [x, it.line!.values[i]] as const) : sampled(it.f, it.domain));
      line.line(now.line);
      const [from, to] = it.domain;
      const [early, late] = [from + 0.2 * (to - from), from + 0.8 * (to - from)];
      itsName.say(name === DRAWN ? "your curve" : data.curves[name].label);
      itsName.put(late, it.f(late), "beside");
      lineName.put(early, at(now.line, early), "beside");
      gap.draw(now.point.x, it.f(now.point.x), it.f(now.point.x) + now.point.error);
      handles.draw();
      pen.draw();
      held.forEach((handle, i) => handle.mark(i === chosen));
      const most = roomFor(Math.max(now.sup, best.error * 1.5));
      lower.show([-most, most]);
      const level = (y: number) => it.domain.map((x) => [x, y] as const);
      zero.draw(level(0));
      floorName.say(yardstick().toLowerCase());
      floorName.put((from + to) / 2, -best.error, "below");
      floors.forEach((floor, i) => floor.draw(level(i ? -best.error : best.error)));
      const places = [...sampled(it.f, it.domain, 161).map(([x]) => x), ...now.line.knots].sort(
        (one, other) => one - other,
      );
      error.draw(places.map((x) => [x, at(now.line, x) - it.f(x)] as const));
      worst.draw([[now.point.x, now.point.error]]);
      table.name(1, yardstick());
      table.show([digits(now.sup), digits(best.error), percent(now.score)]);
      others.show([digits(now.rms)]);
      table.element.classList.toggle("won", now.score >= 99.95);
      facts.textContent = said(now);
      adding.disabled = placing.hinges.length === MOST;
      removing.disabled = placing.hinges.length === 1;
      const index = acted();
      removing.textContent = `Remove hinge ${index}`;
      turning.textContent = `Turn hinge ${index} to face ${placing.hinges[index - 1].face < 0 ? "right" : "left"}`;
      if (details.open) code.textContent = python(placing);
    },
    said: () => {
      const now = measure();
      return (
        `${placing.hinges.length} hinges: sup error ${digits(now.sup)}, ${yardstick().toLowerCase()} ${digits(best.error)}, ` +
        `score ${percent(now.score)}, RMS error ${digits(now.rms)}. ${said(now)}`
      );
    },
  });
  figure.add(upper, lower);
  figure.read(table.element, facts);
  figure.row(named("add", adding), named("add", removing), named("best", button("Show me the best", show)));
  figure.more(named("curve", curves.element), named("add", turning), others.element);
  figure.more(named("python", details));
  placing = ordered(placing);
  figure.restore((said) => {
    const curve = oneOf(said.get("curve"), [...Object.keys(data.curves), DRAWN]);
    const kinks = numbers(said.get("kinks"));
    if (kinks.length > MOST) throw new Error(`${kinks.length} hinges are more than ${MOST}`);
    const [jumps, sides] = [numbers(said.get("jumps"), kinks.length), numbers(said.get("faces"), kinks.length)];
    const [offset] = numbers(said.get("offset"), 1);
    const values = curve === DRAWN ? numbers(said.get("heights"), drawing.knots.length) : [];
    const [from, to] = curve === DRAWN ? drawn(drawing).domain : TARGETS[curve].domain;
    if (kinks.some((kink) => kink < from || kink > to)) throw new Error(`a kink is outside [${from}, ${to}]`);
    name = curve;
    if (curve === DRAWN) {
      drawing = { knots: drawing.knots, values: values.map((y) => Math.min(Math.max(y / 100, -1), 1)) };
    }
    placing = ordered({
      hinges: kinks.map((kink, i) => ({ kink, jump: jumps[i], face: sides[i] < 0 ? -1 : 1 })),
      offset,
    });
  });
  find();
  hold();
  arrange();
  return figure;
});

/** The height of a picture of errors: the next of 1, 2 or 5 times a power of ten. */
function roomFor(size: number): number {
  if (!(size > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(size));
  return power * ([1, 2, 5].find((step) => step * power >= size * 1.02) ?? 10);
}

function python(placing: Placing): string {
  const { neurons, offset } = networkOf(placing);
  const list = (name: "w" | "b" | "a") =>
    `[${neurons.map((neuron) => String(Number(neuron[name].toPrecision(10)))).join(", ")}]`;
  const start = "from reluapprox import Network\n\nNetwork.from_hinges(\n";
  return `${start}    weights=${list("w")},\n    biases=${list("b")},\n    scales=${list("a")},\n    offset=${Number(offset.toPrecision(10))},\n)`;
}

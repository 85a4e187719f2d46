/** The cover: one hinge to be put on the parabola; then what sixty-four trained ones do, and what they could. */

import { worstPoint } from "../arithmetic/errors.ts";
import { at, type Line } from "../arithmetic/line.ts";
import { TARGETS } from "../arithmetic/targets.ts";
import { between, oneOf, written } from "../vocabulary/address.ts";
import { button, named, scores } from "../vocabulary/controls.ts";
import { Curve, sampled } from "../vocabulary/curve.ts";
import { Figure, fixed, movable, say } from "../vocabulary/figure.ts";
import { Handles } from "../vocabulary/handle.ts";
import { Dots, Gap } from "../vocabulary/kink.ts";
import { Label, type Side } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  readonly trained: Line;
  readonly neurons: number;
  /** The least sup error of one hinge, and of as many as were trained. */
  readonly possible: { readonly hinge: number; readonly trained: number };
  /** That of a single straight piece; of p pieces it is this over p². */
  readonly onePiece: number;
}

const START = { kink: 2, level: 20, end: 60 };
const [LOW, HIGH] = [-12, 112];

movable<Data>("cover", (data) => {
  const target = TARGETS.square;
  const [from, to] = target.domain;
  let { kink, level, end } = START;
  let shown: "hinge" | "trained" = "hinge";

  const upper = new Plot({ x: target.domain, y: [LOW, HIGH], height: 230, label: "The parabola and the line" });
  const lower = new Plot({ x: target.domain, y: [-1, 1], height: 130, label: "The error", ticks: 3, xLabel: "error" });
  const curve = new Curve(upper, "target");
  const line = new Curve(upper, "network", "bold");
  const gap = new Gap(upper, "error");
  const floors = [new Curve(lower, "best"), new Curve(lower, "best")];
  const error = new Curve(lower, "error");
  const worst = new Dots(lower, "error");
  const names = {
    target: new Label(upper, "target", "x²"),
    line: new Label(upper, "network", ""),
    floor: new Label(lower, "best", "best possible"),
  };
  const handles = new Handles(upper);
  const up = { min: LOW, max: HIGH, step: 1 };
  const isHinge = () => shown === "hinge";
  handles.add({
    role: "network",
    label: () => "The hinge’s kink",
    spoken: () => `at ${say(kink)}, height ${say(level)}`,
    at: () => [kink, level],
    ways: () => (isHinge() ? { up, across: { min: from + 0.5, max: to - 0.5, step: 0.5 } } : {}),
    moveTo: (x, y) => ([kink, level] = [x, y]) && figure.moved(),
  });
  handles.add({
    role: "network",
    label: () => "The hinge’s arm",
    spoken: () => `ends at height ${say(end)}`,
    at: () => [to, end],
    ways: () => (isHinge() ? { up } : {}),
    moveTo: (_, y) => (end = y) && figure.moved(),
  });

  const drawn = (): Line => (isHinge() ? { knots: [from, kink, to], values: [level, level, end] } : data.trained);
  const table = scores([
    ["Sup error", "error"],
    ["Best possible", "best"],
    ["Worth in pieces", "best"],
  ]);
  const numbers = (point = worstPoint(drawn(), target)) => {
    const sup = Math.abs(point.error);
    const worth = Math.sqrt(data.onePiece / sup);
    const most = (isHinge() ? 1 : data.neurons) + 1;
    return [fixed(sup, 2), fixed(data.possible[shown], isHinge() ? 2 : 4), `${fixed(worth, 1)} of ${most}`];
  };
  const show = (now: typeof shown) => {
    shown = now;
    figure.moved();
  };
  const [one, many] = [
    button("One hinge, placed by you", () => show("hinge")),
    button("Sixty-four, trained", () => show("trained")),
  ];

  const figure = new Figure({
    name: "cover",
    task: "Put one hinge as near to the parabola as you can. Then see what sixty-four trained ones do.",
    reset: () => {
      ({ kink, level, end } = START);
      show("hinge");
    },
    state: () => ({ shown, kink: written([kink]), level: written([level]), end: written([end]) }),
    draw: () => {
      const now = drawn();
      const point = worstPoint(now, target);
      const size = 1.15 * Math.max(Math.abs(point.error), isHinge() ? 1.2 * data.possible.hinge : 0);
      curve.draw(sampled(target.f, target.domain, 121));
      line.line(now);
      gap.draw(point.x, target.f(point.x), target.f(point.x) + point.error);
      lower.show([-size, size]);
      error.draw(sampled((x) => at(now, x) - target.f(x), target.domain, 801));
      worst.draw([[point.x, point.error]]);
      [-1, 1].forEach((sign, i) => floors[i].draw(target.domain.map((x) => [x, sign * data.possible[shown]] as const)));
      names.target.put(-8, target.f(-8), "beside");
      names.line.say(isHinge() ? "your hinge" : "the network");
      names.line.put(...((isHinge() ? [kink, level, "below"] : [6, at(now, 6), "beside"]) as [number, number, Side]));
      names.floor.put(0, data.possible[shown], "above");
      handles.draw();
      table.show(numbers(point));
      one.setAttribute("aria-pressed", String(isHinge()));
      many.setAttribute("aria-pressed", String(!isHinge()));
    },
    said: () => {
      const [sup, best, worth] = numbers();
      return `${isHinge() ? "One hinge" : "Sixty-four trained"}: sup error ${sup}, best possible ${best}, worth ${worth} pieces.`;
    },
  });
  figure.add(upper, lower);
  figure.read(table.element);
  figure.row(named("shown", one), named("shown", many));
  figure.restore((said) => {
    const now = {
      shown: oneOf(said.get("shown"), ["hinge", "trained"]),
      kink: between(said.get("kink"), from + 0.5, to - 0.5),
      level: between(said.get("level"), LOW, HIGH),
      end: between(said.get("end"), LOW, HIGH),
    };
    ({ shown, kink, level, end } = now);
  });
  return figure;
});

/** The accounts: changes to a training, made one after the other in any order, and what it is worth after each. */

import { oneOf } from "../vocabulary/address.ts";
import { button, named, scores } from "../vocabulary/controls.ts";
import { Curve } from "../vocabulary/curve.ts";
import { Figure, fixed, movable } from "../vocabulary/figure.ts";
import { Dots } from "../vocabulary/kink.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  /** What each change is called, in the order in which `worth` names them. */
  readonly causes: Readonly<Record<string, string>>;
  /** Those whose interplay shows the most. */
  readonly first: readonly string[];
  /** "data + time": the least worth, the median and the most. */
  readonly worth: Readonly<Record<string, readonly [number, number, number]>>;
  readonly best: number;
}

movable<Data>("accounts", (data) => {
  const causes = Object.keys(data.causes);
  /** In the order in which they were switched on. */
  let made: string[] = [];

  const plot = new Plot({
    x: [-0.3, causes.length + 0.3],
    y: [2.5, 90],
    height: 260,
    label: "What the training is worth after each change",
    logarithmic: true,
    ticks: 7,
    xLabel: "changes made",
  });
  const best = new Curve(plot, "best");
  const stairs = new Curve(plot, "faint");
  const ranges = causes.concat("").map(() => new Curve(plot, "network"));
  const medians = new Dots(plot, "network", 5);
  const [top, last] = [new Label(plot, "best", "best possible"), new Label(plot, "network", "")];

  const worthOf = (chosen: readonly string[]) => data.worth[causes.filter((one) => chosen.includes(one)).join(" + ")];
  const buttons = causes.map((cause) =>
    button(data.causes[cause], () => {
      made = made.includes(cause) ? made.filter((other) => other !== cause) : [...made, cause];
      figure.moved();
    }),
  );
  const table = scores([
    ["Worth, median", "network"],
    ["of all seeds", ""],
    ["By the last change", ""],
  ]);
  const numbers = () => {
    const [least, median, most] = worthOf(made);
    const by = made.length ? `× ${fixed(median / worthOf(made.slice(0, -1))[1], 2)}` : "–";
    return [`${fixed(median, 1)} of ${data.best}`, `${fixed(least, 1)} to ${fixed(most, 1)}`, by];
  };

  const figure = new Figure({
    name: "accounts",
    task: "Make changes in different orders: the same one gains much, or nothing, or loses.",
    reset: () => {
      made = [];
      figure.moved();
    },
    state: () => ({ changes: made.join(",") || "none" }),
    draw: () => {
      const steps = [[], ...made.map((_, i) => made.slice(0, i + 1))].map(worthOf);
      const points = steps.map(([, median], i) => [i, median] as const);
      best.draw([
        [0, data.best],
        [causes.length, data.best],
      ]);
      stairs.draw(
        points.flatMap(([i, median]) => [[i, median] as const, [Math.min(i + 1, made.length), median] as const]),
      );
      ranges.forEach((range, i) => range.draw(steps[i] ? [[i, steps[i][0]] as const, [i, steps[i][2]] as const] : []));
      medians.draw(points);
      top.put(0, data.best);
      const [place, height] = points[made.length];
      last.say(made.length ? data.causes[made[made.length - 1]] : "as it was");
      last.put(place, Math.max(steps[made.length][2], height));
      table.show(numbers());
      buttons.forEach((pressed, i) => {
        const place = made.indexOf(causes[i]);
        pressed.setAttribute("aria-pressed", String(place >= 0));
        pressed.textContent = (place >= 0 ? `${place + 1}. ` : "") + data.causes[causes[i]];
      });
    },
    said: () => {
      const [median, range] = numbers();
      return `${made.map((one) => data.causes[one]).join(", ") || "As it was"}: worth ${median}, from ${range}.`;
    },
  });
  figure.add(plot);
  figure.read(table.element);
  buttons.forEach((pressed, i) => named(causes[i], pressed));
  figure.row(...buttons.filter((_, i) => data.first.includes(causes[i])));
  figure.more(...buttons.filter((_, i) => !data.first.includes(causes[i])));
  figure.restore((said) => {
    const text = said.get("changes") ?? "";
    const found = text === "none" ? [] : text.split(",").map((one) => oneOf(one, causes));
    if (new Set(found).size < found.length) throw new Error("each change can be made once");
    made = found;
  });
  return figure;
});

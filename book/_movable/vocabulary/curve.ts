/** How curves look: one role, one colour, as in the book's other figures. */

import { line as path } from "./d3.ts";
import type { Line } from "../arithmetic/line.ts";
import type { Group, Plot } from "./plot.ts";

/** As reluapprox.figures.Role; the style sheet has a class for each. */
export type Role = "target" | "network" | "hinge" | "best" | "error" | "faint" | "ink";

type Pair = readonly [number, number];

/** A polyline, in a role's colour. */
export class Curve {
  readonly #plot: Plot;
  readonly #path: ReturnType<typeof appendPath>;

  constructor(plot: Plot, role: Role, kind = "") {
    this.#plot = plot;
    this.#path = appendPath(plot.layer(`curve ${role} ${kind}`));
  }

  draw(points: readonly Pair[]): void {
    const { x, y } = this.#plot;
    const d = path<Pair>()
      .x(([across]) => x(across))
      .y(([, up]) => y(up));
    this.#path.attr("d", d(points as Pair[]) ?? "");
  }

  line(line: Line): void {
    this.draw(line.knots.map((knot, i) => [knot, line.values[i]]));
  }

  show(shown: boolean): void {
    this.#path.attr("display", shown ? null : "none");
  }
}

function appendPath(group: Group) {
  return group.append("path");
}

/** So many even points of a function on an interval, for drawing it. */
export function sampled(f: (x: number) => number, [from, to]: Pair, count = 201): Pair[] {
  return Array.from({ length: count }, (_, i) => {
    const x = from + ((to - from) * i) / (count - 1);
    return [x, f(x)] as const;
  });
}

/** How points look: kinks as dots or as ticks at the foot, data as rings, a gap as a bar. */

import type { Plot } from "./plot.ts";
import type { Role } from "./curve.ts";

type Pair = readonly [number, number];

export class Dots {
  readonly #plot: Plot;
  readonly #group;
  readonly #radius: number;

  constructor(plot: Plot, role: Role, radius = 4, kind = "") {
    this.#plot = plot;
    this.#radius = radius;
    this.#group = plot.layer(`dots ${role} ${kind}`);
  }

  draw(points: readonly Pair[]): void {
    this.#group
      .selectAll("circle")
      .data(points as Pair[])
      .join("circle")
      .attr("r", this.#radius)
      .attr("cx", ([x]) => this.#plot.x(x))
      .attr("cy", ([, y]) => this.#plot.y(y));
  }
}

/** Short strokes at the foot of a plot: where something bends. */
export class Ticks {
  readonly #plot: Plot;
  readonly #group;

  constructor(plot: Plot, role: Role) {
    this.#plot = plot;
    this.#group = plot.layer(`ticks ${role}`).append("path");
  }

  draw(places: readonly number[]): void {
    const [foot] = this.#plot.y.range();
    this.#group.attr("d", places.map((x) => `M${this.#plot.x(x).toFixed(1)},${foot + 2}v-12`).join(""));
  }
}

/** A thick upright bar between two heights: a gap. */
export class Gap {
  readonly #plot: Plot;
  readonly #path;

  constructor(plot: Plot, role: Role) {
    this.#plot = plot;
    this.#path = plot.layer(`gap ${role}`).append("path");
  }

  draw(x: number, from: number, to: number): void {
    this.#path.attr("d", `M${this.#plot.x(x)},${this.#plot.y(from)}V${this.#plot.y(to)}`);
  }
}

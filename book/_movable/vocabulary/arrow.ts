/** Where something is about to go: a straight arrow, with a head of the same size whatever its length. */

import type { Role } from "./curve.ts";
import type { Plot } from "./plot.ts";

type Pair = readonly [number, number];

const HEAD = 7;

export class Arrow {
  readonly #plot: Plot;
  readonly #path;

  constructor(plot: Plot, role: Role) {
    this.#plot = plot;
    this.#path = plot.layer(`curve arrow ${role}`).append("path");
  }

  draw(from: Pair, to: Pair): void {
    const [[fromX, fromY], [toX, toY]] = [from, to].map(([x, y]) => [this.#plot.x(x), this.#plot.y(y)]);
    const length = Math.hypot(toX - fromX, toY - fromY);
    // Shorter than its head it would point nowhere.
    if (length < 2) return void this.#path.attr("d", "");
    const [across, up] = [(toX - fromX) / length, (toY - fromY) / length];
    const barb = (side: number) => `${toX - HEAD * (across - side * up)},${toY - HEAD * (up + side * across)}`;
    this.#path.attr("d", `M${fromX},${fromY}L${toX},${toY}M${barb(0.6)}L${toX},${toY}L${barb(-0.6)}`);
  }
}

/** Words beside a curve, in its colour: what a legend would say, where it is needed. */

import type { Role } from "./curve.ts";
import type { Plot } from "./plot.ts";

/** Above or below a point, or beside it, on the side that has more room. */
export type Side = "above" | "below" | "beside";

export class Label {
  readonly #plot: Plot;
  readonly #text;

  constructor(plot: Plot, role: Role, words: string) {
    this.#plot = plot;
    this.#text = plot.front(`label ${role}`).attr("aria-hidden", "true").append("text").text(words);
  }

  /** Puts the words by a point, and in any case inside the picture. */
  put(x: number, y: number, side: Side = "above"): void {
    const [[left, right], [bottom, top]] = [this.#plot.x.range(), this.#plot.y.range()];
    const share = (this.#plot.x(x) - left) / (right - left);
    const isBeside = side === "beside";
    const [early, late] = isBeside ? [1 / 2, 1 / 2] : [1 / 3, 2 / 3];
    const across = this.#plot.x(x) + (isBeside ? (share < early ? 14 : -14) : 0);
    const up = this.#plot.y(y) + { above: -16, below: 28, beside: 4 }[side];
    this.#text
      .attr("text-anchor", share < early ? "start" : share < late ? "middle" : "end")
      .attr("x", Math.min(Math.max(across, left), right))
      .attr("y", Math.min(Math.max(up, top + 8), bottom - 6));
  }

  say(words: string): void {
    this.#text.text(words);
  }

  show(shown: boolean): void {
    this.#text.attr("display", shown ? null : "none");
  }
}

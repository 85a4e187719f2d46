/** A small grey picture of square pixels, from 0 (paper) to 1 (ink). */

import { create } from "./d3.ts";

/** CSS pixels of a side. */
const SIDE = 112;

export class Picture {
  readonly element: SVGSVGElement;
  readonly #pixels;

  /** `across` pixels in each of as many rows. */
  constructor(across: number, label: string) {
    const svg = create("svg").attr("class", "picture").attr("role", "img").attr("aria-label", label);
    svg.attr("width", SIDE).attr("height", SIDE).attr("viewBox", `0 0 ${across} ${across}`);
    const places = Array.from({ length: across * across }, (_, i) => i);
    this.#pixels = svg
      .selectAll("rect")
      .data(places)
      .join("rect")
      .attr("x", (i) => i % across)
      .attr("y", (i) => Math.floor(i / across))
      .attr("width", 1)
      .attr("height", 1);
    this.element = svg.node()!;
  }

  draw(values: readonly number[]): void {
    this.#pixels.attr("fill-opacity", (i) => values[i].toFixed(3));
  }
}

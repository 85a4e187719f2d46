/** How the tiles of a network of two inputs look: polygons, coloured by what the network does on each. */

import { pointer } from "./d3.ts";
import type { Pair, Plane, Tile } from "../arithmetic/tiles.ts";
import type { Plot } from "./plot.ts";

/** The direction in which a plane rises, as a hue of a middle lightness; grey where it is flat. */
export function byDirection([p, q]: Plane): string {
  if (Math.hypot(p, q) < 1e-9) return "hsl(0 0% 80%)";
  const hue = ((Math.atan2(q, p) * 180) / Math.PI + 360) % 360;
  return `hsl(${hue.toFixed(0)} 47% 62%)`;
}

export class Tiling {
  readonly #plot: Plot;
  readonly #group;
  readonly #lines;

  /** `onTouch` is told where a mouse is over the tiles, or a finger touched them. */
  constructor(plot: Plot, onTouch?: (point: Pair) => void) {
    this.#plot = plot;
    this.#group = plot.layer("tiles");
    this.#lines = plot.layer("curve error bold").append("path");
    if (!onTouch) return;
    this.#group.on("pointermove click", (event: PointerEvent) => {
      // A finger that moves scrolls the page.
      if (event.type === "pointermove" && event.pointerType !== "mouse") return;
      const [x, y] = pointer(event, plot.svg.node());
      onTouch([plot.x.invert(x), plot.y.invert(y)]);
    });
  }

  #path(corners: readonly Pair[]): string {
    return corners.map(([x, y]) => `${this.#plot.x(x).toFixed(2)},${this.#plot.y(y).toFixed(2)}`).join("L");
  }

  draw(tiles: readonly Tile[], colour: (tile: Tile) => string, chosen?: Tile): void {
    this.#group
      .selectAll<SVGPathElement, Tile>("path")
      .data(tiles as Tile[])
      .join("path")
      .attr("d", ({ corners }) => `M${this.#path(corners)}Z`)
      .attr("fill", colour)
      .classed("chosen", (tile) => tile === chosen);
  }

  /** Segments on top of the tiles, such as a decision boundary. */
  border(segments: readonly (readonly Pair[])[]): void {
    this.#lines.attr("d", segments.map((ends) => `M${this.#path(ends)}`).join(""));
  }
}

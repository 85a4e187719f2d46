/** A curve that the reader draws: freehand, or column by column with the arrow keys. */

import { drag, type D3DragEvent } from "./d3.ts";
import type { Line } from "../arithmetic/line.ts";
import { say } from "./figure.ts";
import { Handles } from "./handle.ts";
import type { Plot } from "./plot.ts";

export interface PenOptions {
  readonly columns: readonly number[];
  /** How low and how high it may be. */
  readonly heights: readonly [low: number, high: number];
  readonly get: () => Line;
  readonly set: (line: Line) => void;
}

export class Pen {
  readonly #plot: Plot;
  readonly #paper;
  readonly #handles: Handles;
  #column: number;
  #on = false;

  constructor(plot: Plot, options: PenOptions) {
    this.#plot = plot;
    const { columns, get, set } = options;
    const [low, high] = options.heights;
    this.#column = columns.length >> 1;
    const last = columns.length - 1;
    const width = columns[1] - columns[0];
    const columnAt = (x: number) => Math.min(Math.max(Math.round((x - columns[0]) / width), 0), last);
    const bounded = (y: number) => Math.round(Math.min(Math.max(y, low), high) * 100) / 100;

    this.#paper = plot.front("paper").append("rect");
    let before: readonly [column: number, y: number] | null = null;
    type Event = D3DragEvent<SVGRectElement, undefined, unknown>;
    this.#paper.call(
      drag<SVGRectElement, undefined>()
        .container(() => plot.svg.node()!)
        .on("start drag", ({ x, y, type }: Event) => {
          const here = [columnAt(plot.x.invert(x)), bounded(plot.y.invert(y))] as const;
          const from = type === "start" || !before ? here : before;
          const values = [...get().values];
          // A fast hand skips columns: they are drawn too.
          const step = Math.sign(here[0] - from[0]) || 1;
          for (let i = from[0]; step > 0 ? i <= here[0] : i >= here[0]; i += step) {
            const share = here[0] === from[0] ? 1 : (i - from[0]) / (here[0] - from[0]);
            values[i] = bounded(from[1] + (here[1] - from[1]) * share);
          }
          before = here;
          this.#column = here[0];
          set({ knots: columns, values });
        }) as never,
    );

    this.#handles = new Handles(plot);
    this.#handles.add({
      role: "target pen",
      label: () => `Pen on the curve, column ${this.#column + 1} of ${columns.length}`,
      spoken: () => `x ${say(columns[this.#column])}, height ${say(get().values[this.#column])}`,
      at: () => [columns[this.#column], get().values[this.#column]],
      ways: () =>
        this.#on
          ? {
              across: { min: columns[0], max: columns[last], step: width },
              up: { min: low, max: high, step: (high - low) / 100 },
            }
          : {},
      moveTo: (x, y) => {
        const values = [...get().values];
        const column = columnAt(x);
        // Sideways the pen follows the curve, upwards it takes it along.
        if (column === this.#column) values[column] = bounded(y);
        this.#column = column;
        set({ knots: columns, values });
      },
    });
  }

  show(on: boolean): void {
    this.#on = on;
  }

  draw(): void {
    const [[left, right], [bottom, top]] = [this.#plot.x.range(), this.#plot.y.range()];
    this.#paper
      .attr("display", this.#on ? null : "none")
      .attr("x", left)
      .attr("y", top)
      .attr("width", right - left)
      .attr("height", bottom - top);
    this.#handles.draw();
  }
}

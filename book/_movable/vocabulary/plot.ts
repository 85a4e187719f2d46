/** A picture with axes, as wide as its place: what every movable figure is drawn in. Sizes are in CSS pixels. */

import {
  axisBottom,
  axisLeft,
  create,
  scaleLinear,
  scaleLog,
  type ScaleContinuousNumeric,
  type Selection,
} from "./d3.ts";

export type Group = Selection<SVGGElement, undefined, null, undefined>;
export type Scale = ScaleContinuousNumeric<number, number>;

export interface PlotOptions {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly height: number;
  /** What the plot shows, for readers who cannot see it. */
  readonly label: string;
  readonly logarithmic?: boolean;
  /** About how many ticks the vertical axis has. */
  readonly ticks?: number;
  readonly xLabel?: string;
  /** As wide as it is high, in the middle of its place. */
  readonly square?: boolean;
}

const MARGIN = { top: 14, right: 16, bottom: 24, left: 44 };
const WIDTH = 520;
const NARROW = 440;

/** A label of a logarithmic axis: 0.1, 10, 2k; small ones as powers of ten. */
function power(value: number): string {
  if (value >= 1000) return `${value / 1000}k`;
  const exponent = Math.round(Math.log10(value));
  return exponent < -2 ? `10⁻${[..."⁰¹²³⁴⁵⁶⁷⁸⁹"][-exponent]}` : String(value);
}

export class Plot {
  readonly svg: Selection<SVGSVGElement, undefined, null, undefined>;
  readonly x: Scale = scaleLinear();
  readonly y: Scale;
  height: number;
  width = WIDTH;
  readonly #axes: Group;
  readonly #drawing: Group;
  readonly #front: Group;
  readonly #clip: Selection<SVGRectElement, undefined, null, undefined>;
  readonly #options: PlotOptions;
  #drawn = "";

  constructor(options: PlotOptions) {
    this.#options = options;
    this.height = options.height;
    this.y = options.logarithmic ? scaleLog() : scaleLinear();
    this.x.domain(options.x);
    this.y.domain(options.y);
    this.svg = create("svg").attr("role", "group").attr("aria-label", options.label);
    const name = `movable-${options.label.replace(/\W+/g, "-")}`;
    this.#clip = this.svg.append("clipPath").attr("id", name).append("rect");
    this.#axes = this.svg.append("g").attr("class", "axes").attr("aria-hidden", "true");
    this.#drawing = this.svg.append("g").attr("clip-path", `url(#${name})`).attr("aria-hidden", "true");
    this.#front = this.svg.append("g");
    this.resize(WIDTH);
  }

  /** A new group, clipped to the axes, in front of those before. */
  layer(kind: string): Group {
    return this.#drawing.append("g").attr("class", kind);
  }

  /** A new group in front of all curves, not clipped. */
  front(kind: string): Group {
    return this.#front.append("g").attr("class", kind);
  }

  /** Shows other heights; draws the axis anew only if it changes. */
  show(y: readonly [number, number]): void {
    this.y.domain(y);
    this.#draw();
  }

  showAcross(x: readonly [number, number]): void {
    this.x.domain(x);
    this.#draw();
  }

  resize(width: number): void {
    this.width = width;
    const { square, height } = this.#options;
    // On a phone the controls are to fit below.
    this.height = square ? Math.min(height, width) : Math.round(height * (width < NARROW ? 0.75 : 1));
    this.svg.attr("width", width).attr("height", this.height);
    const inner = square ? this.height - MARGIN.top - MARGIN.bottom : width - MARGIN.left - MARGIN.right;
    const start = Math.max(MARGIN.left, (width - inner) / 2);
    this.x.range([start, Math.min(start + inner, width - MARGIN.right)]);
    this.y.range([this.height - MARGIN.bottom, MARGIN.top]);
    const [left, right] = this.x.range();
    this.#clip
      .attr("x", left - 6)
      .attr("y", MARGIN.top - 8)
      .attr("width", right - left + 12)
      .attr("height", this.height - MARGIN.bottom - MARGIN.top + 16);
    this.#draw();
  }

  #draw(): void {
    const state = JSON.stringify([this.x.domain(), this.y.domain(), this.width]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    const ticks = this.#options.ticks ?? 5;
    const upright = axisLeft(this.y).ticks(ticks).tickSize(4);
    if (this.#options.logarithmic) {
      upright.ticks(ticks, power);
    }
    const across = axisBottom(this.x)
      .ticks(Math.min(8, this.width / 70))
      .tickSize(4);
    this.#axes.selectAll("*").remove();
    this.#axes
      .append("g")
      .attr("transform", `translate(${this.x.range()[0] - 6},0)`)
      .call(upright);
    this.#axes
      .append("g")
      .attr("transform", `translate(0,${this.height - MARGIN.bottom})`)
      .call(across);
    // d3 sets these on the element, where a style sheet could not undo them.
    this.#axes.selectAll("g").attr("font-size", null).attr("font-family", null);
    if (this.#options.xLabel) {
      const [, right] = this.x.range();
      this.#axes
        .append("text")
        .attr("class", "axis-label")
        .attr("x", right)
        .attr("y", this.height - MARGIN.bottom - 5)
        .attr("text-anchor", "end")
        .text(this.#options.xLabel);
    }
  }
}

/** What the figures use of D3: a script of its own, which all figures of a page share (build.mjs). */

export { axisBottom, axisLeft } from "d3-axis";
export { drag, type D3DragEvent } from "d3-drag";
export { scaleLinear, scaleLog, type ScaleContinuousNumeric } from "d3-scale";
export { create, pointer, type Selection } from "d3-selection";
export { line } from "d3-shape";

// For the figures: a hundredth of a point cannot be seen, and a curve of many points then weighs a quarter.
// Names and styles stay as they are, since the figures' colours on a dark page hang on them.
export default {
  floatPrecision: 2,
  plugins: [{ name: "convertPathData", params: { floatPrecision: 2 } }, "cleanupNumericValues", "removeUselessDefs"],
};

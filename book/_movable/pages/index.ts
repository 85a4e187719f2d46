/** What every page does beside the theme. */

// Copied text has each formula once, as TeX.
import "katex/contrib/copy-tex";
import "./previews.ts";
import "./questions.ts";
import "./steps.ts";

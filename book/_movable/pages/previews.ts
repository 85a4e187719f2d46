/** A card beside a link that shows what it leads to: after a moment of hover, on keyboard focus, at the first tap. */

import { pageName } from "./marks.ts";

declare global {
  interface Window {
    /** What a page's file of cards sets: HTML by page and anchor. */
    bookPreviews?: Readonly<Record<string, string>>;
  }
}

/** Milliseconds until a card opens, and until it closes when the pointer leaves, which may be on its way to the card. */
const WAIT = 300;
/** Pixels between the card, the link and the edge of the window. */
const GAP = 8;

let loading: Promise<Readonly<Record<string, string>>> | undefined;

/** The cards of this page. A script, since a page that was opened from a folder may fetch nothing else. */
function cards(): Promise<Readonly<Record<string, string>>> {
  loading ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = `${document.documentElement.dataset.content_root}_static/previews/${pageName(location)}.js`;
    script.addEventListener("load", () => done(window.bookPreviews ?? {}));
    script.addEventListener("error", () => done({}));
    document.head.append(script);
  });
  return loading;
}

class Preview {
  /** Where screen readers hear what appears. It stays in the page, and cannot be seen while it is empty. */
  readonly #card = document.createElement("div");
  #link: HTMLAnchorElement | undefined;
  #waiting = 0;
  /** What the last press was made with. */
  #pointer = "";

  constructor(article: Element) {
    this.#card.className = "preview bd-article";
    this.#card.setAttribute("role", "status");
    document.body.append(this.#card);
    const linkOf = (event: Event) =>
      (event.target as Element).closest<HTMLAnchorElement>("a.reference.internal:not(.headerlink)") ?? undefined;
    const whenOver = (act: (event: PointerEvent) => void) => (event: Event) => {
      if ((event as PointerEvent).pointerType !== "touch") act(event as PointerEvent);
    };
    article.addEventListener(
      "pointerover",
      whenOver((event) => this.#later(linkOf(event))),
    );
    article.addEventListener(
      "pointerout",
      whenOver((event) => linkOf(event) && this.#later(undefined)),
    );
    this.#card.addEventListener(
      "pointerover",
      whenOver(() => clearTimeout(this.#waiting)),
    );
    this.#card.addEventListener(
      "pointerleave",
      whenOver(() => this.#later(undefined)),
    );
    article.addEventListener("focusin", (event) => {
      const link = linkOf(event);
      if (link?.matches(":focus-visible")) this.#later(link);
    });
    article.addEventListener("focusout", () => this.close());
    article.addEventListener("click", (event) => {
      const link = linkOf(event);
      if (!link || this.#pointer !== "touch" || link === this.#link) return;
      event.preventDefault();
      void this.#open(link).then((shown) => shown || location.assign(link.href));
    });
    document.addEventListener("pointerdown", (event) => {
      this.#pointer = event.pointerType;
      if (!this.#card.contains(event.target as Node) && linkOf(event) !== this.#link) this.close();
    });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    window.addEventListener("scroll", () => this.#follow(), { passive: true });
  }

  /** Opens the card of a link, or closes it, unless something else happens first. */
  #later(link: HTMLAnchorElement | undefined): void {
    if (!link && !this.#link && !this.#waiting) return;
    clearTimeout(this.#waiting);
    this.#waiting = window.setTimeout(() => (link ? void this.#open(link) : this.close()), WAIT);
  }

  async #open(link: HTMLAnchorElement): Promise<boolean> {
    const to = new URL(link.href);
    const content = (await cards())[pageName(to) + decodeURIComponent(to.hash)];
    if (!content) return false;
    this.#link = link;
    this.#card.innerHTML = content;
    this.#place(link.getBoundingClientRect());
    return true;
  }

  /** Below the link or above it, where there is more room; never over it. */
  #place(link: DOMRect): void {
    const { style } = this.#card;
    const [below, above] = [innerHeight - link.bottom, link.top];
    style.maxHeight = "none";
    const under = below >= this.#card.offsetHeight + 2 * GAP || below >= above;
    style.maxHeight = `${(under ? below : above) - 2 * GAP}px`;
    style.top = under ? `${link.bottom + GAP}px` : "auto";
    style.bottom = under ? "auto" : `${innerHeight - link.top + GAP}px`;
    style.left = `${Math.max(GAP, Math.min(link.left, document.documentElement.clientWidth - this.#card.offsetWidth - GAP))}px`;
  }

  /** Keeps the card at its link, as long as that is seen: a page may scroll because a key led to the link. */
  #follow(): void {
    const link = this.#link?.getBoundingClientRect();
    if (!link) return;
    if (link.bottom < 0 || link.top > innerHeight) this.close();
    else this.#place(link);
  }

  close(): void {
    clearTimeout(this.#waiting);
    this.#waiting = 0;
    this.#link = undefined;
    this.#card.replaceChildren();
  }
}

const article = document.querySelector("article.bd-article");
if (article) new Preview(article);

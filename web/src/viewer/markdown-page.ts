import DOMPurify, { type Config } from "dompurify";
import { Marked } from "marked";

const marked = new Marked({
  gfm: true,
  renderer: {
    // A box to tick would be a field without a name, and ticks nothing.
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
    // Taken out again below, for safety; here, so that the page's policy has nothing to complain of while it is parsed.
    html: ({ text }) => text.replace(/\s(?:on\w+|style)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, ""),
  },
});

const RULES: Config = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: [
    "style",
    "form",
    "dialog",
    "map",
    "area",
    "input",
    "button",
    "select",
    "textarea",
    "video",
    "audio",
    "source",
    "picture",
    "svg",
    "math",
  ],
  FORBID_ATTR: ["style", "class", "id", "name", "srcset", "background", "ping", "usemap"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

/**
 * A Markdown text as elements: no scripts, styles, forms or ids, and nothing that is loaded from elsewhere, so that who
 * wrote it does not learn that it was read. Links open in a tab of their own.
 */
export function markdownPage(text: string, remoteImage: (description: string) => string): DocumentFragment {
  const page = DOMPurify.sanitize(marked.parse(text, { async: false }), RULES) as unknown as DocumentFragment;
  for (const image of page.querySelectorAll("img")) {
    if (/^data:image\/(png|jpeg|gif|webp);/i.test(image.getAttribute("src") ?? "")) continue;
    const words = document.createElement("em");
    words.textContent = remoteImage(image.alt || (image.getAttribute("src") ?? ""));
    image.replaceWith(words);
  }
  for (const link of page.querySelectorAll("a[href]")) {
    if (/^(https?|mailto):/i.test(link.getAttribute("href") ?? "")) {
      link.setAttribute("target", "_blank");
      link.setAttribute("rel", "noopener noreferrer");
    } else {
      // Relative to a place that is not this page's.
      link.removeAttribute("href");
    }
  }
  for (const item of page.querySelectorAll("li")) {
    if (/^\s*[☑☐]/u.test(item.textContent)) item.dataset.task = "";
  }
  for (const table of page.querySelectorAll("table, pre")) table.setAttribute("tabindex", "0");
  return page;
}

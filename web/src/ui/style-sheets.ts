/** Milliseconds until a style sheet is asked for again; doubles up to the longest. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;

/** Addresses of the style sheets that could not be loaded yet, with the wait before the next attempt. */
const missing = new Map<string, number>();
let whenStyled = Promise.withResolvers<void>();

/**
 * Has style sheets that could not be loaded asked for again until they are there, from now on and for as long as the page
 * lives. Vite asks for each once: what was fetched ahead of its use over a broken line would have no styles later.
 */
export function retryStyleSheets(): void {
  document.addEventListener("error", ({ target }) => isStyleSheet(target) && retry(target), true);
  document.addEventListener("load", ({ target }) => isStyleSheet(target) && settle(target), true);
}

/** Resolves when no style sheet is missing. */
export function untilStyled(): Promise<void> {
  return missing.size === 0 ? Promise.resolve() : whenStyled.promise;
}

function retry(link: HTMLLinkElement): void {
  const wait = missing.get(link.href) ?? FIRST_WAIT;
  missing.set(link.href, Math.min(2 * wait, LONGEST_WAIT));
  setTimeout(() => link.replaceWith(link.cloneNode()), wait);
}

function settle({ href }: HTMLLinkElement): void {
  if (!missing.delete(href) || missing.size > 0) return;
  whenStyled.resolve();
  whenStyled = Promise.withResolvers<void>();
}

function isStyleSheet(target: EventTarget | null): target is HTMLLinkElement {
  return target instanceof HTMLLinkElement && target.rel === "stylesheet";
}

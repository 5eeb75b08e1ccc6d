/** The first that fits counts: most browsers also claim to be others. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "Mac"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

/** What a `User-Agent` header says of a browser; undefined for what it does not tell, both where it is no browser's. */
export function browserOf(userAgent: string): { browser: string | undefined; system: string | undefined } {
  const find = (names: typeof BROWSERS): string | undefined => names.find(([sign]) => sign.test(userAgent))?.[1];
  return { browser: find(BROWSERS), system: find(SYSTEMS) };
}

/** Characters of a client's own name that are shown. */
const NAME_LENGTH = 40;

/**
 * What a `User-Agent` header says of where somebody sits, in a few words: `Firefox on Linux`, the name of a program that is
 * no browser. Null where it says nothing.
 */
export function deviceOf(userAgent: string): string | null {
  const { browser, system } = browserOf(userAgent);
  if (browser !== undefined) return system === undefined ? browser : `${browser} on ${system}`;
  return /^[\w.-]+/.exec(userAgent)?.[0].slice(0, NAME_LENGTH) ?? null;
}

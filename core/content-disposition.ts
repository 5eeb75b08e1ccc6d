/**
 * A `Content-Disposition` value (RFC 6266) for any file name: `filename` in plain ASCII for old clients, and
 * `filename*` (RFC 8187) with the exact name wherever the two differ. All ASCII; safe in a header whatever `name` holds.
 */
export function contentDisposition(type: "inline" | "attachment", name: string): string {
  const wellFormed = name.toWellFormed();
  // `%` too: some clients decode escapes in the plain form.
  const fallback = wellFormed.replaceAll(/[^\x20-\x7e]/gu, "_").replaceAll(/["\\/%]/g, "_");
  if (fallback === name) return `${type}; filename="${fallback}"`;
  return `${type}; filename="${fallback}"; filename*=UTF-8''${extendedValue(wellFormed)}`;
}

/** RFC 8187's `value-chars`: all but its `attr-char` percent-encoded. */
function extendedValue(text: string): string {
  return encodeURIComponent(text).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

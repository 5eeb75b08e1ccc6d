/** An error as the file system makes them. */
export function fileError(code: string, message: string, path: string): Error & { readonly code: string } {
  return Object.assign(new Error(`${code}: ${message}, '${path}'`), { code });
}

/** Whether a caught value is an error with one of these codes. */
export function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? "");
}

/** The system's code where the error is a file system's; null for any other, which is not to be swallowed. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return null;
  return error.code;
}

/** Whether the system says that nothing is at the path. */
export function isAbsence(code: string | null): boolean {
  return code === "ENOENT" || code === "ENOTDIR";
}

/** The end of a session that this page learns of by an answer: it expired, or was revoked elsewhere. */

const listeners = new Set<() => void>();

/** Told whenever the server says that nobody is signed in here. */
export function onSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Looks at an answer of the API. What the ways in answer is about what was typed, not about the session. */
export function noteAnswer(answer: Response): void {
  if (answer.status !== 401 || new URL(answer.url).pathname.startsWith("/api/auth/")) return;
  for (const listener of listeners) listener();
}

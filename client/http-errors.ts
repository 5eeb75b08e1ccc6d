import { ERRORS, LedgeError, type ErrorCode } from "../protocol/errors.ts";

/** The server could not be reached, or did not answer whole, after all attempts. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/** An answer that is an error but not a problem document of Ledge's: from a proxy, or from the sign-in routes. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  /** The body's `code` or `error`, where it is JSON that has one. */
  readonly code: string | undefined;

  constructor(status: number, message: string, code?: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The server has no such route: it is older than this client. A wrong path is our bug, so there is no other reason. */
export class ServerTooOld extends Error {
  override readonly name = "ServerTooOld";

  constructor(baseUrl: string, method: string, path: string) {
    super(`the server at ${baseUrl} is older than this client (it lacks ${method} ${path})`);
  }
}

/** Whether an error answer says that no route fits, as against one that found nothing. */
export function isWithoutRoute(error: LedgeError | HttpError): boolean {
  if (!(error instanceof LedgeError)) return false;
  return (
    error.code === "method_not_allowed" ||
    (error.code === "not_found" && error.detail?.startsWith("no route answers ") === true)
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What an answer outside 2xx says, as an error to throw. Reads the body. */
export async function errorOf(response: Response): Promise<LedgeError | HttpError> {
  const raw = (await response.text().catch(() => "")).slice(0, 100_000);
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(raw);
    if (typeof parsed === "object" && parsed !== null) body = parsed as Record<string, unknown>;
  } catch {
    // Not JSON: the status says enough.
  }
  const code = text(body["code"]) ?? text(body["error"]);
  if (code !== undefined && Object.hasOwn(ERRORS, code)) {
    const { type: _type, title: _title, status: _status, code: _code, detail, ...extra } = body;
    return new LedgeError(code as ErrorCode, text(detail), extra);
  }
  const message = text(body["message"]) ?? text(body["error_description"]) ?? text(body["detail"]);
  return new HttpError(response.status, message ?? `the server answered ${response.status}`, code);
}

/**
 * Every error code that leaves the server, with its HTTP status and a title that says what happened.
 * Codes are stable: clients switch on them. Adding one is fine; changing or removing one is a new API version.
 */
export const ERRORS = {
  // The request itself
  invalid_request: [400, "The request does not fit its schema"],
  invalid_cursor: [400, "The cursor is not one that this server gave out"],
  invalid_search: [400, "The search cannot be understood"],
  invalid_pack: [400, "The pack's framing is broken or cut off"],
  body_too_large: [413, "The request body is over the limit"],
  unsupported_media_type: [415, "The request body has an unexpected content type"],
  range_not_satisfiable: [416, "No part of the requested range is in the file"],
  precondition_failed: [412, "The file is no longer in the state that the request names"],
  upgrade_required: [426, "This address takes WebSockets only"],
  method_not_allowed: [405, "This address does not take that method"],
  // Who asks
  unauthenticated: [401, "Sign in, or send a valid token"],
  invalid_ticket: [401, "The ticket was used, has expired or is none: subscribe again"],
  password_required: [401, "This link asks for a password"],
  insufficient_scope: [403, "The token's scopes do not allow this"],
  forbidden: [403, "This account may not do that"],
  origin_not_allowed: [403, "The request came from a page of another origin"],
  suspended: [403, "This account is suspended: ask the administrator"],
  last_administrator: [409, "A server keeps one administrator who is not suspended"],
  sign_up_closed: [403, "This server takes no new accounts"],
  wrong_password: [403, "The password is wrong"],
  invalid_code: [403, "The code is wrong, has expired or was used before"],
  challenge_expired: [401, "This sign-in took too long or had too many wrong codes: begin again with the password"],
  two_factor_on: [409, "Two-factor sign-in is on already"],
  two_factor_off: [409, "Two-factor sign-in is not on"],
  mail_unavailable: [403, "This server sends no mail"],
  invalid_mail_link: [410, "This link of a mail was used, has expired or is none: ask for a new one"],
  session_not_fresh: [403, "This needs the password, or a sign-in of today"],
  invalid_passkey: [403, "The passkey is not known here, or its answer is not valid"],
  email_taken: [409, "An account with this email exists: sign in instead"],
  rate_limited: [429, "Too many requests: wait, then try again"],
  too_many_sockets: [429, "The account has as many sockets open as it may"],
  device_revoked: [403, "This device was revoked: sign in again and link it anew"],
  // What is asked for
  not_found: [404, "There is nothing here, or not for this account"],
  no_thumbnail: [404, "The file has no thumbnail"],
  thumbnail_not_taken: [409, "The server takes no thumbnail of this file, or not yet"],
  invalid_picture: [422, "The bytes are not a picture that is taken here"],
  upload_not_found: [404, "There is no such upload"],
  upload_expired: [410, "The upload has expired: start it again, only missing chunks are sent"],
  cursor_expired: [410, "The server's history was replaced: list everything again"],
  // The tree
  parent_not_found: [404, "The target folder does not exist"],
  not_a_folder: [409, "The target is a file, not a folder"],
  not_a_file: [409, "The target is a folder, not a file"],
  name_conflict: [409, "The folder already has an entry with this name"],
  id_conflict: [409, "The node id is already in use"],
  would_cycle: [409, "A folder cannot be moved or copied into itself"],
  too_deep: [409, "The path would have too many folders"],
  too_many_stars: [409, "The account has as many stars as it may"],
  too_many_links: [409, "The account has as many links as it may"],
  too_many_members: [409, "The folder has as many members and invitations as it may"],
  too_many_spaces: [409, "The account has as many shared folders as it may"],
  too_many_nodes: [409, "One copy takes fewer nodes than that"],
  selection_too_large: [422, "One request takes less content than that: ask for fewer or smaller files"],
  stale_base: [409, "Somebody changed the file after the version that this change is based on"],
  root_immutable: [409, "The root folder cannot be changed"],
  not_trashed: [409, "Only what is in the trash can be restored or purged"],
  already_trashed: [409, "The node is in the trash"],
  invalid_name: [422, "The name is not allowed"],
  mounted_folder: [409, "This folder stands for somebody else's shared folder"],
  mount_in_shared: [409, "A folder that stands for a shared one cannot be in another shared folder"],
  operation_mismatch: [409, "The operation id was used before with other operations"],
  transfer_ended: [409, "The transfer has ended, or what it moves is in its new place already"],
  too_many_transfers: [409, "The account has as many transfers under way as it may"],
  // Content
  over_quota: [413, "The account's quota does not hold this"],
  link_full: [413, "The link takes no more bytes"],
  hash_mismatch: [422, "The bytes do not have the announced SHA-256"],
  chunk_too_large: [413, "The chunk is over the largest size"],
  chunk_size_mismatch: [422, "The chunk's size is not the announced one"],
  chunk_not_announced: [422, "The upload did not announce this chunk"],
  chunks_missing: [409, "Some chunks have not been uploaded"],
  content_mismatch: [422, "The content id or size does not fit the chunk list"],
  // The server
  busy: [503, "The server is busy: try again shortly"],
  content_damaged: [500, "Stored bytes failed their integrity check; nothing wrong was sent"],
  internal: [500, "Something went wrong on the server"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ErrorCode = keyof typeof ERRORS;

/** An error on its way to the wire. Inside `core/` errors are values; a thrown one is a bug or ends a request. */
export class LedgeError extends Error {
  override readonly name = "LedgeError";
  readonly code: ErrorCode;
  /** One sentence for a person: what is wrong with this request, and what to do. */
  readonly detail: string | undefined;
  /** Members added to the problem document, e.g. `{ missing: [...] }`. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, detail?: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(detail ?? ERRORS[code][1]);
    this.code = code;
    this.detail = detail;
    this.extra = extra;
  }
}

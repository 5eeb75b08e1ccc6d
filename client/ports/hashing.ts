/** SHA-256 as the host does it fastest. */
export interface Hashing {
  /** The lower-case hex SHA-256 of `bytes`. */
  sha256(bytes: Uint8Array): string | Promise<string>;
}

import { z } from "zod";
import { ID_PATTERN } from "./new-id.ts";

/** A space, node, upload or pack id. Clients may make node and operation ids themselves. */
export const Id = z
  .string()
  .regex(ID_PATTERN, "must be a 26-character lower-case ULID")
  .meta({ example: "01jd8z4m2qk7v9t3w5x6y7z8a9" });

/** The lower-case hex SHA-256 of a chunk's plaintext, or of a content's chunk list. */
export const Sha256Hex = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits")
  .meta({ example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" });

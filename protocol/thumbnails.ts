import { z } from "zod";
import { Id } from "./ids.ts";

/** Why a file has no thumbnail (H2). */
export const NoThumbnailReason = z.enum([
  /** It is to be made, and will be there soon. */
  "pending",
  /** Neither a picture of a format that is read (JPEG, PNG, WebP, GIF) nor text; also folders. */
  "unknown_kind",
  "damaged",
  "unsupported",
  "over_bytes",
  "over_pixels",
  "over_scans",
  /** Making it ended who made it, twice. */
  "ended_the_maker",
  "storage_failed",
  /** A link with a cap: to show is to download, and to be counted. */
  "counted",
]);
export type NoThumbnailReason = z.infer<typeof NoThumbnailReason>;

/** Content types of a thumbnail that a browser gives (H5). */
export const GIVEN_THUMBNAIL_TYPES = ["image/webp", "image/jpeg", "image/png"] as const;

/** What is known of a file's thumbnail, for whoever lists files (H4). */
export const ThumbnailInfo = z
  .object({
    id: Id,
    /** Of which this is: the file's newest, unless it was asked of another. */
    version: z.int(),
    /** `none`: see `reason`. */
    kind: z.enum(["image", "text", "none"]),
    reason: NoThumbnailReason.nullable(),
    /** Pixels, of an image. */
    width: z.int().nullable(),
    height: z.int().nullable(),
    /** A thumbhash (evanw.github.io/thumbhash), base64: at most 25 bytes that look like the image. */
    placeholder: z.string().nullable(),
  })
  .meta({ id: "ThumbnailInfo" });
export type ThumbnailInfo = z.infer<typeof ThumbnailInfo>;

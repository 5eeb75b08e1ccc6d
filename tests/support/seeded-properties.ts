import fc from "fast-check";

/**
 * Before each file with properties: a run walks the same paths as the one before, so that it judges the change and not the
 * dice. `PROPERTY_SEED=… npm test` walks others, `PROPERTY_SEED=random` new ones each time; a failure prints its seed, and
 * what it found becomes a test.
 */
const { PROPERTY_SEED = "20261122" } = process.env;
if (PROPERTY_SEED !== "random") fc.configureGlobal({ seed: Number(PROPERTY_SEED) });

/** Invisible marks: payloads, the registry, and the ops that hide and find them. */

export {}

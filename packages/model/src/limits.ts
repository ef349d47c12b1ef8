/**
 * What a model file may hold before it is refused with `MODEL_TOO_LARGE`. They bound the memory that looking at a file takes, and
 * are far above what real models need. Weights do not count: they are passed over.
 */
export const limits = {
  /** Bytes of the file itself; protobuf allows no more. External data may be larger. */
  bytes: 2 ** 31 - 1,
  /** Nodes, tensors, values, attributes and their items together. */
  parts: 4_000_000,
  /** Bytes of names and other text together. */
  textBytes: 64 * 2 ** 20,
  /** Graphs within graphs, each of which is three messages deep; protobuf's own limit is 100 messages. */
  depth: 100,
  /** Dimensions of one tensor. */
  rank: 64,
} as const

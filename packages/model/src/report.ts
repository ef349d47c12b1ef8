import { z } from 'zod'

const value = z.object({
  name: z.string(),
  type: z.string().describe('float32, int64, sequence of float32, …'),
  shape: z
    .array(z.union([z.number().int(), z.string()]))
    .optional()
    .describe('Sizes, or the names of those that vary'),
})

/** What `model.inspect` tells. */
export const inspectReport = z.object({
  format: z.literal('onnx'),
  size: z.number().int().describe('Bytes of the file'),
  digest: z.string().describe('Content hash of the file'),
  irVersion: z.number().int(),
  opsets: z.record(z.string(), z.number().int()).describe('Versions of the operator sets by domain'),
  producer: z.string().optional(),
  producerVersion: z.string().optional(),
  modelVersion: z.number().int().optional(),
  description: z.string().optional(),
  graph: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  inputs: z.array(value),
  outputs: z.array(value),
  parameters: z.number().int().describe('Elements of all weights'),
  weightBytes: z.number().int(),
  weightTypes: z.record(z.string(), z.number().int()).describe('Elements of the weights by their type'),
  externalFiles: z.record(z.string(), z.number().int()).optional().describe('Bytes of weights in other files'),
  nodes: z.number().int(),
  operators: z.record(z.string(), z.number().int()).describe('Nodes by operator'),
})

/** What `model.inspect` tells. */
export type InspectReport = z.infer<typeof inspectReport>

const deviation = z.object({
  maxAbs: z.number(),
  maxRel: z.number(),
  rmse: z.number(),
  relativeRmse: z.number(),
  cosine: z.number(),
  elements: z.number().int(),
})

/** What `model.half` tells. */
export const halfReport = z.object({
  converted: z.number().int().describe('Weights rounded to half precision'),
  kept: z.number().int().describe('Single-precision weights left as they were'),
  sizeBefore: z.number().int().describe('Bytes'),
  size: z.number().int().describe('Bytes'),
  deviation: z.record(z.string(), deviation).describe('How far each output lies from that of the given model'),
})

/** What `model.half` tells. */
export type HalfReport = z.infer<typeof halfReport>

import type { Attribute, Graph, Model, Node, SparseTensor, Tensor } from './schema.ts'

/** A tensor of a model and what it is there for. */
export interface Placed {
  readonly tensor: Tensor
  /** Weights: initializers, and the values of `Constant` nodes. Others are parameters of operators. */
  readonly weight: boolean
}

const ofSparse = function* (sparse: SparseTensor | undefined, weight: boolean): Generator<Placed> {
  if (sparse?.values) yield { tensor: sparse.values, weight }
  if (sparse?.indices) yield { tensor: sparse.indices, weight: false }
}

function* ofAttribute(attribute: Attribute, weight: boolean): Generator<Placed> {
  if (attribute.tensor) yield { tensor: attribute.tensor, weight }
  for (const tensor of attribute.tensors) yield { tensor, weight }
  for (const sparse of [attribute.sparse, ...attribute.sparses]) yield* ofSparse(sparse, weight)
  for (const graph of [attribute.graph, ...attribute.graphs]) if (graph) yield* ofGraph(graph)
}

function* ofNodes(nodes: readonly Node[]): Generator<Placed> {
  for (const { attributes, operator } of nodes)
    for (const attribute of attributes) yield* ofAttribute(attribute, operator === 'Constant')
}

function* ofGraph({ initializers, sparseInitializers, nodes }: Graph): Generator<Placed> {
  for (const tensor of initializers) yield { tensor, weight: true }
  for (const sparse of sparseInitializers) yield* ofSparse(sparse, true)
  yield* ofNodes(nodes)
}

/** Every tensor in a model, wherever it may lie: those of inner graphs, functions and training too. */
export function* tensorsOf(model: Model): Generator<Placed> {
  if (model.graph) yield* ofGraph(model.graph)
  for (const { nodes, attributes } of model.functions) {
    yield* ofNodes(nodes)
    for (const attribute of attributes) yield* ofAttribute(attribute, false)
  }
  for (const { initialization, algorithm } of model.training)
    for (const graph of [initialization, algorithm]) if (graph) yield* ofGraph(graph)
}

const innerGraphs = ({ attributes }: Node): Graph[] =>
  attributes.flatMap(({ graph, graphs }) => (graph ? [graph, ...graphs] : graphs))

function* within(nodes: readonly Node[]): Generator<Node> {
  for (const node of nodes) {
    yield node
    for (const graph of innerGraphs(node)) yield* within(graph.nodes)
  }
}

/** Every node in a model, those of inner graphs and functions too. */
export function* nodesOf({ graph, functions }: Model): Generator<Node> {
  if (graph) yield* within(graph.nodes)
  for (const { nodes } of functions) yield* within(nodes)
}

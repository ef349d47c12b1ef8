import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadFailure, plainReason } from './reasons.ts'

test('what the runtime says comes without the places in its source', () => {
  const said: [string, string][] = [
    [
      '/onnxruntime_src/onnxruntime/core/graph/graph.cc:1555 void onnxruntime::Graph::Init(int (*)(char), long) const Graph broke.\n',
      'const Graph broke',
    ],
    [
      'Status Message: /onnxruntime_src/onnxruntime/core/x.cc:3 void* onnxruntime::A::B(size_t) Failed to allocate',
      'Status Message: Failed to allocate',
    ],
    ['Load model from /a/b c.onnx failed:Protobuf\n parsing   failed.', 'Protobuf parsing failed'],
    ['plain', 'plain'],
    ['/onnxruntime_src/onnxruntime/x.cc:3 no arguments', 'no arguments'],
  ]
  for (const [text, plain] of said) assert.equal(plainReason(new Error(text)), plain)
})

test('a type that no kernel has, and what is not known, are told', () => {
  const kernel = loadFailure(
    'a.onnx',
    new Error('NOT_IMPLEMENTED : Could not find an implementation for Conv(11) node with name "c"'),
  )
  assert.equal(kernel.code, 'MODEL_UNSUPPORTED')
  assert.match(kernel.message, /no implementation of the operator "Conv" for the types/)
  assert.equal(
    loadFailure('a.onnx', new Error('Out of luck.')).message,
    'a.onnx cannot be run: ONNX Runtime says: Out of luck.',
  )
})

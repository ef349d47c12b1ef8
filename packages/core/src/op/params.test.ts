import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import fc from 'fast-check'
import { z } from 'zod'
import { encode } from '../value/encoding.ts'
import { environmentSecrets, isSecret, isUnkeyed, ParamSet, Secret, secret, unkeyed } from './params.ts'

type Shape = Record<string, z.ZodType>
const noSecrets = () => undefined
const set = (shape: Shape): ParamSet => new ParamSet('demo.op', z.object(shape))
const parse = (shape: Shape, given: Record<string, unknown> = {}, provide = noSecrets as never) =>
  set(shape).parse(given, provide)
const keyed = async (shape: Shape, given: Record<string, unknown> = {}): Promise<unknown> =>
  (await parse(shape, given)).keyed
const invalid = (shape: Shape, why: RegExp): void =>
  assert.throws(
    () => set(shape),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, 'OP_INVALID')
      assert.match(error.message, why)
      return true
    },
  )

test('a param that equals its default is not keyed, whatever it is', async () => {
  const defaults: [z.ZodType, unknown, unknown][] = [
    [z.number().default(320), 320, 321],
    [z.string().default(''), '', ' '],
    [z.boolean().default(false), false, true],
    [z.number().nullable().default(null), null, 0],
    [z.array(z.number()).default([1, 2]), [1, 2], [2, 1]],
    [z.array(z.number()).default([]), [], [1]],
    [z.object({ a: z.number(), b: z.string() }).default({ a: 1, b: 'x' }), { b: 'x', a: 1 }, { b: 'x', a: 2 }],
    [z.record(z.string(), z.array(z.number())).default({ a: [1] }), { a: [1] }, { a: [1], b: [] }],
    [z.tuple([z.number(), z.string()]).default([1, 'x']), [1, 'x'], [1, 'y']],
    [z.object({ a: z.number().default(1) }).prefault({}), { a: 1 }, { a: 2 }],
    [z.any().default({ deep: { a: [null] } }), { deep: { a: [null] } }, { deep: { a: [] } }],
    [z.number().default(-0), -0, 0],
  ]
  for (const [schema, same, other] of defaults) {
    assert.equal(await keyed({ p: schema }), undefined)
    assert.equal(await keyed({ p: schema }, { p: same }), undefined)
    assert.deepEqual(await keyed({ p: schema }, { p: other }), { p: other })
  }
})

test('a param that is not given has its default, and one without is missing', async () => {
  const shape = { width: z.number().default(320), note: z.string().optional() }
  assert.deepEqual(await parse(shape), { values: { width: 320 }, keyed: undefined, secrets: [] })
  assert.deepEqual((await parse(shape, { note: undefined })).keyed, undefined)
  assert.deepEqual((await parse(shape, { note: 'x' })).keyed, { note: 'x' })
})

/** Zod does not carry a property called __proto__ through, and so refuses it in a default. */
const plainData = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'))

const anyShape = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), plainData, fc.option(plainData)), {
  selector: ([name]) => name,
  maxLength: 5,
})
const schemaOf = (fallback: unknown): z.ZodType => z.json().default(fallback as never)
const plainNames = <T extends readonly [string, ...unknown[]]>(entries: readonly T[]): T[] =>
  entries.filter(([name]) => !(name in {}))

test('adding params with defaults keeps the keys of every call', () =>
  fc.assert(
    fc.asyncProperty(anyShape, anyShape, async (entries, added) => {
      const old = Object.fromEntries(plainNames(entries).map(([name, fallback]) => [name, schemaOf(fallback)]))
      const extra = plainNames(added).filter(([name]) => !Object.hasOwn(old, name))
      const grown = { ...Object.fromEntries(extra.map(([name, fallback]) => [name, schemaOf(fallback)])), ...old }
      const given = Object.fromEntries(
        plainNames(entries).flatMap(([name, , value]) => (value === null ? [] : [[name, value]])),
      )
      const before = await keyed(old, given)
      assert.deepEqual(encode(await keyed(grown, given)), encode(before))
      // Nor does it matter that the new ones are given as they are by default.
      const spelledOut = { ...Object.fromEntries(extra.map(([name, fallback]) => [name, fallback])), ...given }
      assert.deepEqual(encode(await keyed(grown, spelledOut)), encode(before))
    }),
  ))

test('a param given as its default is as one left out, and any other value is keyed', () =>
  fc.assert(
    fc.asyncProperty(plainData, plainData, async (fallback, value) => {
      const shape = { p: schemaOf(fallback), q: z.number().default(1) }
      const left = encode(await keyed(shape))
      assert.deepEqual(encode(await keyed(shape, { p: structuredClone(fallback) })), left)
      const same = Buffer.compare(encode(value), encode(fallback)) === 0
      assert.equal(Buffer.compare(encode(await keyed(shape, { p: value })), left) === 0, same)
    }),
  ))

const options = z.object({
  gamma: z.number().default(2.2),
  tags: z.array(z.string()).default([]),
  inner: z.object({ depth: z.number().default(8), name: z.string().optional() }).optional(),
})

test('defaults inside a param are not keyed either, so properties may be added', async () => {
  assert.deepEqual(await keyed({ o: options }, { o: { gamma: 2.2 } }), { o: {} })
  assert.deepEqual(await keyed({ o: options }, { o: { gamma: 1, tags: [], inner: { depth: 8 } } }), {
    o: { gamma: 1, inner: {} },
  })
  assert.deepEqual(await keyed({ o: z.array(options) }, { o: [{ gamma: 2.2 }, { gamma: 3 }] }), {
    o: [{}, { gamma: 3 }],
  })
  assert.deepEqual(await keyed({ o: z.record(z.string(), options) }, { o: { x: { tags: [] } } }), { o: { x: {} } })
  assert.deepEqual(await keyed({ o: z.tuple([options], options) }, { o: [{}, { gamma: 2.2 }] }), { o: [{}, {}] })
  assert.deepEqual(await keyed({ o: options.nullable().readonly() }, { o: { gamma: 2.2 } }), { o: {} })
  assert.deepEqual(await keyed({ o: z.lazy(() => options) }, { o: { gamma: 2.2 } }), { o: {} })
  const { values } = await parse({ o: options }, { o: {} })
  assert.deepEqual(values, { o: { gamma: 2.2, tags: [] } })
})

test('a param whose default has defaults inside is not keyed when it equals them all', async () => {
  const shape = { o: options.default({ gamma: 2.2, tags: ['a'] }) }
  assert.equal(await keyed(shape, { o: { tags: ['a'] } }), undefined)
  assert.equal(await keyed(shape, { o: { gamma: 2.2, tags: ['a'] } }), undefined)
  assert.deepEqual(await keyed(shape, { o: {} }), { o: {} })
  // That is not the default, whose tags are others.
  assert.deepEqual((await parse(shape, { o: {} })).values, { o: { gamma: 2.2, tags: [] } })
})

test('what stands in alternatives is keyed whole, as it is not known which one it came from', async () => {
  const shape = { o: z.union([z.object({ a: z.number().default(1) }), z.string()]) }
  assert.deepEqual(await keyed(shape, { o: {} }), { o: { a: 1 } })
})

test('values that run sees differently are keyed differently, and the same ones alike', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record(
          {
            gamma: fc.constantFrom(1, 2.2, undefined),
            tags: fc.constantFrom([], ['a'], undefined),
            inner: fc.constantFrom(undefined, {}, { depth: 8 }, { depth: 9 }, { name: 'x' }, { name: undefined }),
          },
          { requiredKeys: [] },
        ),
        { minLength: 2, maxLength: 2 },
      ),
      async ([a, b]) => {
        const shape = { o: options.default({ gamma: 2.2, tags: [] }) }
        const [one, other] = [await parse(shape, { o: a }), await parse(shape, { o: b })]
        const same = Buffer.compare(encode(one.values), encode(other.values)) === 0
        assert.equal(Buffer.compare(encode(one.keyed), encode(other.keyed)) === 0, same)
      },
    ),
    { numRuns: 500 },
  ))

test('a property that is undefined is as one that is missing, to the key and to run', async () => {
  const shape = { o: z.object({ a: z.number().optional() }) }
  const { values, keyed: found } = await parse(shape, { o: { a: undefined } })
  assert.deepEqual(Object.keys(values.o as object), [])
  assert.deepEqual(found, { o: {} })
})

test('unkeyed params are given to run and left out of the key, under every wrapper', async () => {
  const schemas = {
    plain: unkeyed(z.number()),
    default: unkeyed(z.number().default(1)),
    outerDefault: unkeyed(z.number()).default(1),
    optional: unkeyed(z.number()).optional(),
    nullable: unkeyed(z.number()).nullable(),
    readonly: unkeyed(z.number()).readonly(),
    described: unkeyed(z.number()).describe('how many'),
    meta: unkeyed(z.number()).meta({ title: 'n' }),
    checked: unkeyed(z.number()).min(0).max(10),
    refined: unkeyed(z.number()).refine((n) => n !== 5),
    everything: unkeyed(z.number()).int().describe('x').optional().default(3).describe('y').nullable(),
  }
  for (const [name, schema] of Object.entries(schemas)) {
    assert.ok(isUnkeyed(schema), name)
    const { values, keyed } = await parse({ p: schema, q: z.number() }, { p: 7, q: 1 })
    assert.deepEqual(values, { p: 7, q: 1 })
    assert.deepEqual(keyed, { q: 1 })
  }
})

test('marking a schema does not mark others that were made from the same one', async () => {
  const count = z.number().int()
  const shape = { threads: unkeyed(count), width: count, height: count.min(1) }
  assert.ok(!isUnkeyed(count))
  assert.deepEqual(await keyed(shape, { threads: 1, width: 2, height: 3 }), { width: 2, height: 3 })
})

test('a mark keeps the description', () =>
  assert.equal(unkeyed(z.number().describe('how many')).description, 'how many'))

const provide = (name: string, version = 3) =>
  name === 'signing' && version === 3 ? { value: 'hunter2', version } : undefined

test('a secret is keyed by its name and version, and run can reveal it', async () => {
  const shape = { key: secret() }
  for (const given of ['signing', 'signing@3']) {
    const { values, keyed, secrets } = await parse(shape, { key: given }, provide as never)
    assert.deepEqual(keyed, { key: 'signing@3' })
    assert.ok(values.key instanceof Secret)
    assert.equal(values.key.reveal(), 'hunter2')
    assert.deepEqual(secrets, [values.key])
  }
})

test('a secret stays one under wrappers and descriptions', async () => {
  for (const schema of [
    secret().optional(),
    secret().describe('the key'),
    secret().nullable().optional(),
    secret().default('signing' as never),
  ]) {
    assert.ok(isSecret(schema))
    const { values, keyed } = await parse({ key: schema }, { key: 'signing' }, provide as never)
    assert.ok(values.key instanceof Secret)
    assert.deepEqual(keyed, { key: 'signing@3' })
  }
  assert.deepEqual(await parse({ key: secret().optional() }), { values: {}, keyed: undefined, secrets: [] })
  const without = await parse({ key: secret().nullable() }, { key: null })
  assert.deepEqual(without, { values: { key: null }, keyed: { key: null }, secrets: [] })
})

test('a secret without a value of that name and version is an error that names it', async () => {
  for (const given of ['other', 'signing@2'])
    await assert.rejects(parse({ key: secret() }, { key: given }, provide as never), {
      code: 'SECRET_NOT_FOUND',
      details: { name: given },
    })
  // A provider that gives another version than was asked for is not believed.
  const newest = () => ({ value: 'hunter2', version: 4 })
  await assert.rejects(parse({ key: secret() }, { key: 'signing@3' }, newest as never), { code: 'SECRET_NOT_FOUND' })
})

test('only a secret that may be generated, and is the default, is looked up as one', async () => {
  for (const [schema, expected] of [
    [secret(), false],
    [secret({ generated: true }), false],
    [secret({ generated: true }).default('mark' as never), true],
    [
      secret({ generated: true })
        .default('mark' as never)
        .describe('a key')
        .optional(),
      true,
    ],
    [secret({ generated: true }).default('other' as never), false],
  ] as const) {
    const asked: unknown[] = []
    const found = (...args: unknown[]) => {
      asked.push(args)
      return { value: 'made', version: 0 }
    }
    assert.deepEqual((await parse({ key: schema }, { key: 'mark' }, found as never)).keyed, { key: 'mark@0' })
    assert.deepEqual((await parse({ key: schema }, { key: 'mark@0' }, found as never)).keyed, { key: 'mark@0' })
    assert.deepEqual(asked, [
      ['mark', undefined, expected],
      ['mark', 0, expected],
    ])
  }
})

test('what is no name of a secret is not looked up', async () => {
  for (const given of ['', 'a b', 'x@01', 'x@-1', 'x@', 'x@1@2', '@1', 'x@1.5', '../etc', 7, null])
    await assert.rejects(parse({ key: secret() }, { key: given }, (() => assert.fail()) as never), {
      code: 'CALL_PARAM_INVALID',
    })
})

test('a secret never shows its value', () => {
  const hidden = new Secret('signing', 3, 'hunter2')
  const shown = [
    JSON.stringify({ hidden }),
    inspect(hidden, { showHidden: true, depth: 9 }),
    inspect({ list: [hidden] }, { showHidden: true, depth: 9, getters: true }),
    format('%s %o %O %j %d', hidden, hidden, hidden, hidden, hidden),
    String(hidden),
    `${hidden as never}`,
    JSON.stringify(Object.entries(hidden)),
    JSON.stringify(structuredClone({ ...hidden })),
    new Error(`about ${hidden}`).stack!,
  ]
  for (const text of shown) assert.ok(!text.includes('hunter2'), text)
  assert.equal(JSON.stringify({ hidden }), '{"hidden":"signing@3"}')
  assert.throws(() => encode({ hidden }), { code: 'VALUE_NOT_ENCODABLE' })
})

test('secrets of the environment have one version', () => {
  process.env.COLOPHON_SECRET_UNIT_TEST_1 = 'from outside'
  try {
    assert.deepEqual(environmentSecrets('unit-test.1', undefined), { value: 'from outside', version: 1 })
    assert.deepEqual(environmentSecrets('unit-test.1', 1), { value: 'from outside', version: 1 })
    assert.equal(environmentSecrets('unit-test.1', 2), undefined)
    assert.equal(environmentSecrets('unit-test.2', undefined), undefined)
  } finally {
    delete process.env.COLOPHON_SECRET_UNIT_TEST_1
  }
})

test('schemas that would make another value of what is given are refused, at any depth', () => {
  const changing: Record<string, z.ZodType> = {
    transform: z.string().transform((text) => text.length),
    pipe: z.string().pipe(z.string()),
    preprocess: z.preprocess((value) => value, z.string()),
    codec: z.stringbool(),
    catch: z.number().catch(1),
    'coerced number': z.coerce.number(),
    'coerced text': z.coerce.string(),
    'coerced boolean': z.coerce.boolean(),
    trim: z.string().trim(),
    lower: z.string().toLowerCase(),
    upper: z.string().min(1).toUpperCase(),
    normalize: z.string().normalize(),
    overwrite: z.number().overwrite((n) => n + 1),
    url: z.url({ normalize: true }),
  }
  const around: Record<string, (schema: z.ZodType) => z.ZodType> = {
    itself: (schema) => schema,
    optional: (schema) => schema.optional(),
    default: (schema) => schema.optional().nullable().readonly(),
    array: (schema) => z.array(schema),
    object: (schema) => z.object({ deep: z.object({ a: schema }) }),
    catchall: (schema) => z.object({}).catchall(schema),
    tuple: (schema) => z.tuple([z.string(), schema]),
    rest: (schema) => z.tuple([z.string()], schema),
    record: (schema) => z.record(z.string(), schema),
    union: (schema) => z.union([z.null(), schema]),
    intersection: (schema) => z.intersection(z.unknown(), schema),
    lazy: (schema) => z.lazy(() => z.object({ a: schema })),
  }
  for (const [what, schema] of Object.entries(changing))
    for (const [where, wrap] of Object.entries(around))
      assert.throws(
        () => set({ fine: z.string(), p: wrap(schema) }),
        { code: 'OP_INVALID', message: /param "p": it (transforms|replaces|converts|changes)/ },
        `${what} in ${where}`,
      )
  invalid(
    { p: z.string().trim() },
    /^The declaration of the op "demo\.op" is wrong: param "p": it changes its value \(as \.trim\(\) and \.toLowerCase\(\) do\), and params are plain JSON that is used as it is given\.$/,
  )
})

test('types that JSON does not have are refused', () => {
  const types: Record<string, z.ZodType> = {
    bigint: z.bigint(),
    date: z.date(),
    map: z.map(z.string(), z.string()),
    set: z.set(z.string()),
    symbol: z.symbol(),
    undefined: z.undefined(),
    void: z.void(),
    nan: z.nan(),
    promise: z.promise(z.string()),
    file: z.file(),
    literal: z.literal([1n]),
  }
  for (const [name, schema] of Object.entries(types))
    for (const p of [schema, z.object({ a: z.array(schema) })])
      assert.throws(() => set({ p }), {
        code: 'OP_INVALID',
        message: new RegExp(`it takes a ${name}, which JSON does not have`),
      })
})

test('schemas of plain JSON are taken', () => {
  const Node: z.ZodType = z.object({
    name: z.string(),
    get children() {
      return z.array(Node).optional()
    },
  })
  set({
    text: z.string().min(1).max(9).regex(/x/),
    email: z.email(),
    url: z.url(),
    int: z.int().positive().multipleOf(2),
    choice: z.enum(['a', 'b']),
    literal: z.literal(['a', 1, true, null]),
    union: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a') }),
      z.object({ kind: z.literal('b'), n: z.number() }),
    ]),
    json: z.json(),
    any: z.any(),
    unknown: z.unknown().optional(),
    template: z.templateLiteral([z.number(), 'px']),
    custom: z.custom<string>((value) => typeof value === 'string'),
    strict: z.strictObject({ a: z.string() }).partial(),
    loose: z.looseObject({ a: z.string() }),
    tree: Node,
    date: z.iso.date(),
    refined: z
      .number()
      .refine((n) => n !== 3)
      .brand('n'),
  })
})

test('defaults that are no constants, or that the schema would not take as they are, are refused', () => {
  invalid({ p: z.number().default(() => Math.random()) }, /param "p": its default is not always the same/)
  invalid(
    { p: z.object({ a: z.number().default(() => Math.random()) }) },
    /param "p": its default is not always the same/,
  )
  invalid({ p: z.number().min(5).default(1) }, /param "p": its schema would not take its default as it is/)
  invalid(
    { p: z.object({ a: z.number().default(1) }).default({} as never) },
    /param "p": its schema would not take its default as it is/,
  )
  invalid({ p: z.any().default(() => () => 1) }, /param "p": the value at \$ is a function/i)
})

test('names that every object has are refused', () => {
  for (const name of ['toString', 'constructor', 'valueOf'])
    invalid({ [name]: z.number().default(1) }, new RegExp(`param "${name}": every object has something of that name`))
})

test('secret and unkeyed parts of a param are refused', () => {
  invalid({ p: z.object({ key: secret() }) }, /param "p": only a whole param can be secret or unkeyed/)
  invalid({ p: z.array(unkeyed(z.number())) }, /param "p": only a whole param can be secret or unkeyed/)
})

test('a schema that is not an object, has no end, or changes the whole is refused', () => {
  assert.throws(() => new ParamSet('demo.op', z.string() as never), {
    code: 'OP_INVALID',
    message: /its params are not a z\.object/,
  })
  const endless = (): z.ZodType => z.object({ next: z.lazy(endless).optional() })
  invalid({ p: endless() }, /param "p": its schema has no end/)
  assert.throws(
    () =>
      new ParamSet(
        'demo.op',
        z.object({ a: z.number() }).overwrite((value) => value),
      ),
    {
      code: 'OP_INVALID',
      message: /its params as a whole/,
    },
  )
})

test('a param that is not valid is named, with the place inside it', async () => {
  const shape = { width: z.number().min(1), o: z.object({ list: z.array(z.string()) }).optional() }
  await assert.rejects(parse(shape, { width: 0 }), {
    code: 'CALL_PARAM_INVALID',
    message: /^Param "width" of "demo\.op" is not valid: too small/,
  })
  await assert.rejects(parse(shape, {}), {
    message: /^Param "width" of "demo\.op" is not valid: invalid input: expected number, received undefined/,
  })
  await assert.rejects(parse(shape, { width: 1, o: { list: ['a', 1] } }), {
    message: /^Param "o" of "demo\.op" is not valid: list\.1: invalid input/,
  })
  const whole = new ParamSet(
    'demo.op',
    z.object({ a: z.number(), b: z.number() }).refine(({ a, b }) => a < b, 'a must be below b'),
  )
  await assert.rejects(whole.parse({ a: 2, b: 1 }, noSecrets), {
    message: 'Param "a", "b" of "demo.op" is not valid: a must be below b.',
  })
})

test('a param that cannot be stored is refused with its path', async () => {
  const shape = { p: z.any() }
  await assert.rejects(parse(shape, { p: { list: [1, () => 1] } }), {
    code: 'CALL_PARAM_INVALID',
    message: /^Param "p" of "demo\.op" is not valid: the value at \$\.list\[1\] is a function, which cannot be stored/,
  })
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  await assert.rejects(parse({ p: unkeyed(z.any()) }, { p: cycle }), {
    message: /the value at \$\.self contains itself/,
  })
})

test('checks that take time are refused', async () => {
  await assert.rejects(parse({ p: z.number().refine(async () => true) }, { p: 1 }), {
    code: 'OP_INVALID',
    message: /cannot be checked/,
  })
  invalid(
    {
      p: z
        .number()
        .refine(async () => true)
        .default(1),
    },
    /param "p": /,
  )
})

test('what becomes of given params or defaults after the call changes nothing', async () => {
  const shape = { list: z.any().optional(), fallback: z.array(z.array(z.number())).default([[1]]), key: secret() }
  const params = set(shape)
  const list = [1, { a: [2] }]
  let waited = false
  const slow = async () => {
    await Promise.resolve()
    waited = true
    return { value: 'x', version: 1 }
  }
  const parsing = params.parse({ list, key: 'k' }, slow)
  ;(list[1] as { a: number[] }).a.push(3)
  const { values, keyed } = await parsing
  assert.ok(waited)
  assert.deepEqual(values.list, [1, { a: [2] }])
  assert.deepEqual(keyed, { key: 'k@1', list: [1, { a: [2] }] })
  ;(values.fallback as number[][])[0]!.push(9)
  ;(values.list as unknown[]).push(9)
  assert.deepEqual((await params.parse({ key: 'k' }, slow)).values.fallback, [[1]])
  assert.equal(list.length, 2)
})

test('calls without params share what was found out, and cannot spoil it for each other', async () => {
  const params = set({ width: z.number().default(320), tags: z.array(z.string()).default([]) })
  const first = await params.parse({}, noSecrets)
  ;(first.values.tags as string[]).push('mine')
  assert.deepEqual((await params.parse({}, noSecrets)).values, { width: 320, tags: [] })
})

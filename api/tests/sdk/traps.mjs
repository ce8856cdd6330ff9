// What the official Node SDK does that a server must expect, each a named check: `node traps.mjs BASE_URL API_KEY`.
import assert from 'node:assert/strict'
import OpenAI from 'openai'
import { VERSION } from 'openai/version'

const [baseURL, apiKey] = process.argv.slice(2)
const sent = []
const counted = (url, init) => {
  sent.push({ url, kind: new Headers(init.headers).get('content-type') ?? init.body?.constructor?.name })
  return fetch(url, init)
}
const client = new OpenAI({ baseURL, apiKey, fetch: counted })
const prompt = 'a red ball bounces on the grass'
const made = []
const create = async (fields) => {
  const video = await client.videos.create({ prompt, ...fields })
  made.push(video.id)
  return video
}
const posted = async (body) => {
  const video = await client.post('/videos', { body: { prompt, ...body } })
  made.push(video.id)
  return video
}
const refused = async (kind, call, param, code) => {
  const before = sent.length
  const error = await call().then(() => assert.fail(`${code} was not refused`), (error) => error)
  assert.ok(error instanceof kind, String(error))
  assert.deepEqual([error.param, error.code, error.type], [param, code, 'invalid_request_error'])
  assert.ok(error.requestID)
  return { error, requests: sent.length - before }
}
const { BadRequestError, ConflictError, NotFoundError } = OpenAI

let waiting
for (let n = 0; n < 4; n += 1) waiting = (await create()).id

const traps = {
  'forms and JSON are the same': async () => {
    const by_form = await create({ size: '1280x720', seconds: '4', metadata: { scene: '12' } })
    const by_json = await posted({ size: '1280x720', seconds: '4', metadata: { scene: '12' } })
    for (const field of ['size', 'seconds', 'metadata', 'model']) assert.deepEqual(by_form[field], by_json[field])
  },
  'references come as bracketed parts and as objects': async () => {
    for (const value of [{ image_url: 'data:image/png;base64,AAAA' }, { file_id: 'file_none' }]) {
      await refused(BadRequestError, () => create({ input_reference: value }), 'input_reference', 'invalid_value')
    }
    const cast = [{ id: 'char_1' }, { id: 'char_2' }]
    await refused(BadRequestError, () => create({ characters: cast }), null, 'cameo_permission_denied')
    await refused(BadRequestError, () => posted({ input_reference: 'https://example.com/a.png' }), 'input_reference', 'invalid_type')
  },
  'an edit by id is found by its bracketed part': async () => {
    await refused(NotFoundError, () => client.videos.edit({ prompt, video: { id: 'video_none' } }), null, 'not_found')
  },
  'seconds are a text or a number': async () => {
    for (const seconds of [4, '4']) {
      assert.equal((await create({ seconds })).seconds, '4')
      assert.equal((await posted({ seconds })).seconds, '4')
    }
  },
  'a refusal that stays is not repeated': async () => {
    const { error, requests } = await refused(ConflictError, () => client.videos.delete(waiting), null, 'video_in_progress')
    assert.equal(error.headers.get('x-should-retry'), 'false')
    assert.equal(requests, 1)
  },
  'unknown fields are kept': async () => {
    const video = await client.videos.retrieve(waiting)
    assert.equal(video.cost.currency, 'usd')
    assert.ok('usage' in video && 'seed' in video)
  },
  'a failed video is an answer, not an error': async () => {
    await client.post(`/videos/${waiting}/cancel`)
    let video = await client.videos.retrieve(waiting)
    while (video.status === 'in_progress') video = await client.videos.retrieve(waiting)
    assert.deepEqual([video.status, video.error.code], ['failed', 'canceled'])
    await refused(NotFoundError, () => client.videos.downloadContent(waiting), null, 'video_failed')
  },
}
for (const [name, trap] of Object.entries(traps)) {
  await trap()
  console.log('trap:', name)
}
for (const id of made) {
  const { status } = await client.videos.retrieve(id)
  if (status === 'queued' || status === 'in_progress') await client.post(`/videos/${id}/cancel`)
}
console.log('the official Node SDK', VERSION, 'fell into none of', Object.keys(traps).length, 'traps')
